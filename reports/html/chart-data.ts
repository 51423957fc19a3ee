/** The shapes of the chart data that the report hands to the script in the page. Latencies in ms, times in seconds. */
import type { Status } from '../../lib/core/finding.ts';

export interface ChartLimit {
  readonly percentile: number;
  readonly limitMs: number;
}

/** The percentile spectrum over all samples. The curve ends where the answered samples end. */
export interface SpectrumData {
  readonly kind: 'spectrum';
  /** Ascending, 0 < p ≤ 100. */
  readonly percentiles: readonly number[];
  readonly latencyMs: readonly number[];
  readonly limits: readonly ChartLimit[];
}

/** A phase of the run. Seconds since the beginning of the chart. */
export interface PhaseBand {
  readonly name: string;
  readonly fromSec: number;
  readonly toSec: number;
  /** Something was broken on purpose. */
  readonly isBroken: boolean;
  /** From here on the objectives hold again; absent: the phase does not say. */
  readonly holdsAgainSec?: number;
}

/** Percentiles over time. Each point is the worst second of `stepSec`; null where there was no answered sample. */
export interface BandsData {
  readonly kind: 'bands';
  readonly stepSec: number;
  readonly elapsedSec: readonly number[];
  readonly p50: readonly (number | null)[];
  readonly p95: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  /** Failed and dropped samples of the whole step. */
  readonly bad: readonly number[];
  readonly limits: readonly ChartLimit[];
  /** Absent: the run has one. */
  readonly phases?: readonly PhaseBand[];
}

/** Samples per second: due, answered, and not answered (the worst second of the step). */
export interface RatesData {
  readonly kind: 'rates';
  readonly stepSec: number;
  readonly elapsedSec: readonly number[];
  readonly offered: readonly number[];
  readonly answered: readonly number[];
  readonly bad: readonly number[];
  /** Absent: the run has one. */
  readonly phases?: readonly PhaseBand[];
}

/** Clients' latency at each percentile, and the bucket that contains the server's: above `serverFromMs`, up to `serverToMs` (null: +Inf). */
export interface ComparedData {
  readonly kind: 'compared';
  /** Ascending, 0 < p ≤ 100; each bucket is valid from the percentile before it. */
  readonly percentiles: readonly number[];
  readonly clientMs: readonly (number | null)[];
  readonly serverFromMs: readonly number[];
  readonly serverToMs: readonly (number | null)[];
}

/** One objective over many runs, in their order, with equal distances whatever the time between them. */
export interface TrendData {
  readonly kind: 'trend';
  readonly unit: 'ms' | 'ratio';
  /** For each run: when it started, as written on the axis; its value in `unit`; its limit; its status. */
  readonly labels: readonly string[];
  readonly values: readonly (number | null)[];
  readonly limits: readonly number[];
  readonly statuses: readonly Status[];
  /** Stretches between changes: the index of their first run, and their median. One stretch when nothing changed. */
  readonly stretches: readonly { readonly from: number; readonly median: number }[];
}

export type ChartData = SpectrumData | BandsData | RatesData | ComparedData | TrendData;
