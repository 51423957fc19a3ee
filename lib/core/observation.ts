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
  /** Of an answer that is not the evidence asked for; absent when nothing answered, or when it was not an HTTP server that was asked. */
  readonly httpStatus?: number;
}

/** One sample of an exposition. For histograms the samples are `_bucket`, `_sum`, `_count` as exposed. */
export interface MetricSeries {
  /** As exposed, e.g. `aragora_request_duration_seconds_bucket`. */
  readonly name: string;
  /** Without `__name__`; `le` as exposed, but that Prometheus keeps `1` as `1.0`: compare it as a number. */
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
  readonly help: string | null;
  /** How many series it had in the last scrape, each bucket one; 0 when it is only declared. */
  readonly seriesCount: number;
  /** Those that were kept: [] for families that no check asks for. */
  readonly series: readonly MetricSeries[];
}

/** A documented query: how its syntax was read and, where a Prometheus was asked, what it returned. */
export interface QueryObserved {
  readonly id: string;
  readonly expr: string;
  /** Where and why it is no PromQL; null when it is. */
  readonly syntaxProblem: string | null;
  /** null when no Prometheus was asked. */
  readonly answer: { readonly series: number } | { readonly refused: string } | null;
}

/** What a Prometheus says of the targets that it scrapes. */
export interface ScrapeTarget {
  readonly job: string;
  readonly instance: string;
  readonly health: string;
  /** '' when the last scrape went well. */
  readonly lastError: string;
}

/** The exposition before, during (every few seconds) and after the load. */
export interface MetricsObserved {
  readonly kind: 'metrics';
  readonly status: 'collected';
  readonly source: EvidenceSource;
  readonly url: string;
  /** Unix ms of each scrape, ascending. The first is before any load, the last after its end; at least two. */
  readonly atMs: readonly number[];
  /** Of the last scrape; '' through Prometheus, which does not tell. */
  readonly contentType: string;
  readonly families: readonly MetricFamily[];
  /** What the parser refused, found twice or apart, or of another time than the scrape's, over all scrapes, first few: line number and text. [] when every scrape was clean. */
  readonly malformed: readonly {
    readonly scrape: number;
    readonly line: number;
    readonly text: string;
    readonly problem: string;
    readonly kind: 'malformed' | 'duplicate' | 'interleaved' | 'misdated';
  }[];
  /** Whether the numbers had come to rest when the last scrape was taken. */
  readonly settled: boolean;
  /** Scrapes that failed in between: when and why, first few. */
  readonly failedScrapes: readonly { readonly atMs: number; readonly reason: string }[];
  /** Series beyond the cap, which were not kept; 0 normally. */
  readonly seriesLeftOut: number;
  /** Lines that hold a secret, first few, those of metrics that are not kept included; the secret replaced. Absent when none does. */
  readonly leaking?: readonly string[];
  readonly queries: readonly QueryObserved[];
  /** null without a Prometheus. */
  readonly targets: readonly ScrapeTarget[] | null;
}
export type MetricsObservation = MetricsObserved | Unavailable<'metrics'>;

export type SpanValue = string | number | boolean | readonly (string | number | boolean)[];

/** One span as received. */
export interface Span {
  /** 32 hex digits, lower case. */
  readonly traceId: string;
  /** 16 hex digits, lower case. */
  readonly spanId: string;
  /** null for a root. */
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly startUnixNano: string;
  readonly endUnixNano: string;
  readonly attributes: Readonly<Record<string, SpanValue>>;
  readonly status: 'unset' | 'ok' | 'error';
  readonly serviceName: string | null;
  /** Span flags as exported (OTLP: bits 0–7 the W3C trace flags, bits 8 and 9 whether the parent is remote); null when the exporter does not tell. */
  readonly flags: number | null;
}

