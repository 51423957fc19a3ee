/**
 * What a history says: trends, changes, budgets and burn rates of every objective of the newest run. Pure: the caller passes the present
 * moment.
 */

import type { Objective } from '../core/plan.ts';
import { burnRates, type Counted, monthBudget } from '../stats/burn-rate.ts';
import { changesOf } from './changes.ts';
import { comparableWith, type Sorted } from './comparable.ts';
import { fingerprintOf } from './machine.ts';
import type { HistoryEntry, HistoryFinding } from './model/record.ts';
import type { BudgetView, HistoryView, ObjectiveTrend, PrometheusMissing, TrendPoint } from './model/view.ts';

export interface ViewOptions {
  readonly dir: string;
  readonly nowMs: number;
  /** At most this many comparable runs, ≥ 1. */
  readonly last: number;
  readonly warnings: readonly string[];
  readonly prometheusUrl: string | null;
  /** By objective id. */
  readonly prometheus: ReadonlyMap<string, BudgetView | PrometheusMissing>;
}

/** `entries`: oldest first. null without any: there is nothing to say. */
export function viewOf(entries: readonly HistoryEntry[], options: ViewOptions): HistoryView | null {
  const newest = entries.at(-1);
  if (newest === undefined) return null;
  const sorted = comparableWith(newest, entries, options.last);
  const { dir, nowMs, warnings, prometheusUrl, prometheus } = options;
  return {
    dir,
    nowMs,
    runs: entries.length,
    newest,
    machine: newest.machine,
    fingerprint: newest.machine === null ? null : fingerprintOf(newest.machine),
    compared: sorted.compared,
    leftOut: sorted.leftOut,
    objectives: newest.plan.objectives
      .flatMap((objective) =>
        phasesOf(newest, objective).map((phase) =>
          trendOf({ objective, phase, newest, sorted, nowMs, prometheus: prometheus.get(objective.id) ?? null }),
        ),
      )
      .filter((trend) => trend !== null),
    prometheusUrl,
    warnings,
  };
}

/** The phases in which the run judged an objective: undefined alone for a run of one phase; [] for an objective that it has no finding of. */
function phasesOf({ findings }: HistoryEntry, { id }: Objective): (string | undefined)[] {
  return findings.filter((finding) => finding.id === id).map(({ phase }) => phase);
}

/** What has a trend: an objective, in one phase of runs that have several. */
interface Promised {
  readonly objective: Objective;
  readonly phase: string | undefined;
}

interface TrendRequest extends Promised {
  readonly newest: HistoryEntry;
  readonly sorted: Sorted;
  readonly nowMs: number;
  readonly prometheus: ObjectiveTrend['prometheus'];
}

/** null for an objective without a finding in the newest run. */
function trendOf({ newest, sorted, nowMs, prometheus, ...promised }: TrendRequest): ObjectiveTrend | null {
  const { objective } = promised;
  const { compared, like, pooled } = sorted;
  const finding = findingOf(newest, promised);
  if (finding === undefined) return null;
  const points = compared.flatMap((entry): TrendPoint[] => {
    const one = findingOf(entry, promised);
    if (one === undefined || !sameMeasure(objective, entry)) return [];
    const { status, actual, expected } = one;
    const { runId, startedAtMs, server } = entry;
    return [{ runId, commit: server.commit, startedAtMs, status, actual, expected }];
  });
  const allowedShare = budgetShareOf(objective);
  // A machine's speed changes latencies. Whether requests succeed can be counted on any machine.
  const counting = objective.kind === 'latency' ? like : pooled;
  const budget = allowedShare === null ? null : budgetOf(counting, promised, allowedShare, nowMs);
  const { unit, operator } = finding;
  const pooledRuns = counting.filter((entry) => !like.includes(entry)).length;
  return {
    objective: named(promised),
    unit,
    operator,
    points,
    ...changesOf(points, objective),
    allowedShare,
    budget,
    pooledRuns,
    prometheus,
  };
}

function findingOf({ findings }: HistoryEntry, { objective, phase }: Promised): HistoryFinding | undefined {
  return findings.find((finding) => finding.id === objective.id && finding.phase === phase);
}

/** The objective as reports name it. */
function named({ objective, phase }: Promised): Objective {
  if (phase === undefined) return objective;
  return { ...objective, id: `${objective.id}.${phase}`, subject: `${objective.subject} in ${phase}` };
}

/** A user's own objectives may reuse a name for something else. Their values then have nothing in common. */
function sameMeasure(objective: Objective, { plan }: HistoryEntry): boolean {
  const its = plan.objectives.find(({ id }) => id === objective.id);
  if (its === undefined || its.kind !== objective.kind) return false;
  if (its.kind !== 'latency' || objective.kind !== 'latency') return true;
  return its.endpoint === objective.endpoint && its.percentile === objective.percentile;
}

/** What was bad against another limit is not bad against this one. */
function samePromise(promised: Promised, entry: HistoryEntry): boolean {
  const { objective } = promised;
  return sameMeasure(objective, entry) && findingOf(entry, promised)?.expected === expectedOf(objective);
}

function expectedOf(objective: Objective): number | undefined {
  if (objective.kind === 'latency') return objective.limitMs;
  return objective.kind === 'protocol' ? undefined : objective.target;
}

/** The share of bad samples that it allows; null where one bad sample is too many, or nobody here counts them. */
function budgetShareOf(objective: Objective): number | null {
  switch (objective.kind) {
    case 'latency':
      return 1 - objective.percentile / 100;
    case 'availability':
    case 'uptime':
      return objective.target < 1 ? 1 - objective.target : null;
    case 'external':
    case 'protocol':
      return null;
  }
}

function budgetOf(
  entries: readonly HistoryEntry[],
  promised: Promised,
  allowedShare: number,
  nowMs: number,
): BudgetView {
  const counted = entries.flatMap((entry): Counted[] => {
    const finding = findingOf(entry, promised);
    if (finding === undefined || finding.samples === 0 || !samePromise(promised, entry)) return [];
    // A run always takes time; if the clock went back during it, it counts at its start.
    const toMs = Math.max(entry.endedAtMs, entry.startedAtMs + 1);
    return [{ fromMs: entry.startedAtMs, toMs, samples: finding.samples, bad: finding.bad }];
  });
  const { samples, bad, leftShare } = monthBudget(counted, allowedShare, nowMs);
  return { samples, bad, leftShare, burn: burnRates(counted, allowedShare, nowMs) };
}
