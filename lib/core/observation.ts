/**
 * Owns the shape of the evidence that `observe` brings: what the server's own telemetry said during the load. Compact facts, no
 * judgement: the checks are the judge's, so that they run again offline. Written to observations.json.
 * Refuses to know where the evidence came from, beyond naming it.
 */

/** Where evidence was had: straight from the server, or through a backend that the team runs. */
export type EvidenceSource = 'direct' | 'prometheus' | 'jaeger' | 'loki' | 'elasticsearch' | 'cloudwatch';

export interface Unavailable<Kind extends string> {
  readonly kind: Kind;
  readonly status: 'unavailable';
  readonly source: EvidenceSource;
  /** What went wrong, one sentence, e.g. `GET http://…/metrics answers 404`. */
  readonly reason: string;
  /** What the user can do. */
  readonly hint: string;
}

/** One sample of an exposition. For histograms the samples are `_bucket`, `_sum`, `_count` as exposed. */
export interface MetricSeries {
  /** As exposed, e.g. `aragora_request_duration_seconds_bucket`. */
  readonly name: string;
  /** Without `__name__`; `le` as exposed. */
  readonly labels: Readonly<Record<string, string>>;
  /** Parallel to `MetricsObserved.atMs`; null where the series was absent. NaN and ±Inf as `"NaN"`, `"+Inf"`, `"-Inf"`. */
  readonly values: readonly (number | string | null)[];
}

export interface MetricFamily {
  readonly name: string;
  /** null when the exposition declares none. */
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped' | 'info' | 'stateset' | 'gaugehistogram' | null;
  readonly help: string | null;
  readonly series: readonly MetricSeries[];
}

/** The exposition before, during (every few seconds) and after the load. */
export interface MetricsObserved {
  readonly kind: 'metrics';
  readonly status: 'collected';
  readonly source: EvidenceSource;
  readonly url: string;
  /** Unix ms of each scrape, ascending. The first is before any load, the last after its end; at least two. */
  readonly atMs: readonly number[];
  readonly contentType: string;
  readonly families: readonly MetricFamily[];
  /** What the parser refused, over all scrapes, first few: line number and text. [] when every scrape parsed. */
  readonly malformed: readonly { readonly scrape: number; readonly line: number; readonly text: string; readonly problem: string }[];
}
export type MetricsObservation = MetricsObserved | Unavailable<'metrics'>;

/** One span as received. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** null for a root. */
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: string;
  readonly startUnixNano: string;
  readonly endUnixNano: string;
  readonly attributes: Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[]>>;
  readonly status: 'unset' | 'ok' | 'error';
  readonly serviceName: string | null;
  /** W3C trace flags as exported; null when the exporter does not tell. */
  readonly flags: number | null;
}

/** A request that the load sent with a known trace id. */
export interface TracedRequest {
  readonly traceId: string;
  readonly endpoint: string;
  /** Whether its `traceparent` carried the sampled flag; null when it sent none. */
  readonly sampled: boolean | null;
  readonly outcome: string;
  readonly latencyUs: number;
  /** Unix seconds of its completion. */
  readonly second: number;
}

export interface TracesObserved {
  readonly kind: 'traces';
  readonly status: 'collected';
  readonly source: EvidenceSource;
  /** Spans received in all, and traces. */
  readonly spanCount: number;
  readonly traceCount: number;
  /** How many spans of each name; the most frequent hundred. */
  readonly spanNames: Readonly<Record<string, number>>;
  /** Complete traces kept for the checks: those of `requests`, and up to a few hundred others. */
  readonly spans: readonly Span[];
  /** The requests that were looked up. */
  readonly requests: readonly TracedRequest[];
  /** Traces that began in the server (no incoming flag), and how many requests could have begun one: for the sampling ratio. */
  readonly unflagged: { readonly requests: number; readonly sampled: number };
}
export type TracesObservation = TracesObserved | Unavailable<'traces'>;

export interface LogLineProblem {
  readonly line: number;
  readonly text: string;
  readonly problem: string;
}

export interface LogsObserved {
  readonly kind: 'logs';
  readonly status: 'collected';
  readonly source: EvidenceSource;
  readonly lines: number;
  /** Lines that are no JSON object: how many, and the first few. */
  readonly notJson: { readonly count: number; readonly examples: readonly LogLineProblem[] };
  /** For each documented field: lines that lack it or have it of the wrong type, and the first few. */
  readonly fields: Readonly<Record<string, { readonly missing: number; readonly wrong: number; readonly examples: readonly LogLineProblem[] }>>;
  /** Lines by level, as written. */
  readonly levels: Readonly<Record<string, number>>;
  /** Of the trace ids that the load sent: how many appeared in a line, and a few that did not. */
  readonly traceIds: { readonly sent: number; readonly found: number; readonly missing: readonly string[] };
  /** A sample of trace ids found in lines, to be looked up among the spans. */
  readonly seenTraceIds: readonly string[];
  /** Lines that carry the canary or the token: how many, and where (never the secret). */
  readonly leaks: { readonly count: number; readonly examples: readonly LogLineProblem[] };
}
export type LogsObservation = LogsObserved | Unavailable<'logs'>;
