/** What a history says, as reports show it: each objective over time, budgets and burn rates, changes, and what was left out. */
import type { Finding, Status } from '../../core/finding.ts';
import type { Objective } from '../../core/plan.ts';
import type { BurnWindow } from '../../stats/burn-rate.ts';
import type { HistoryEntry, Machine } from './record.ts';

/** One run, as seen by one objective. */
export interface TrendPoint {
  readonly runId: string;
  /** The server's commit; null where nobody said. */
  readonly commit: string | null;
  /** Unix ms. */
  readonly startedAtMs: number;
  readonly status: Status;
  /** In the finding's unit; null when nothing was measured, or the percentile fell among failed requests. */
  readonly actual: number | null;
  /** The limit of that run. */
  readonly expected: number;
}

/** A moment at which an objective's values change. */
export interface TrendChange {
  /** Index into `points` of the first run after the change. */
  readonly at: number;
  readonly runId: string;
  readonly commit: string | null;
  /** Medians of the runs from the change before it to it, and from it to the next. */
  readonly before: number;
  readonly after: number;
  readonly pValue: number;
}

/** An error budget and how fast it burns, from one source. */
export interface BudgetView {
  /** Samples of the month so far. */
  readonly samples: number;
  readonly bad: number;
  /** 1: all left; negative: overdrawn; null: no data. */
  readonly leftShare: number | null;
  readonly burn: readonly BurnWindow[];
}

export interface ObjectiveTrend {
  readonly objective: Objective;
  readonly unit: Finding['unit'];
  readonly operator: Finding['operator'];
  /** Comparable runs that measured the same thing under this name, oldest first. */
  readonly points: readonly TrendPoint[];
  readonly changes: readonly TrendChange[];
  /** Why changes could not be searched; null when they were. */
  readonly notSearched: string | null;
  /** 0–1; null where a budget makes no sense, because one violation is enough to break the objective. */
  readonly allowedShare: number | null;
  /** From the history; null without an allowed share. */
  readonly budget: BudgetView | null;
  /** How many runs of other machines the budget also counts. */
  readonly pooledRuns: number;
  /** From Prometheus; null where it was not asked, or its metrics say nothing about this objective. */
  readonly prometheus: BudgetView | PrometheusMissing | null;
}

export interface PrometheusMissing {
  readonly unavailable: string;
  readonly hint: string;
}

/** Why runs are not compared with the newest one. */
export type LeftOutReason =
  | 'other-profile'
  | 'other-load'
  | 'other-contract'
  | 'other-target'
  | 'other-machine'
  | 'unknown-machine'
  | 'unfinished'
  | 'older';

export interface LeftOut {
  readonly reason: LeftOutReason;
  readonly runs: number;
  /** What these runs have instead: profiles, contracts or machines. Not all of them; [] where there is no word for it. */
  readonly kinds: readonly string[];
}

export interface HistoryView {
  /** The folder, as it was named. */
  readonly dir: string;
  readonly nowMs: number;
  /** All entries that could be read. */
  readonly runs: number;
  /** The newest run. It decides what is comparable. */
  readonly newest: HistoryEntry;
  readonly machine: Machine | null;
  /** Twelve hexadecimal digits; null for an unknown machine. */
  readonly fingerprint: string | null;
  /** Comparable runs, oldest first. Includes `newest` if its load finished. */
  readonly compared: readonly HistoryEntry[];
  readonly leftOut: readonly LeftOut[];
  readonly objectives: readonly ObjectiveTrend[];
  /** Origin of the Prometheus that was asked; null when none was. */
  readonly prometheusUrl: string | null;
  readonly warnings: readonly string[];
}
