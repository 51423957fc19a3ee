/** What is observed of metrics: the exposition around and during the load, and what a Prometheus says. */
import type { Unavailable } from '../../core/observation.ts';

/** One sample of an exposition. For histograms the samples are `_bucket`, `_sum`, `_count` as exposed. */
export interface MetricSeries {
  /** As exposed, for example `aragora_request_duration_seconds_bucket`. */
  readonly name: string;
  /** Without `__name__`; `le` as exposed. Prometheus stores `1` as `1.0`, so compare it as a number. */
  readonly labels: Readonly<Record<string, string>>;
  /** Parallel to `MetricsObserved.atMs`; null where the series was absent. NaN and ±Inf as `"NaN"`, `"+Inf"`, `"-Inf"`. */
  readonly values: readonly (number | string | null)[];
}

export interface MetricFamily {
  readonly name: string;
  /** null when the exposition declares none. */
  readonly type:
    | 'counter'
    | 'gauge'
    | 'histogram'
    | 'summary'
    | 'untyped'
    | 'info'
    | 'stateset'
    | 'gaugehistogram'
    | null;
  /** Other types that earlier scrapes declared. Absent where there were none, and in observations of older versions. */
  readonly otherTypes?: readonly MetricFamily['type'][];
  readonly help: string | null;
  /** How many series it had in the last scrape, where each bucket is one; 0 when it is only declared. */
  readonly seriesCount: number;
  /** The same of the first scrape; absent where a backend does not say it. */
  readonly seriesBefore?: number;
  /** The stored series: [] for families that no check needs. */
  readonly series: readonly MetricSeries[];
}

/** A documented query: how its syntax was read and, if a Prometheus was asked, what it returned. */
export interface QueryObserved {
  readonly id: string;
  readonly expr: string;
  /** Where and why it is not PromQL; null when it is. */
  readonly syntaxProblem: string | null;
  /** null when no Prometheus was asked. */
  readonly answer: { readonly series: number } | { readonly refused: string } | null;
}

/** What a Prometheus says about the targets that it scrapes. */
export interface ScrapeTarget {
  readonly job: string;
  readonly instance: string;
  readonly health: string;
  /** '' when the last scrape succeeded. */
  readonly lastError: string;
}

/** The exposition before, during (every few seconds) and after the load. */
export interface MetricsObserved {
  readonly kind: 'metrics';
  readonly status: 'collected';
  readonly source: string;
  readonly url: string;
  /** Unix ms of each scrape, ascending. The first is before any load, the last after its end; at least two. */
  readonly atMs: readonly number[];
  /** Of the last scrape; '' through Prometheus, which does not say. */
  readonly contentType: string;
  readonly families: readonly MetricFamily[];
  /**
   * What the parser refused, found twice, apart or out of order, or of another time than the scrape's, over all scrapes; the first few, with
   * line number and text. [] when every scrape was clean.
   */
  readonly malformed: readonly {
    readonly scrape: number;
    readonly line: number;
    readonly text: string;
    readonly problem: string;
    readonly kind: 'malformed' | 'duplicate' | 'interleaved' | 'disordered' | 'misdated';
  }[];
  /** Whether the numbers no longer changed when the last scrape was taken. */
  readonly settled: boolean;
  /** Scrapes that failed in between: when and why; the first few. */
  readonly failedScrapes: readonly { readonly atMs: number; readonly reason: string }[];
  /** Series above the limit, which were not stored; normally 0. */
  readonly seriesLeftOut: number;
  /** Metrics that a Prometheus keeps as native histograms alone, whose buckets are no series: set aside by name. Absent: there are none. */
  readonly nativeHistograms?: readonly string[];
  /** Lines that have a secret, also of metrics that are not stored; the first few, with the secret replaced. Absent when there is none. */
  readonly leaking?: readonly string[];
  readonly queries: readonly QueryObserved[];
  /** null without a Prometheus. */
  readonly targets: readonly ScrapeTarget[] | null;
}
export type MetricsObservation = MetricsObserved | Unavailable<'metrics'>;
