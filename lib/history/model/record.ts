/** What a history stores of a run: one file for each run. */
import type { Finding } from '../../core/finding.ts';
import type { EndpointBlocks } from '../../core/latency-blocks.ts';
import type { Journey, Objective, Plan } from '../../core/plan.ts';
import type { LoadReason } from '../../core/recording.ts';
import type { Environment } from '../../core/run.ts';
import type { Outcome } from '../../core/verdict.ts';

/** A finding without its explanations: enough to draw it, and to count its samples. */
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

/** What matters to latency about the machine that made the load. No names of hosts or people. */
export interface Machine {
  readonly cpu: string;
  /** Logical cores that the harness may use. */
  readonly cores: number;
  /** Rounded to whole GiB: virtual machines of one kind differ by a few MiB. */
  readonly memoryGiB: number;
  /** `linux`, `darwin` or `win32`, without the release: patches change that weekly. */
  readonly os: string;
  readonly arch: string;
  /** The load engine's version and how its output is read, for example `v2.2.0 (hdr)`. */
  readonly engine: string;
}

/** Which build of the server was measured; null where nobody said. */
export interface ServerVersion {
  readonly commit: string | null;
  readonly ref: string | null;
}

/** The parts of a plan that a later comparison needs. */
export interface PlanEssentials {
  readonly profile: string;
  readonly contract: string;
  /** Whether the target was the embedded reference target. */
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
  /** null when some part of it is unknown. The run is then comparable with none. */
  readonly machine: Machine | null;
  readonly server: ServerVersion;
}

/** An entry with its latencies. */
export interface RunRecord extends HistoryEntry {
  /** [] for a run without samples. */
  readonly latency: readonly EndpointBlocks[];
}
