/** Adds up the records of one endpoint, second by second. */
import type { Endpoint } from '../core/endpoint.ts';
import type { EndpointInterval } from '../core/engine-protocol.ts';
import { type EndpointRecording, type EndpointSecond, failedCount, type TraceSample } from '../core/recording.ts';
import { EncodedHistogram, HistogramSum, mergedHistogram } from './histogram.ts';
import { contradiction } from './refusals.ts';

/** What was recorded of an endpoint so far. Percentiles are null without an answered sample. */
export interface EndpointSnapshot {
  readonly endpoint: Endpoint;
  readonly count: number;
  readonly failed: number;
  readonly dropped: number;
  readonly p50Us: number | null;
  readonly p95Us: number | null;
  readonly p99Us: number | null;
  readonly maxUs: number | null;
}

interface OpenSecond {
  count: number;
  readonly failed: Record<string, number>;
  dropped: number;
  readonly over: number[];
  sumUs: number;
  /** Each of another record, until they become one. */
  histograms: string[];
  /** The newest second when the last of them came. */
  heardAt: number;
}

/** A second of which no record came while this many new seconds began is closed: its histograms become one. */
const QUIET_SECONDS = 5;

/** Keeps the histograms of a second encoded, and as one: how much that is does not grow with the engines. */
export class EndpointSums {
  readonly endpoint: Endpoint;
  readonly #limitsUs: readonly number[];
  readonly #seconds = new Map<number, OpenSecond>();
  /** Those of `#seconds` whose histograms are still to become one. */
  readonly #open = new Set<OpenSecond>();
  #newest = -Infinity;
  readonly #sum = new HistogramSum();
  readonly #traces: TraceSample[] = [];
  #count = 0;
  #failed = 0;
  #dropped = 0;

  constructor(endpoint: Endpoint, limitsUs: readonly number[]) {
    this.endpoint = endpoint;
    this.#limitsUs = limitsUs;
  }

  /** @throws SloError when the record contradicts itself or the plan */
  add(second: number, interval: EndpointInterval): void {
    const failed = failedCount(interval.failed ?? {});
    if ((interval.over?.length ?? 0) !== this.#limitsUs.length) {
      throw contradiction(this.endpoint, second, {
        expected: `${this.#limitsUs.length} over-limit counts`,
        actual: `${interval.over?.length ?? 0}`,
      });
    }
    const answered = interval.histogram === undefined ? 0 : this.#addHistogram(interval.histogram, second);
    if (answered !== interval.count - failed) {
      throw contradiction(this.endpoint, second, {
        expected: `a histogram of ${interval.count - failed} answered samples`,
        actual: `${answered}`,
      });
    }
    this.#addTo(second, interval);
    this.#close(second);
    for (const [traceId, latencyUs, outcome] of interval.traces ?? []) {
      this.#traces.push({ second, traceId, latencyUs, outcome });
    }
    this.#count += interval.count;
    this.#failed += failed;
  }

  /** Arrivals that owed a sample and were not sent. */
  drop(second: number, dropped: number): void {
    this.#dropped += dropped;
    this.#second(second).dropped += dropped;
  }

  snapshot(): EndpointSnapshot {
    return {
      endpoint: this.endpoint,
      count: this.#count,
      failed: this.#failed,
      dropped: this.#dropped,
      p50Us: this.#sum.percentileUs(50),
      p95Us: this.#sum.percentileUs(95),
      p99Us: this.#sum.percentileUs(99),
      maxUs: this.#sum.percentileUs(100),
    };
  }

  finish(): EndpointRecording {
    const seconds = [...this.#seconds]
      .sort(([a], [b]) => a - b)
      .map(
        ([second, { count, failed, dropped, over, sumUs, histograms }]): EndpointSecond => ({
          ...{ second, count, dropped, sumUs, failed: { ...failed }, over: [...over] },
          histogram: new EncodedHistogram([...histograms]),
        }),
      );
    const total = new EncodedHistogram(this.#sum.count === 0 ? [] : [this.#sum.encode()]);
    const traces = this.#traces.toSorted(
      (a, b) => a.second - b.second || compareText(a.traceId, b.traceId) || a.latencyUs - b.latencyUs,
    );
    return { endpoint: this.endpoint, limitsUs: this.#limitsUs, seconds, total, traces };
  }

  #addTo(second: number, { count, sumUs, failed = {}, over = [], histogram }: EndpointInterval): void {
    const into = this.#second(second);
    into.count += count;
    into.sumUs += sumUs;
    for (const [kind, some] of Object.entries(failed)) into.failed[kind] = (into.failed[kind] ?? 0) + some;
    for (const [at, some] of over.entries()) into.over[at] = (into.over[at] ?? 0) + some;
    if (histogram === undefined) return;
    into.histograms.push(histogram);
    into.heardAt = Math.max(this.#newest, second);
    this.#open.add(into);
  }

  /** Engines that are behind keep their second open: it would be merged with each of their records. */
  #close(second: number): void {
    if (second <= this.#newest) return;
    this.#newest = second;
    for (const open of this.#open) {
      if (open.heardAt > second - QUIET_SECONDS) continue;
      open.histograms = [mergedHistogram(open.histograms)];
      this.#open.delete(open);
    }
  }

  #addHistogram(histogram: string, second: number): number {
    try {
      return this.#sum.add(histogram);
    } catch (cause) {
      const actual = cause instanceof Error ? cause.message : String(cause);
      throw contradiction(this.endpoint, second, { expected: 'a readable histogram', actual, cause });
    }
  }

  #second(second: number): OpenSecond {
    const known = this.#seconds.get(second);
    if (known !== undefined) return known;
    const over = this.#limitsUs.map(() => 0);
    const fresh = { count: 0, failed: {}, dropped: 0, over, sumUs: 0, histograms: [], heardAt: second };
    this.#seconds.set(second, fresh);
    return fresh;
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