/** A request that the load sent with a known trace id. */
export interface TracedRequest {
  readonly traceId: string;
  readonly endpoint: string;
  /** Whether its `traceparent` carried the sampled flag; null when it sent none (then `traceId` says nothing). */
  readonly sampled: boolean | null;
  readonly outcome: string;
  readonly latencyUs: number;
  /** Unix seconds of its completion. */
  readonly second: number;
  /** The parent id in its `traceparent`; absent when it was not kept. */
  readonly parentSpanId?: string;
}

/** A sampled request and the trace that was found for it. */
export interface LookedUpRequest extends TracedRequest {
  /** Its own trace id when that was continued; another one when the release keeps ours as an attribute; null when neither was found. */
  readonly foundTraceId: string | null;
}

/** How many requests of one kind were sent, and of how many the trace was found. */
export interface TraceLookup {
  readonly endpoint: string;
  readonly sent: number;
  readonly found: number;
  /** Trace ids, the first few: not found, though they should have been (sampled), or found, though not (unsampled). */
  readonly examples: readonly string[];
}

export interface ServiceMap {
  readonly services: readonly string[];
  readonly edges: readonly { readonly parent: string; readonly child: string; readonly calls: number }[];
}

/** The same traces, asked of a second source. */
export interface TraceComparison {
  readonly source: EvidenceSource;
  readonly compared: number;
  readonly missing: readonly string[];
  /** First few: what differs, one sentence each. */
  readonly differing: readonly { readonly traceId: string; readonly difference: string }[];
  /** Why nothing could be compared; null when it could. */
  readonly problem: string | null;
}

export interface TracesObserved {
  readonly kind: 'traces';
  readonly status: 'collected';
  readonly source: EvidenceSource;
  /** Where it was received or asked for, without credentials. */
  readonly url: string;
  /** Spans and traces seen in all. */
  readonly spanCount: number;
  readonly traceCount: number;
  /** How many spans of each name; the most frequent hundred. */
  readonly spanNames: Readonly<Record<string, number>>;
  /** Spans without a parent that started during the load, by name and kind: traces that began in the server. null when not all could be seen. */
  readonly roots: readonly { readonly name: string; readonly kind: Span['kind']; readonly count: number }[] | null;
  /** Whole traces kept for the checks: those of `requests`, and up to a few hundred others. */
  readonly spans: readonly Span[];
  /** Traces among `spans` that may still have been growing when the collection ended. */
  readonly unsettled: readonly string[];
  /** Requests sent sampled whose traces were looked up for their spans: up to a few hundred, of all endpoints and times. */
  readonly requests: readonly LookedUpRequest[];
  /** Requests sent sampled and answered, by endpoint. */
  readonly sampled: readonly TraceLookup[];
  /** Requests sent with a `traceparent` that was not sampled: a found one is one too many. */
  readonly unsampled: TraceLookup;
  /** Requests sent without `traceparent`: for the sampling ratio. */
  readonly unflaggedRequests: number;
  /**
   * Export requests to the harness: how many, how many were refused as malformed, spans rejected, the first few problems, and how many
   * were cut off in the middle besides. null through a backend.
   */
  readonly exports: {
    readonly requests: number;
    readonly malformed: number;
    readonly rejectedSpans: number;
    readonly problems: readonly string[];
    readonly cutOff?: number;
  } | null;
  /** Of all spans that were seen, not only those kept: how many secrets were searched for, how many places held one, and the first few (never the secret). */
  readonly leaks: { readonly searched: number; readonly count: number; readonly examples: readonly string[] };
  /** As Jaeger tells it; null without Jaeger. */
  readonly serviceMap: ServiceMap | null;
  readonly comparison: TraceComparison | null;
  /** How long it took, and whether everything that was waited for had come. */
  readonly waitedMs: number;
  readonly complete: boolean;
}
export type TracesObservation = TracesObserved | Unavailable<'traces'>;

export interface LogLineProblem {
  /** Counted from 1 at the start of the observation. */
  readonly line: number;
  /** The line's beginning, secrets replaced. */
  readonly text: string;
  readonly problem: string;
}

