/**
 * The facts of a capacity search: its bounds, its steps, its answer. Written to capacity.json. A rate is HTTP arrivals a second, of all
 * journeys together.
 */
import type { Endpoint } from '../../core/endpoint.ts';
import type { SCHEMA_VERSION } from '../../core/schema-version.ts';

/**
 * `holds`: every gating objective passed. `breaks`: one failed. `undecided`: neither. `unfit`: the generator itself was overloaded or stood
 * still, so the step says nothing about the server.
 */
export type StepResult = 'holds' | 'breaks' | 'undecided' | 'unfit';

/** What the search knows about a step that was run. */
export interface Tried {
  readonly ratePerSec: number;
  readonly result: StepResult;
  /** Duration of the whole step, with warm-up and rest. */
  readonly tookSec: number;
}

export interface SearchBounds {
  /** The first rate; minPerSec ≤ startPerSec ≤ maxPerSec. */
  readonly startPerSec: number;
  /** No rate outside these is tried; > 0. */
  readonly minPerSec: number;
  readonly maxPerSec: number;
  /** The rate that holds and the one that does not are at most this far apart, as a share (0–1) of the one that holds. */
  readonly resolution: number;
  /** No step begins that would end later than this. */
  readonly maxSec: number;
}

/**
 * Why no rate above the one that holds is known not to hold. `generator`: it was unfit when more was offered. `virtual-users`: a higher
 * rate would need more of them than allowed, so it was never offered.
 */
export type AtLeast = 'max-rate' | 'virtual-users' | 'undecided' | 'generator' | Stopped;
/** What ended a search before it was done. */
export type Stopped = 'time' | 'interrupted' | 'target-gone';

export type CapacityAnswer =
  /** Every gating objective holds at `holdsPerSec` and not at `breaksPerSec`. The two are as close as the resolution asks. */
  | { readonly kind: 'found'; readonly holdsPerSec: number; readonly breaksPerSec: number }
  /** It holds at `holdsPerSec`. `breaksPerSec`: the lowest rate at which it does not; null if there was none. */
  | {
      readonly kind: 'at-least';
      readonly holdsPerSec: number;
      readonly breaksPerSec: number | null;
      readonly why: AtLeast;
    }
  /** Not even the lowest rate that was tried holds. */
  | { readonly kind: 'below'; readonly breaksPerSec: number }
  | { readonly kind: 'not-known'; readonly why: AtLeast };

/**
 * Latency of one endpoint in one step, in ms. Failed and dropped samples count as slower than any answer; null where the percentile falls
 * among them.
 */
export interface StepLatency {
  readonly endpoint: Endpoint;
  readonly samples: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export interface CapacityStep extends Tried {
  /** Seconds that were judged, after the warm-up. */
  readonly measuredSec: number;
  /** Why this result; one sentence. */
  readonly why: string;
  /** The gating objectives that failed, the worst first. If none failed, those that are undecided. */
  readonly broke: readonly { readonly id: string; readonly subject: string; readonly summary: string }[];
  readonly latencies: readonly StepLatency[];
  /** 0–1 of all cores; null when it could not be read. */
  readonly generatorCpuShare: number | null;
  readonly lateP99Ms: number | null;
  readonly dropped: number;
  /** The folder of the step's run, relative to the folder of the search. */
  readonly folder: string;
}

/** A knee needs at least this many rates. */
export const LEAST_KNEE_RATES = 4;

export interface Knee {
  readonly endpoint: Endpoint;
  readonly ratePerSec: number;
  readonly p95Ms: number;
}

export interface CapacityFacts {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly target: { readonly httpUrl: string; readonly wsUrl: string; readonly embedded: boolean };
  /** Words for the load whose rate was searched, for example `smoke` or `health alone`. */
  readonly shape: string;
  /** The share (0–1) of the rate that each journey has. */
  readonly shares: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly bounds: SearchBounds;
  readonly answer: CapacityAnswer;
  /** One sentence for a person. */
  readonly headline: string;
  /** Where latency starts to climb, one entry for each endpoint that has a knee. */
  readonly knees: readonly Knee[];
  /** In the order in which they ran. */
  readonly steps: readonly CapacityStep[];
  readonly limits: readonly { readonly endpoint: Endpoint; readonly percentile: number; readonly limitMs: number }[];
}
