/**
 * A small exact LatencyHistogram and a seeded generator of latencies, for tests of code that reads a recording. It keeps every value,
 * without HDR encoding.
 */
import type { LatencyHistogram } from '../../lib/core/recording.ts';

/** Uniform numbers in [0, 1) from a 32-bit seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A lognormal latency in integer µs with the given median and shape. */
export function lognormalUs(random: () => number, medianUs: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.max(1, Math.round(medianUs * Math.exp(sigma * normal)));
}

/** Exact histogram of integer µs; [] is the empty one. */
export function histogramOf(valuesUs: readonly number[]): LatencyHistogram {
  const sorted = Float64Array.from(valuesUs).sort();
  const count = sorted.length;
  return {
    count,
    maxUs: sorted[count - 1] ?? null,
    percentileUs: (percentile) => sorted[Math.max(0, Math.ceil((percentile / 100) * count - 1e-9) - 1)] ?? null,
    countOverUs: (limitUs) => count - firstAbove(sorted, limitUs),
    buckets: () => {
      const counted = new Map<number, number>();
      for (const valueUs of sorted) counted.set(valueUs, (counted.get(valueUs) ?? 0) + 1);
      return [...counted].map(([valueUs, count]) => ({ valueUs, count }));
    },
    spectrum: () =>
      Array.from(sorted, (valueUs, index) => ({ percentile: ((index + 1) / count) * 100, valueUs })).filter(
        (point, index, points) => points[index + 1]?.valueUs !== point.valueUs,
      ),
  };
}

function firstAbove(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? Number.POSITIVE_INFINITY) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