/** How many lines, and the first few of them. */
export interface LogProblems {
  readonly count: number;
  readonly examples: readonly LogLineProblem[];
}

/** A line that marks an extreme of time. */
export interface LogMoment {
  /** Unix ms, as the line says. */
  readonly atMs: number;
  readonly line: number;
  readonly text: string;
}

/** What only a backend can tell. */
export interface LogBackendFacts {
  /** What it was asked for, so that a person can ask again. */
  readonly query: string;
  /** Lines by the label `level` that they are filed under: the line's own level, another one, none. null where the backend has no labels. */
  readonly levelLabel: { readonly same: number; readonly other: LogProblems; readonly none: LogProblems } | null;
  /** Searches for single trace ids: ms from the end of the load to the first success, null when there was none within `deadlineMs`. */
  readonly lookups: readonly { readonly traceId: string; readonly foundAfterMs: number | null }[];
  readonly deadlineMs: number;
}

export interface LogsObserved {
  readonly kind: 'logs';
  readonly status: 'collected';
  readonly source: EvidenceSource;
  /** Which log, for a person: a path, `the target's stdout`, a URL. */
  readonly from: string;
  /** Unix ms between which lines were looked at. */
  readonly window: { readonly fromMs: number; readonly toMs: number };
  /** Lines that are not blank. */
  readonly lines: number;
  /** Lines too long to be kept whole: what they hold was not checked. */
  readonly cut: LogProblems;
  /** false when there were more lines than are read from a backend. */
  readonly complete: boolean;
  /** How often the file was replaced or emptied meanwhile. */
  readonly rotations: number;
  /** Lines that are no JSON object. */
  readonly notJson: LogProblems;
  /** For each documented field, of the lines that are JSON objects: how many lack it, how many have it of the wrong type, and the first few of either. */
  readonly fields: Readonly<
    Record<
      string,
      {
        readonly present: number;
        readonly missing: number;
        readonly wrong: number;
        readonly examples: readonly LogLineProblem[];
      }
    >
  >;
  /** Lines by level, as written, the commonest fifty. */
  readonly levels: Readonly<Record<string, number>>;
  /** null without a line that has a readable time. */
  readonly times: {
    readonly earliest: LogMoment;
    readonly latest: LogMoment;
    /** The line that lies furthest before the latest of those above it; null when none does. */
    readonly furthestBack: (LogMoment & { readonly backMs: number }) | null;
  } | null;
  /** Of the trace ids that the load sent: how many appeared in a line, and a few that did not. Others: distinct ones are not told apart. */
  readonly traceIds: {
    readonly sent: number;
    readonly found: number;
    readonly missing: readonly string[];
    readonly linesOfOthers: number;
    /** How long after the end of the load was waited for them, and at most would have been. */
    readonly waitedMs: number;
    readonly deadlineMs: number;
  };
  /** Those of the looked-up requests whose trace id appeared in a line. */
  readonly seenTraceIds: readonly string[];
  /** Lines that carry the canary or the token, and how many secrets were searched for; too short ones can't be told from chance. */
  readonly leaks: LogProblems & { readonly searched: number; readonly tooShort: number };
  /** null for a log read directly. */
  readonly backend: LogBackendFacts | null;
}
export type LogsObservation = LogsObserved | Unavailable<'logs'>;

/** Where a secret stood in evidence other than log lines; there it is replaced by asterisks. */
export interface SecretsObserved {
  readonly kind: 'secrets';
  readonly status: 'collected';
  readonly searched: number;
  readonly tooShort: number;
  readonly places: readonly {
    /** Kind of the observation that was searched. */
    readonly kind: string;
    /** Texts looked at. */
    readonly texts: number;
    readonly leaks: number;
    readonly examples: readonly { readonly where: string; readonly text: string }[];
  }[];
}
