/**
 * Owns the sum of a run's facts, as reports receive them, and what `observe` may bring.
 * Refuses to know where they are stored.
 */

import type { LogsObservation, MetricsObservation, SecretsObserved, TracesObservation } from './observation.ts';
import type { Plan } from './plan.ts';
import type { LoadResult, Recording } from './recording.ts';
import type { Verdict } from './verdict.ts';

/** Evidence from somewhere else than the load itself: telemetry, an external monitor. */
export type Observation = MonitorObservation | TelemetryObservation;

export type MonitorObservation =
  | { readonly kind: MonitorKind; readonly status: 'collected'; readonly data: unknown }
  | { readonly kind: MonitorKind; readonly status: 'unavailable'; readonly reason: string; readonly hint: string };
type MonitorKind = `monitor.${string}`;

export type TelemetryObservation = MetricsObservation | TracesObservation | LogsObservation | SecretsObserved;

/** Versions of everything that could matter when a run is compared with another. Values are plain text. */
export type Environment = Readonly<Record<string, string>>;

export interface RunFacts {
  readonly plan: Plan;
  readonly load: LoadResult;
  readonly recording: Recording;
  readonly observations: readonly Observation[];
  readonly verdict: Verdict;
  readonly environment: Environment;
}

/**
 * One-sided confidence (0–1) of each bound: of the look at which the load was ended, or of the end of a run that might have been ended
 * before. undefined: the judge's own, of a run that was never meant to be, and at a look that the plan does not know.
 */
export function confidenceOf({
  plan: { early },
  load: { reason },
}: Pick<RunFacts, 'plan' | 'load'>): number | undefined {
  return reason.kind === 'decided-early' ? early?.looks[reason.look]?.confidence : early?.finalConfidence;
}

/** Live progress: one per interval while the load runs. */
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
