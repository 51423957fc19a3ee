/** One histogram over several, by their buckets: counts are exact, values are those of the parts. */
import type { LatencyHistogram } from '../core/recording.ts';

interface Bucket {
  readonly valueUs: number;
  readonly count: number;
}

export function histogramOver(parts: readonly LatencyHistogram[]): LatencyHistogram {
  const buckets = bucketsOf(parts);
  const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  return {
    count,
    maxUs: buckets.at(-1)?.valueUs ?? null,
    percentileUs: (percentile) => valueAt(buckets, (percentile / 100) * count),
    countOverUs: (limitUs) => parts.reduce((sum, part) => sum + part.countOverUs(limitUs), 0),
    buckets: () => buckets,
    spectrum: () => spectrumOf(buckets, count),
  };
}

function bucketsOf(parts: readonly LatencyHistogram[]): Bucket[] {
  const counts = new Map<number, number>();
  for (const part of parts)
    for (const { valueUs, count } of part.buckets()) counts.set(valueUs, (counts.get(valueUs) ?? 0) + count);
  return [...counts].map(([valueUs, count]) => ({ valueUs, count })).sort((a, b) => a.valueUs - b.valueUs);
}

/** The value at `position` (0 to the count of all) in ascending order; null without values. */
function valueAt(buckets: readonly Bucket[], position: number): number | null {
  // Less the rounding error of the product: a rank of 999.0000000001 is the 999th value, not the 1000th.
  const rank = Math.max(1, Math.ceil(position - position * Number.EPSILON));
  let seen = 0;
  for (const { valueUs, count } of buckets) {
    seen += count;
    if (seen >= rank) return valueUs;
  }
  return null;
}

function spectrumOf(buckets: readonly Bucket[], all: number): { percentile: number; valueUs: number }[] {
  let seen = 0;
  return buckets.map(({ valueUs, count }) => {
    seen += count;
    return { percentile: (100 * seen) / all, valueUs };
  });
}
