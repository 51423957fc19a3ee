/** What clients measured, by endpoint and second, and how the load itself went. Written to load.json, recording.json, recording.hlog. */
import type { Endpoint } from './endpoint.ts';
import type { FaultsDone } from './fault.ts';
import type { LoadGenerator } from './generators.ts';
import type { JourneyName } from './journey.ts';
import type { SCHEMA_VERSION } from './schema-version.ts';

/** Latencies of the answered samples of one endpoint. Integer µs, 1 µs to 120 s, 4 significant digits. */
export interface LatencyHistogram {
  /** 0 when empty. */
  readonly count: number;
  /** Largest recorded value; null when empty. */
  readonly maxUs: number | null;
  /** null when empty: an empty histogram has no percentile. 0 < percentile ≤ 100. */
  percentileUs(percentile: number): number | null;
  /** How many recorded values lie above `limitUs` (to the histogram's precision). */
  countOverUs(limitUs: number): number;
  /** Buckets that have samples, by their highest value, ascending; [] when empty. */
  buckets(): readonly { readonly valueUs: number; readonly count: number }[];
  /** Points for a percentile spectrum, ascending; [] when empty. */
  spectrum(): readonly { readonly percentile: number; readonly valueUs: number }[];
}

/** One endpoint in one second of wall-clock time (the second in which the sample was complete). Counts are exact. */
export interface EndpointSecond {
  /** Unix seconds. */
  readonly second: number;
  /** Samples that completed, failed ones included, dropped ones not. */
  readonly count: number;
  /** Failed samples by kind, for example `{ "status_500": 2 }`. */
  readonly failed: Readonly<Record<string, number>>;
  /** Arrivals dropped by the generator because no virtual user was free. */
  readonly dropped: number;
  /** Answered samples over each of the endpoint's limits, parallel to `EndpointRecording.limitsUs`. Failed ones are not included. */
  readonly over: readonly number[];
  /** Sum of the values of all samples, failed ones included. */
  readonly sumUs: number;
  /** Latencies of the answered samples of this second. */
  readonly histogram: LatencyHistogram;
}

/** A request to look up later in traces and logs. */
export interface TraceSample {
  readonly second: number;
  readonly traceId: string;
  readonly latencyUs: number;
  readonly outcome: string;
}

/** Failed samples of all kinds together. */
export function failedCount(failed: EndpointSecond['failed']): number {
  return Object.values(failed).reduce((sum, count) => sum + count, 0);
}

export interface EndpointRecording {
  readonly endpoint: Endpoint;
  readonly limitsUs: readonly number[];
  /** Ascending by second; seconds without samples are absent. */
  readonly seconds: readonly EndpointSecond[];
  /** All seconds merged. */
  readonly total: LatencyHistogram;
  readonly traces: readonly TraceSample[];
}

export interface Recording {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** Endpoints without a single sample or drop are absent. */
  readonly endpoints: ReadonlyMap<Endpoint, EndpointRecording>;
}

/** Why the load ended. Only `finished` and `decided-early` are evidence of the planned load; none of them is a verdict. */
export type LoadReason = LoadEnd & {
  /** Id of the generator whose end it was, and that ended the others; absent where there is one, and where all ended alike. */
  readonly generator?: string;
};

type LoadEnd =
  | { readonly kind: 'finished' }
  /** At this look of the plan (from 0) the recording was enough for this answer, so the load was ended on purpose. */
  | { readonly kind: 'decided-early'; readonly look: number; readonly decision: 'conforms' | 'breaches' }
  | { readonly kind: 'interrupted'; readonly signal: string }
  | {
      readonly kind: 'engine-died';
      readonly exitCode: number | null;
      readonly signal: string | null;
      readonly detail: string;
    }
  | { readonly kind: 'engine-hung'; readonly silentSec: number }
  /** Nothing was heard of an engine elsewhere, because nothing answered on the way to it. */
  | { readonly kind: 'connection-lost'; readonly silentSec: number; readonly detail: string }
  /** It was still running this long after the end of the plan. */
  | { readonly kind: 'overtime'; readonly overSec: number }
  | { readonly kind: 'ended-early'; readonly detail: string }
  | { readonly kind: 'script-error'; readonly detail: string }
  | { readonly kind: 'storage'; readonly detail: string };

export interface JourneyLoad {
  /** Name of the phase in which its arrivals were due. */
  readonly phase: string;
  readonly journey: JourneyName;
  /** Arrivals that were due by the plan (up to the moment of an interruption). */
  readonly offered: number;
  /** Arrivals whose iteration ran to its end. */
  readonly delivered: number;
  /** Arrivals that found no free virtual user. */
  readonly dropped: number;
}

/** How the load went, as reported by the engine and by watching its process. */
export interface LoadResult {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly reason: LoadReason;
  /** The signal that came after the load, while the rest of the evidence was awaited; absent when none did. */
  readonly evidenceInterruptedBy?: string;
  /** Unix ms. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** One entry for each journey of each phase. */
  readonly journeys: readonly JourneyLoad[];
  /** At least one; together their segments are the whole load. */
  readonly generators: readonly LoadGenerator[];
  /** Absent: nothing was broken on purpose. */
  readonly faults?: FaultsDone;
}
