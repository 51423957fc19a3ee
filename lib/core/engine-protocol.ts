/**
 * The two formats between Node and the load engine: engine.json (in) and newline-delimited records (out). engine/hdr is the Go side. An
 * engine elsewhere serves the same records by number: lib/load/sources/numbered.ts.
 */
import type { Endpoint, HttpRoute, JourneyEndpoint } from './endpoint.ts';
import type { JourneyName } from './journey.ts';
import type { OwnRequest } from './own-request.ts';

/** The k6 Trend for all our samples: value in ms, tags `endpoint` and `outcome` ("ok" or a failure kind). */
export const LATENCY_METRIC = 'aragora_latency';

/**
 * engine.json: read by the k6 scripts (env `PLAN`) and by the `hdr` output (`--out hdr=plan=/path/engine.json,fd=3`). Scenario names are
 * the journey's with a number, for example `health_0` (k6 allows only letters, digits, `_` and `-`).
 */
export interface EnginePlan {
  readonly httpUrl: string;
  readonly wsUrl: string;
  /** The address of each name that the engine does not resolve itself; absent: none. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly seed: number;
  readonly subprotocol: string;
  /** Whether each created debate is sent with a different client address. */
  readonly distinctClients: boolean;
  /** A finished debate for the consensus checks; null when there is none, absent when the script has to make one itself. */
  readonly debateId?: string | null;
  /** What the server said of it when it was finished; absent when nothing is known. */
  readonly prepared?: PreparedDebate;
  /** The status of a good answer to a creation; absent: 200. */
  readonly createdStatus?: number;
  /** Whether two agents of the same name are two agents, which both speak; default false. */
  readonly namesakesSpeak?: boolean;
  /** What an answer of the layer of faults has in its header FAULT_HEADER, and one of an agent in a pod as its body; absent: nothing is broken. */
  readonly faultMark?: string;
  /** Everything that the scripts may record, in the order of the recording. */
  readonly endpoints: readonly Endpoint[];
  /** Ascending; endpoints without a limit are absent. */
  readonly limitsUs: Readonly<Record<Endpoint, readonly number[]>>;
  /** How many generators share the scenarios, each with the segment that k6 was started with: see segment.ts. */
  readonly generators: number;
  readonly scenarios: Readonly<Record<string, EngineScenario>>;
  /** What the journeys that a profile describes ask; absent: there is none. Their data is in files beside engine.json. */
  readonly own?: Readonly<Record<JourneyName, OwnAsking>>;
  /** What the scripts of other such journeys measure, by its name; absent: nothing. The paths are templates. */
  readonly ownEndpoints?: Readonly<Record<Endpoint, JourneyEndpoint & { readonly http: HttpRoute }>>;
}

export interface OwnAsking extends OwnRequest {
  /** What it measures. */
  readonly endpoint: Endpoint;
  readonly goodStatus: number;
  /** Whether it asks about the prepared debate. */
  readonly needsDebate: boolean;
}

/** What is known of the debate that was finished before the load. */
export interface PreparedDebate {
  readonly consensus: boolean | null;
  readonly confidence: number | null;
  /** The final answer; null when it is no text. */
  readonly answer: string | null;
  /** The first text of an agent; null when there was none. */
  readonly text: string | null;
  /** The first few texts of agents. Absent in plans of older versions. */
  readonly texts?: readonly string[];
  /** How many rounds it took; null when the server does not say. Absent in plans of older versions. */
  readonly rounds?: number | null;
  readonly tookMs: number;
}

export interface EngineScenario {
  readonly journey: JourneyName;
  readonly kind: 'arrivals' | 'sockets';
  /** Start after the beginning of the load, seconds. */
  readonly startSec: number;
  readonly durationSec: number;
  /** Arrivals per second; 0 for sockets. */
  readonly ratePerSec: number;
  readonly vus: number;
  readonly maxVus: number;
  readonly pingEverySec?: number;
  /** One arrival of this many sends no `traceparent`; absent: all send one. See trace-flag.ts. */
  readonly untracedEvery?: number;
  /** Endpoints whose value counts from the due time: after d drops in the scenario their values are d/rate too long, and are corrected. */
  readonly fromDue: readonly Endpoint[];
  /** Endpoints for which a dropped arrival owes a sample each. */
  readonly owed: readonly Endpoint[];
}

/** The name of a journey's function in the entry script of a run. It is never a word that k6 or JavaScript uses for something else. */
export function exportOf(journey: JourneyName): string {
  return `journey_${journey.replaceAll('-', '_')}`;
}

/** First line. */
export interface StartRecord {
  readonly type: 'start';
  readonly protocol: 1;
  readonly engineVersion: string;
  readonly atMs: number;
  /** How many cores it uses; absent where it is not said: all of this machine. */
  readonly cores?: number;
}

/** The part of an interval that belongs to one endpoint. Counts of several records for the same second add up. */
export interface EndpointInterval {
  readonly count: number;
  readonly failed?: Readonly<Record<string, number>>;
  /** Answered samples over each limit, parallel to `limitsUs[endpoint]`; absent without limits. */
  readonly over?: readonly number[];
  readonly sumUs: number;
  /** HdrHistogram V2, base64, compressed or not; absent when no sample was answered. 1 µs … 120 s, 4 digits. */
  readonly histogram?: string;
  /** [traceId, latencyUs, outcome] of the samples that carried metadata `trace_id`. */
  readonly traces?: readonly (readonly [string, number, string])[];
}

/** About one per second. `second` is the Unix second in which the samples were complete; late ones come in another record for the same second. */
export interface IntervalRecord {
  readonly type: 'interval';
  readonly second: number;
  /** User + system CPU of the engine process so far, µs; absent where it can't be read. */
  readonly cpuUs?: number;
  readonly peakRssBytes?: number;
  readonly endpoints: Readonly<Record<Endpoint, EndpointInterval>>;
  /** Completed iterations and dropped arrivals of this second by scenario. */
  readonly iterations: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
}

/** Last line; without it the engine ended early. Totals let the reader prove that nothing was lost. */
export interface EndRecord {
  readonly type: 'end';
  readonly atMs: number;
  readonly samples: number;
  readonly intervals: number;
  /** Why the run ended before its time; absent when it did not. */
  readonly error?: string;
}

export type EngineRecord = StartRecord | IntervalRecord | EndRecord;
