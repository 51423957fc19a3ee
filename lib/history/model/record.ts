/**
 * Owns the words for what a history keeps of a run. Written to a history folder, one file a run.
 * Refuses to know how entries are stored, and what is made of many of them.
 */
import type { Finding } from '../../core/finding.ts';
import type { EndpointBlocks } from '../../core/latency-blocks.ts';
import type { Journey, Objective, Plan } from '../../core/plan.ts';
import type { LoadReason } from '../../core/recording.ts';
import type { Environment } from '../../core/run.ts';
import type { Outcome } from '../../core/verdict.ts';

/** A finding without what only explains it: enough to draw it, and to count its samples. */
export type HistoryFinding = Pick<
  Finding,
  | 'id'
  | 'subject'
  | 'status'
  | 'gating'
  | 'operator'
  | 'actual'
  | 'expected'
  | 'unit'
  | 'samples'
  | 'bad'
  | 'allowedShare'
  | 'interval'
  // Only of a run of several phases.
  | 'phase'
>;

/** What of the machine that made the load matters to latency. No names of hosts or people. */
export interface Machine {
  readonly cpu: string;
  /** Logical ones that the harness may use. */
  readonly cores: number;
  /** Rounded to whole GiB: virtual machines of one kind differ by a few MiB. */
  readonly memoryGiB: number;
  /** `linux`, `darwin`, `win32`: without its release, which patches change weekly. */
  readonly os: string;
  readonly arch: string;
  /** The load engine's version and how it is listened to, e.g. `v2.2.0 (hdr)`. */
  readonly engine: string;
}

/** Which build of the server was measured; null where nobody said. */
export interface ServerVersion {
  readonly commit: string | null;
  readonly ref: string | null;
}

/** What of a plan a later comparison needs. */
export interface PlanEssentials {
  readonly profile: string;
  readonly contract: string;
  /** The embedded reference target, and not a server that was named. */
  readonly embedded: boolean;
  readonly seed: Plan['seed'];
  /** Of all phases, in their order. */
  readonly journeys: readonly Journey[];
  readonly objectives: readonly Objective[];
}

export interface HistoryEntry {
  readonly runId: string;
  /** Unix ms, by the clock of the machine that made the load. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: Outcome;
  /** Only `finished` is evidence of a whole run. */
  readonly loadEnded: LoadReason['kind'];
  readonly plan: PlanEssentials;
  readonly findings: readonly HistoryFinding[];
  readonly versions: Environment;
  /** null when it is not known whole: then the run is comparable with none. */
  readonly machine: Machine | null;
  readonly server: ServerVersion;
}

/** An entry with its latencies. */
export interface RunRecord extends HistoryEntry {
  /** [] for a run without samples. */
  readonly latency: readonly EndpointBlocks[];
}
