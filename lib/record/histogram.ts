/** Histograms: recording values, adding up, percentiles. */
import type { LatencyHistogram } from '../core/recording.ts';
import {
  BUCKETS,
  type BucketList,
  BucketWriter,
  bucketOf,
  bucketsOf,
  compressed,
  highestUs,
  lowestUs,
} from './buckets.ts';

/** Points of a percentile spectrum per factor of ten in 1 / (1 − quantile). */
const POINTS_PER_NINE = 20;
const NINES = 4;
const NAMED_PERCENTILES = [0, 50, 75, 90, 95, 99, 99.9, 99.99];

/** Values in integer µs → HdrHistogram V2, base64, as an engine sends it. Values outside 1 µs … 120 s count as the nearest of the two. */
export function encodeHistogram(valuesUs: Iterable<number>): string {
  shared.clear();
  for (const valueUs of valuesUs) shared.record(valueUs);
  return shared.encode();
}

/** Adds up histograms in place. A sum takes 1.8 MB, so there is one for each endpoint, not one for each second. */
export class HistogramSum {
  /** Exact up to 2^53: a long run may hold more than 2^32 samples. */
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;
  #least = BUCKETS;
  #most = -1;

  get count(): number {
    return this.#total;
  }

  /** Integer µs; values outside 1 µs … 120 s count as the nearest of the two. */
  record(valueUs: number): void {
    const index = bucketOf(valueUs);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total += 1;
    this.#least = Math.min(this.#least, index);
    this.#most = Math.max(this.#most, index);
  }

  /** Adds an encoded histogram and returns how many values it has. Throws RangeError unless it has our layout. */
  add(base64: string): number {
    const { indexes, counts, length } = bucketsOf(base64);
    if (length === 0) return 0;
    const sums = this.#counts;
    let values = 0;
    for (let at = 0; at < length; at++) {
      const index = indexes[at] ?? 0;
      const count = counts[at] ?? 0;
      sums[index] = (sums[index] ?? 0) + count;
      values += count;
    }
    this.#total += values;
    this.#least = Math.min(this.#least, indexes[0] ?? 0);
    this.#most = Math.max(this.#most, indexes[length - 1] ?? 0);
    return values;
  }

  /** Like `LatencyHistogram.percentileUs`. */
  percentileUs(percentile: number): number | null {
    if (this.#total === 0) return null;
    const rank = rankOf(percentile, this.#total);
    let index = this.#least;
    for (let seen = this.#counts[index] ?? 0; seen < rank && index < this.#most; ) seen += this.#counts[++index] ?? 0;
    return highestUs(index);
  }

  /** HdrHistogram V2, not compressed, base64. */
  encode(): string {
    const writer = new BucketWriter();
    const sums = this.#counts;
    const most = this.#most;
    for (let index = this.#least; index <= most; index++) {
      const count = sums[index] ?? 0;
      if (count > 0) writer.add(index, count);
    }
    return writer.text();
  }

  clear(): void {
    this.#counts.fill(0, this.#least, this.#most + 1);
    this.#total = 0;
    this.#least = BUCKETS;
    this.#most = -1;
  }
}

/** Used again and again: a new one would take longer than what it adds up. */
const shared = new HistogramSum();

/** One histogram with the values of all, HdrHistogram V2 compressed, base64. There must be at least one. */
export function mergedHistogram(parts: readonly string[]): string {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return compressed(only);
  shared.clear();
  for (const part of parts) shared.add(part);
  return compressed(shared.encode());
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
  /** HdrHistogram V2, base64; the histogram is their sum. */
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
  const rank = rankOf(percentile, total);
  let seen = 0;
  const found = counts.findIndex((count) => {
    seen += count;
    return seen >= rank;
  });
  const index = indexes[found];
  return index === undefined ? null : highestUs(index);
}

function rankOf(percentile: number, total: number): number {
  const position = (percentile / 100) * total;
  // Corrected for the rounding error of the product: a rank of 999.0000000001 is the 999th value, not the 1000th.
  return Math.max(1, Math.ceil(position - position * Number.EPSILON));
}

function decode(parts: readonly string[]): Buckets {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return copied(bucketsOf(only));
  const sum = new SparseSum();
  for (const part of parts) sum.add(part);
  return sum.buckets();
}

function copied({ indexes, counts, length }: BucketList): Buckets {
  const own = [...counts.subarray(0, length)];
  return { indexes: [...indexes.subarray(0, length)], counts: own, total: own.reduce((sum, count) => sum + count, 0) };
}

/** Adds up histograms with few different values: takes room for those alone, and each percentile is a walk over all of them. */
export class SparseSum {
  readonly #byIndex = new Map<number, number>();

  /** Throws RangeError unless it has our layout. */
  add(base64: string): void {
    const { indexes, counts, length } = bucketsOf(base64);
    for (let at = 0; at < length; at++) {
      const index = indexes[at] ?? 0;
      this.#byIndex.set(index, (this.#byIndex.get(index) ?? 0) + (counts[at] ?? 0));
    }
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
