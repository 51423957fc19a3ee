/** What a run intends: phases with journeys and their arrival rates, objectives with their source. Written to plan.json. */
import type { Endpoint } from './endpoint.ts';
import type { Fault } from './fault.ts';
import type { ArrivalsDescriptor, SocketsDescriptor } from './journey.ts';
import type { OwnNames } from './own-names.ts';
import type { SampleOutcome } from './sample-outcome.ts';
import type { SCHEMA_VERSION } from './schema-version.ts';
import type { Source } from './source.ts';
import type { TelemetryPlan } from './telemetry-plan.ts';

/** A stretch of constant arrival rate. Steps follow one another; a ramp is several steps, so every due time is exact. */
export interface Step {
  /** Arrivals per second, > 0. */
  readonly ratePerSec: number;
  /** Whole seconds, ≥ 1. */
  readonly durationSec: number;
}

/** How much load a journey of arrivals has. */
export interface ArrivalsLoad {
  readonly steps: readonly Step[];
  /** Virtual users ready before the start, and the most there may be; an arrival that finds none free is dropped. */
  readonly vus: number;
  readonly maxVus: number;
}

/** How much load a journey of sockets has. */
export interface SocketsLoad {
  /** Held open for the whole duration. */
  readonly sockets: number;
  readonly durationSec: number;
  /** Each socket pings once per this many seconds, > 0. */
  readonly pingEverySec: number;
}

/** A planned journey: its load, and its descriptor, so that later stages know all of it from the plan alone. */
export type Journey = (ArrivalsDescriptor & ArrivalsLoad) | (SocketsDescriptor & SocketsLoad);

interface ObjectiveBase {
  /** Stable, dotted, for example `latency.health.p95`. Also the id of its finding. */
  readonly id: string;
  /** Short words for a person, for example `health p95`. */
  readonly subject: string;
  /** Whether any status but `pass` keeps the run from conforming. */
  readonly gating: boolean;
  readonly source: Source;
}

/** At most (100 − percentile) % of the endpoint's requests take longer than `limitMs`; failed and dropped ones count as over. */
export interface LatencyObjective extends ObjectiveBase {
  readonly kind: 'latency';
  readonly endpoint: Endpoint;
  /** 0 < percentile < 100. */
  readonly percentile: number;
  readonly limitMs: number;
}

/** At least `target` (0–1) of all samples of these endpoints succeed. */
export interface AvailabilityObjective extends ObjectiveBase {
  readonly kind: 'availability';
  readonly endpoints: readonly Endpoint[];
  readonly target: number;
}

/** At least `target` (0–1) of the scheduled connection time was connected (endpoint `ws-uptime`). */
export interface UptimeObjective extends ObjectiveBase {
  readonly kind: 'uptime';
  readonly endpoint: Endpoint;
  readonly target: number;
}

/** No violation at all: a property of the protocol, which a single sample refutes (order of events, JSON frames …). */
export interface ProtocolObjective extends ObjectiveBase {
  readonly kind: 'protocol';
  readonly endpoint: Endpoint;
  readonly tolerance?: Tolerance;
}

/**
 * What a property allows: a share of the samples, or all but one. `seen-once`: one good sample is enough, and only from this second of the
 * load on does it have to come. `where-given`: nobody has to give a sample. `habit`: this outcome counts only where a good sample has the
 * value 1, which shows that the server does at other times what it says is missing.
 */
export type Tolerance =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'seen-once'; readonly afterSec: number }
  | { readonly kind: 'where-given' }
  | { readonly kind: 'habit'; readonly outcome: SampleOutcome };

/** A promise whose evidence comes from somebody else's monitor. Without one it is `no-data`. */
export interface ExternalObjective extends ObjectiveBase {
  readonly kind: 'external';
  readonly monitor: 'status-page';
  readonly target: number;
}

export type Objective =
  | LatencyObjective
  | AvailabilityObjective
  | UptimeObjective
  | ProtocolObjective
  | ExternalObjective;

