/** A run's facts: what the judge reads, and what reports get besides. */
import type { Observation } from './observation.ts';
import type { AcceptedDeviation, Plan } from './plan.ts';
import type { LoadResult, Recording } from './recording.ts';
import type { Verdict } from './verdict.ts';

/** A list of known failures that somebody judges a recorded run by, instead of the list that the run was given. */
export interface OtherAcceptances {
  /** As it was named. */
  readonly file: string;
  readonly accepted: readonly AcceptedDeviation[];
}

/** Everything that a verdict depends on. */
export interface JudgeInput {
  readonly plan: Plan;
  readonly load: LoadResult;
  readonly recording: Recording;
  readonly observations: readonly Observation[];
  /** Absent: the plan's list counts. */
  readonly otherAcceptances?: OtherAcceptances;
}

/** Versions of everything that can matter when a run is compared with another. Values are plain text. */
export type Environment = Readonly<Record<string, string>>;

export interface RunFacts extends JudgeInput {
  readonly verdict: Verdict;
  readonly environment: Environment;
}

/**
 * One-sided confidence (0–1) of each bound: of the look at which the load was ended, or of the end of a run that might have ended before.
 * undefined for a run that could not end early, and for a look that the plan does not know: the judge then uses its own.
 */
export function confidenceOf({
  plan: { early },
  load: { reason },
}: Pick<RunFacts, 'plan' | 'load'>): number | undefined {
  return reason.kind === 'decided-early' ? early?.looks[reason.look]?.confidence : early?.finalConfidence;
}

/** Live progress: one for each interval while the load runs. */
export interface Progress {
  readonly elapsedSec: number;
  readonly totalSec: number;
  readonly offeredPerSec: number;
  readonly deliveredPerSec: number;
  readonly failed: number;
  readonly dropped: number;
  readonly endpoints: readonly {
    readonly endpoint: string;
    readonly count: number;
    readonly p50Us: number | null;
    readonly p95Us: number | null;
    readonly p99Us: number | null;
    readonly limitsMs: readonly { readonly percentile: number; readonly limitMs: number }[];
  }[];
}
