/** Histograms: recording values, adding up, percentiles. The only importer of hdr-histogram-js. */
import { build, encodeIntoCompressedBase64, type Histogram as HdrHistogram } from 'hdr-histogram-js';
import type { LatencyHistogram } from '../core/recording.ts';
import { forEachBucket, HIGHEST_US, highestUs, LOWEST_US, lowestUs, SIGNIFICANT_DIGITS } from './buckets.ts';

/** Points of a percentile spectrum per factor of ten in 1 / (1 − quantile). */
const POINTS_PER_NINE = 20;
const NINES = 4;
const NAMED_PERCENTILES = [0, 50, 75, 90, 95, 99, 99.9, 99.99];

/** Values in integer µs → HdrHistogram V2 compressed, base64. Values outside 1 µs … 120 s count as the nearest of the two. */
export function encodeHistogram(valuesUs: Iterable<number>): string {
  const sum = new HistogramSum();
  for (const valueUs of valuesUs) sum.record(valueUs);
  return sum.encode();
}

/** Adds up histograms in place. A sum takes 1.8 MB, so there is one for each endpoint, not one for each second. */
export class HistogramSum {
  // 64-bit counts: a long run may hold more than 2^32 samples.
  readonly #counts: HdrHistogram = build({
    lowestDiscernibleValue: LOWEST_US,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
    bitBucketSize: 64,
    useWebAssembly: false,
  });

  get count(): number {
    return this.#counts.totalCount;
  }

  /** Integer µs; values outside 1 µs … 120 s count as the nearest of the two. */
  record(valueUs: number): void {
    this.#counts.recordValue(Math.min(Math.max(valueUs, LOWEST_US), HIGHEST_US));
  }

  /** Adds an encoded histogram and returns how many values it has. Throws RangeError unless it has our layout. */
  add(base64: string): number {
    const before = this.count;
    forEachBucket(base64, (index, count) => this.#counts.recordValueWithCount(lowestUs(index), count));
    return this.count - before;
  }

  /** Like `LatencyHistogram.percentileUs`, without decoding. */
  percentileUs(percentile: number): number | null {
    return this.count === 0 ? null : this.#counts.getValueAtPercentile(percentile);
  }

  /** HdrHistogram V2 compressed, base64. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#counts);
  }
}

/** One histogram with the values of all. */
export function mergedHistogram(parts: readonly string[]): string {
  const sum = new HistogramSum();
  for (const part of parts) sum.add(part);
  return sum.encode();
}

interface Buckets {
  /** Bucket indexes ascending, and the count in each. */
  readonly indexes: readonly number[];
  readonly counts: readonly number[];
  readonly total: number;
}

/** The histogram that was read last stays decoded, because a reader usually asks several things about one second before it goes to the next. */
let lastRead: { readonly of: EncodedHistogram; readonly buckets: Buckets } | undefined;

/** A histogram that stays encoded until somebody reads it, so a long recording fits in memory. */
export class EncodedHistogram implements LatencyHistogram {
  /** HdrHistogram V2 compressed, base64; the histogram is their sum. */
  readonly parts: readonly string[];

  constructor(parts: readonly string[]) {
    this.parts = parts;
  }

  get count(): number {
    return this.#buckets().total;
  }

  get maxUs(): number | null {
    return this.percentileUs(100);
  }

  percentileUs(percentile: number): number | null {
    return percentileOf(this.#buckets(), percentile);
  }

  countOverUs(limitUs: number): number {
    const { indexes, counts } = this.#buckets();
    return counts.reduce((sum, count, at) => (lowestUs(indexes[at] ?? 0) > limitUs ? sum + count : sum), 0);
  }

  buckets(): readonly { readonly valueUs: number; readonly count: number }[] {
    const { indexes, counts } = this.#buckets();
    return indexes.map((index, at) => ({ valueUs: highestUs(index), count: counts[at] ?? 0 }));
  }

  spectrum(): readonly { readonly percentile: number; readonly valueUs: number }[] {
    const { indexes, total } = this.#buckets();
    const [first] = indexes;
    if (first === undefined) return [];
    // A percentile above this only repeats the largest value.
    const finest = 100 * (1 - 1 / total) + 1e-9;
    const points = spectrumPercentiles().filter((percentile) => percentile <= finest);
    return [...points, 100].map((percentile) => ({
      percentile,
      valueUs: percentile === 0 ? lowestUs(first) : (this.percentileUs(percentile) ?? 0),
    }));
  }

  #buckets(): Buckets {
    if (lastRead?.of !== this) lastRead = { of: this, buckets: decode(this.parts) };
    return lastRead.buckets;
  }
}

/** From 0 to 99.99, ascending, evenly spaced on a log scale of 1 − quantile, together with the percentiles that people name. */
function spectrumPercentiles(): number[] {
  const even = Array.from({ length: NINES * POINTS_PER_NINE }, (_, at) => 100 * (1 - 10 ** (-at / POINTS_PER_NINE)));
  const rounded = even.map((percentile) => Math.round(percentile * 1000) / 1000);
  return [...new Set([...NAMED_PERCENTILES, ...rounded])].sort((a, b) => a - b);
}

/** The upper end of the bucket, as in all HdrHistogram implementations. */
function percentileOf({ indexes, counts, total }: Buckets, percentile: number): number | null {
  if (total === 0) return null;
  const position = (percentile / 100) * total;
  // Corrected for the rounding error of the product: a rank of 999.0000000001 is the 999th value, not the 1000th.
  const rank = Math.max(1, Math.ceil(position - position * Number.EPSILON));
  let seen = 0;
  const found = counts.findIndex((count) => {
    seen += count;
    return seen >= rank;
  });
  const index = indexes[found];
  return index === undefined ? null : highestUs(index);
}

function decode(parts: readonly string[]): Buckets {
  const sum = new SparseSum();
  for (const part of parts) sum.add(part);
  return sum.buckets();
}

/** Adds up histograms with few different values: takes room for those alone, and each percentile is a walk over all of them. */
export class SparseSum {
  readonly #byIndex = new Map<number, number>();

  /** Throws RangeError unless it has our layout. */
  add(base64: string): void {
    const counts = this.#byIndex;
    forEachBucket(base64, (index, count) => counts.set(index, (counts.get(index) ?? 0) + count));
  }

  percentileUs(percentile: number): number | null {
    return percentileOf(this.buckets(), percentile);
  }

  buckets(): Buckets {
    const entries = [...this.#byIndex].sort((a, b) => a[0] - b[0]);
    return {
      indexes: entries.map(([index]) => index),
      counts: entries.map(([, count]) => count),
      total: entries.reduce((sum, [, count]) => sum + count, 0),
    };
  }
}