/** A known failure, which the team accepts for a while. */
export interface AcceptedDeviation {
  /** Id of the finding. */
  readonly finding: string;
  readonly reason: string;
  /** The last day on which it is accepted, UTC, `YYYY-MM-DD`. */
  readonly expires: string;
}

/** A moment at which the verdict may be given before the end. */
export interface Look {
  /** Whole seconds of recorded load, from the first sample on; ≥ 1. */
  readonly atSec: number;
  /** One-sided confidence of each bound there, 0–1. */
  readonly confidence: number;
}

/** When a run may be judged before its end, and how sure its bounds must be then, and at the end. */
export interface Looks {
  /** Ascending; [] when there is none. */
  readonly looks: readonly Look[];
  /** One-sided confidence of each bound when the run went to its end, 0–1. */
  readonly finalConfidence: number;
}

export interface Phase {
  /** Names it in findings and reports; no two phases of a plan have the same name. */
  readonly name: string;
  /** At least one. They start together; a phase lasts as long as the longest of them. */
  readonly journeys: readonly Journey[];
  /** What is broken on purpose meanwhile, between the clients and the server. */
  readonly faults: readonly Fault[];
  /** The objectives of the plan that apply in it: by id, or by a prefix ending in `.`; `all` of them. */
  readonly expects: 'all' | readonly string[];
  /** Its objectives hold again at the latest so many seconds after its beginning, and apply from then on; absent: all the time. */
  readonly recoverWithinSec?: number;
  /** No HTTP request ends later than this, whether its answer is good or not: what fails, fails fast. Absent: that is not asked. */
  readonly failFastMs?: number;
}

/** What a plan says about time. */
export interface Timeline {
  /** At least one, in the order in which they follow one another. */
  readonly phases: readonly Phase[];
}

/** What the run intends: everything that a later stage needs to know about it, so that judging works offline. */
export interface Plan extends Timeline {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly runId: string;
  readonly profile: string;
  readonly contract: string;
  /** Laid over the contract; absent: it has the contract's names. */
  readonly ownNames?: OwnNames;
  /** How many generators share the load; absent: one. */
  readonly generators?: number;
  /** Seeds every id, body and trace id of the load. A 32-bit unsigned integer. */
  readonly seed: number;
  /** Without credentials: a URL with a token in it is refused before a plan exists. */
  readonly target: {
    readonly httpUrl: string;
    readonly wsUrl: string;
    readonly embedded: boolean;
    /** The status with which it answered a creation before the load, where that was not 200. */
    readonly createdStatus?: number;
  };
  /** Each objective once; the phases say in which of them it applies. */
  readonly objectives: readonly Objective[];
  /** Absent: the server's telemetry is not looked at. */
  readonly telemetry?: TelemetryPlan;
  /** Absent: none. */
  readonly accepted?: readonly AcceptedDeviation[];
  /** Absent: it runs to its end. */
  readonly early?: Looks;
  /** What looked wrong before the load, or restricts what the run can say, one line each; absent: nothing did. */
  readonly notes?: readonly string[];
  /** How to run it again; it has no secret. */
  readonly command: string;
}

/** Whether a profile's `gates` name this finding: by its id, or by a prefix ending in `.`. */
export function isNamedBy(gates: 'all' | readonly string[], id: string): boolean {
  return gates === 'all' || gates.some((gate) => (gate.endsWith('.') ? id.startsWith(gate) : id === gate));
}

/** Seconds that a journey is scheduled to last. */
export function journeyDurationSec(journey: Journey): number {
  return journey.kind === 'sockets'
    ? journey.durationSec
    : journey.steps.reduce((sum, step) => sum + step.durationSec, 0);
}

/** Arrivals that a journey schedules; for sockets, their number. */
export function journeyArrivals(journey: Journey): number {
  if (journey.kind === 'sockets') return journey.sockets;
  return journey.steps.reduce((sum, step) => sum + Math.round(step.ratePerSec * step.durationSec), 0);
}
