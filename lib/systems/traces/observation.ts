/** What is observed of traces: spans, the requests that they are looked up for, and what a backend says. */
import type { Unavailable } from '../../core/observation.ts';

export type SpanValue = string | number | boolean | readonly (string | number | boolean)[];

/** One span as received. */
export interface Span {
  /** 32 hexadecimal digits, lower case. */
  readonly traceId: string;
  /** 16 hexadecimal digits, lower case. */
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
  /**
   * Span flags as exported (OTLP: bits 0–7 the W3C trace flags, bits 8 and 9 whether the parent is remote); null when the exporter does not
   * say.
   */
  readonly flags: number | null;
}

/** A request that the load sent with a known trace id. */
export interface TracedRequest {
  readonly traceId: string;
  readonly endpoint: string;
  /** Whether its `traceparent` had the sampled flag; null when it sent none (`traceId` then says nothing). */
  readonly sampled: boolean | null;
  readonly outcome: string;
  readonly latencyUs: number;
  /** Unix second of its completion. */
  readonly second: number;
  /** The parent id in its `traceparent`; absent when it was not recorded. */
  readonly parentSpanId?: string;
  /** The question of the debate that it started; absent where it started none, or where it is not known. */
  readonly question?: string;
}

/** A sampled request and the trace that was found for it. */
export interface LookedUpRequest extends TracedRequest {
  /** Its own trace id if that was continued; another one if the release keeps ours as an attribute; null if neither was found. */
  readonly foundTraceId: string | null;
}

/** How many requests of one kind were sent, and for how many the trace was found. */
export interface TraceLookup {
  readonly endpoint: string;
  readonly sent: number;
  readonly found: number;
  /** Trace ids, the first few: not found although they should have been (sampled), or found although they should not (unsampled). */
  readonly examples: readonly string[];
}

export interface ServiceMap {
  readonly services: readonly string[];
  readonly edges: readonly { readonly parent: string; readonly child: string; readonly calls: number }[];
}

/** The same traces, read from a second source. */
export interface TraceComparison {
  readonly source: string;
  readonly compared: number;
  readonly missing: readonly string[];
  /** The first few: what differs, one sentence each. */
  readonly differing: readonly { readonly traceId: string; readonly difference: string }[];
  /** Why nothing could be compared; null when it could. */
  readonly problem: string | null;
}

/** What one backend has besides the evidence. */
export interface BackendFacts {
  readonly serviceMap: ServiceMap | null;
  readonly comparison: TraceComparison;
}

export interface TracesObserved {
  readonly kind: 'traces';
  readonly status: 'collected';
  readonly source: string;
  /** Where it was received or read, without credentials. */
  readonly url: string;
  /** All spans and traces that were seen. */
  readonly spanCount: number;
  readonly traceCount: number;
  /** How many spans of each name; the hundred most frequent names. */
  readonly spanNames: Readonly<Record<string, number>>;
  /** Spans without a parent that started during the load, by name and kind: traces that began in the server. null when not all could be seen. */
  readonly roots: readonly { readonly name: string; readonly kind: Span['kind']; readonly count: number }[] | null;
  /** The same by endpoint of the load and by Unix second. Absent: it was not looked at. */
  readonly begun?: readonly {
    readonly endpoint: string;
    readonly seconds: readonly (readonly [second: number, count: number])[];
  }[];
  /** Whole traces kept for the checks: those of `requests`, and up to a few hundred others. */
  readonly spans: readonly Span[];
  /** Spans that came again under the same ids with another content: how many, and the traces of the first few. Absent: it was not looked at. */
  readonly differing?: { readonly count: number; readonly examples: readonly string[] };
  /** Spans that stood twice in an export that is not two in one: how many of each name, and the traces of the first few. Absent: it was not looked at. */
  readonly twice?: { readonly byName: Readonly<Record<string, number>>; readonly examples: readonly string[] };
  /** Traces among `spans` that may still have been growing when the collection ended. */
  readonly unsettled: readonly string[];
  /** Sampled requests whose traces were looked up for their spans: up to a few hundred, from all endpoints and times. */
  readonly requests: readonly LookedUpRequest[];
  /** Sampled and answered requests, by endpoint. */
  readonly sampled: readonly TraceLookup[];
  /** Requests with a `traceparent` that was not sampled; none of them should be found. */
  readonly unsampled: TraceLookup;
  /** A sampled request after the load that the API answered with 404, and its spans. Absent: it was not sent, or not answered so. */
  readonly refused?: {
    readonly traceId: string;
    readonly found: boolean;
    /** Whether the trace of one to the same path came, which was answered well. */
    readonly besideFound: boolean;
    readonly spans: readonly Span[];
  };
  /** Requests without `traceparent`, for the sampling ratio. */
  readonly unflaggedRequests: number;
  /**
   * Export requests to the harness: how many there were, how many were refused as malformed, spans rejected, the first few problems, and
   * how many broke off in the middle. null through a backend.
   */
  readonly exports: {
    readonly requests: number;
    readonly malformed: number;
    readonly rejectedSpans: number;
    readonly problems: readonly string[];
    readonly cutOff?: number;
  } | null;
  /**
   * Over all spans that were seen, not only those kept: how many secrets were searched for, how many places had one, and the first few of
   * them (never the secret).
   */
  readonly leaks: { readonly searched: number; readonly count: number; readonly examples: readonly string[] };
  /** As the first backend that was asked has it; null without one. */
  readonly serviceMap: ServiceMap | null;
  /** The first backend compared with what was received; null without one, and if it is the evidence itself. */
  readonly comparison: TraceComparison | null;
  /** What further backends have; absent with one backend, and without one. */
  readonly further?: readonly BackendFacts[];
  /** When the last of them was read, in Unix ms. Absent in observations of older versions. */
  readonly readAtMs?: number;
  /** How long it took, and whether everything arrived that was waited for. */
  readonly waitedMs: number;
  readonly complete: boolean;
}
export type TracesObservation = TracesObserved | Unavailable<'traces'>;
