/**
 * Owns the two formats between Node and the load engine: engine.json (in) and newline-delimited records (out).
 * Refuses to know how either side works. The Go side of the same contract: engine/hdr.
 */
import type { Endpoint } from './endpoint.ts';
import type { JourneyName } from './journey.ts';

/** The k6 Trend that carries all our samples: value in ms, tags `endpoint` and `outcome` ("ok" or a failure kind). */
export const LATENCY_METRIC = 'aragora_latency';

/**
 * engine.json: read by the k6 scripts (env `PLAN`) and by the `hdr` output (`--out hdr=plan=/path/engine.json,fd=3`).
 * Scenario names are `journey_stepIndex`, e.g. `health_0` (k6 allows only letters, digits, `_` and `-`).
 */
export interface EnginePlan {
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly seed: number;
  readonly subprotocol: string;
  /** Send a client address of its own with each created debate. */
  readonly distinctClients: boolean;
  /** A finished debate for the consensus checks; null when none could be had, absent when the script has to make its own. */
  readonly debateId?: string | null;
  /** Everything that the scripts may record, in the order in which a recording has it. */
  readonly endpoints: readonly Endpoint[];
  /** Ascending; endpoints without a limit are absent. */
  readonly limitsUs: Readonly<Record<Endpoint, readonly number[]>>;
  /** How many generators share the scenarios, each with the segment that k6 was started with: see segment.ts. */
  readonly generators: number;
  readonly scenarios: Readonly<Record<string, EngineScenario>>;
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
  /** One arrival of so many sends no `traceparent`; absent: all send one. See trace-flag.ts. */
  readonly untracedEvery?: number;
  /** Endpoints whose value counts from the due time: after d drops in the scenario its values are d/rate too long, and are corrected. */
  readonly fromDue: readonly Endpoint[];
  /** Endpoints that a dropped arrival owes a sample each. */
  readonly owed: readonly Endpoint[];
}

/** What the entry script of a run calls the function of a journey: never a word that k6 or JavaScript has another use for. */
export function exportOf(journey: JourneyName): string {
  return `journey_${journey.replaceAll('-', '_')}`;
}

/** First line. */
export interface StartRecord {
  readonly type: 'start';
  readonly protocol: 1;
  readonly engineVersion: string;
  readonly atMs: number;
}

/** One endpoint's share of an interval. Counts of several records for the same second add up. */
export interface EndpointInterval {
  readonly count: number;
  readonly failed?: Readonly<Record<string, number>>;
  /** Answered samples over each limit, parallel to `limitsUs[endpoint]`; absent without limits. */
  readonly over?: readonly number[];
  readonly sumUs: number;
  /** HdrHistogram V2 compressed, base64; absent when no sample was answered. 1 µs … 120 s, 4 digits. */
  readonly histogram?: string;
  /** [traceId, latencyUs, outcome] of the samples that carried metadata `trace_id`. */
  readonly traces?: readonly (readonly [string, number, string])[];
}

/** About one per second. `second` is the Unix second in which the samples were complete; late ones come in a further record for it. */
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
}

export type EngineRecord = StartRecord | IntervalRecord | EndRecord;
