/** What several reports derive from a run's facts: the order of findings, the tally, failures by kind, totals. */

import { type Endpoint, START_LATENESS } from '../lib/core/endpoint.ts';
import type { Finding, Status } from '../lib/core/finding.ts';
import { countText, digitsText } from '../lib/core/numbers.ts';
import type { Objective } from '../lib/core/plan.ts';
import { type EndpointRecording, failedCount, type LoadResult } from '../lib/core/recording.ts';
import { confidenceOf, type RunFacts } from '../lib/core/run.ts';
import { unsourcedSystems } from '../lib/core/telemetry-plan.ts';
import { inPhase } from '../lib/core/timeline.ts';
import type { ErrorBudget, Outcome } from '../lib/core/verdict.ts';

/** Worst first. */
export const STATUS_ORDER = [
  'fail',
  'inconclusive',
  'unavailable',
  'no-data',
  'pass',
] as const satisfies readonly Status[];

export const STATUS_WORD: Readonly<Record<Status, string>> = {
  fail: 'Fail',
  inconclusive: 'Inconclusive',
  unavailable: 'Unavailable',
  'no-data': 'No data',
  pass: 'Pass',
};

export const OUTCOME_WORD: Readonly<Record<Outcome, string>> = {
  conforms: 'Conforms',
  breaches: 'Breaches',
  inconclusive: 'Inconclusive',
  interrupted: 'Interrupted',
};

/** By status, then gating before not gating, then worst margin first (a breach too bad for a margin comes first), then id. */
export function ordered(findings: readonly Finding[]): readonly Finding[] {
  const rank = (finding: Finding): number => STATUS_ORDER.indexOf(finding.status);
  const margin = (finding: Finding): number =>
    finding.margin ?? (finding.status === 'fail' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  return [...findings].sort(
    (a, b) =>
      rank(a) - rank(b) || Number(b.gating) - Number(a.gating) || compare(margin(a), margin(b)) || compare(a.id, b.id),
  );
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The facts as reports show them: in a run of several phases the subject of a finding names its phase. Of one phase there is nothing to name. */
export function namingPhases(facts: RunFacts): RunFacts {
  const { plan, verdict } = facts;
  if (plan.phases.length === 1) return facts;
  const findings = verdict.findings.map((finding) => ({
    ...finding,
    subject: finding.subject + inPhase(plan, finding.phase),
  }));
  return { ...facts, verdict: { ...verdict, findings } };
}

/** All findings except those on telemetry that nobody named a source for: one line says so for all of them. */
export function listed({ verdict, plan }: RunFacts): readonly Finding[] {
  const unsourced = plan.telemetry === undefined ? [] : unsourcedSystems(plan.telemetry);
  return verdict.findings.filter(({ system, status }) => status !== 'unavailable' || !unsourced.includes(system));
}

/** Statuses that occur, worst first, each with its count. */
export function tally(
  findings: readonly Pick<Finding, 'status'>[],
): readonly { readonly status: Status; readonly count: number }[] {
  return STATUS_ORDER.map((status) => ({
    status,
    count: findings.filter((finding) => finding.status === status).length,
  })).filter(({ count }) => count > 0);
}

/** What to add to the count of a status that looks like a reason for the outcome, but is none; empty for every other status. */
export function tallyNote(status: Status, findings: readonly Pick<Finding, 'status' | 'gating'>[]): string {
  const own = findings.filter((finding) => finding.status === status);
  if (status !== 'fail' || own.some(({ gating }) => gating)) return '';
  return own.length === 1 ? 'does not gate' : 'do not gate';
}

/** `2 fail, 1 no data, 12 pass`; `1 fail (does not gate), 12 pass`; `nothing was judged` when there is no finding. */
export function tallyText(findings: readonly Finding[]): string {
  const counts = tally(findings).map(({ status, count }) => {
    const note = tallyNote(status, findings);
    return `${countText(count)} ${STATUS_WORD[status].toLowerCase()}${note === '' ? '' : ` (${note})`}`;
  });
  return counts.length === 0 ? 'nothing was judged' : counts.join(', ');
}

/** The objective that a finding is about; undefined for findings about something else. */
export function objectiveOf(facts: RunFacts, finding: Finding): Objective | undefined {
  return facts.plan.objectives.find((objective) => objective.id === finding.id);
}

/** What an error budget is of: the objective's own words. */
export function budgetSubject({ plan }: RunFacts, { objectiveId }: ErrorBudget): string {
  return plan.objectives.find(({ id }) => id === objectiveId)?.subject ?? objectiveId;
}

export interface EndpointTotals {
  /** Completed samples, failed ones included. */
  readonly completed: number;
  readonly failed: number;
  readonly dropped: number;
  /** Completed and dropped samples: what objectives count. */
  readonly samples: number;
}

export function endpointTotals(recording: EndpointRecording): EndpointTotals {
  let completed = 0;
  let failed = 0;
  let dropped = 0;
  for (const second of recording.seconds) {
    completed += second.count;
    dropped += second.dropped;
    failed += failedCount(second.failed);
  }
  return { completed, failed, dropped, samples: completed + dropped };
}

/** All samples of all endpoints, dropped ones included. The generator's own lateness is not a sample. */
export function totalSamples(facts: RunFacts): number {
  return [...facts.recording.endpoints]
    .filter(([endpoint]) => endpoint !== START_LATENESS)
    .reduce((sum, [, one]) => sum + endpointTotals(one).samples, 0);
}

/** Arrivals of all journeys together. */
export function loadTotals(load: LoadResult): {
  readonly offered: number;
  readonly delivered: number;
  readonly dropped: number;
} {
  const sum = (of: 'offered' | 'delivered' | 'dropped'): number =>
    load.journeys.reduce((total, journey) => total + journey[of], 0);
  return { offered: sum('offered'), delivered: sum('delivered'), dropped: sum('dropped') };
}

export interface FailureRow {
  readonly endpoint: Endpoint;
  /** `dropped`, or the kind as the scenario named it: a foreign string. */
  readonly kind: string;
  readonly count: number;
  /** Share of the endpoint's samples, 0–1. */
  readonly share: number;
  /** Seconds since the load began. */
  readonly firstSec: number;
  readonly lastSec: number;
}

/** Failures by endpoint and kind, most frequent first; [] when nothing failed. */
export function failureRows(facts: RunFacts): readonly FailureRow[] {
  const startSec = Math.floor(facts.load.startedAtMs / 1000);
  const rows = [...facts.recording.endpoints.values()].flatMap((recording) => failuresOf(recording, startSec));
  return rows.sort((a, b) => b.count - a.count || compare(a.endpoint, b.endpoint) || compare(a.kind, b.kind));
}

function failuresOf(recording: EndpointRecording, startSec: number): FailureRow[] {
  const { samples } = endpointTotals(recording);
  const byKind = new Map<string, { count: number; firstSec: number; lastSec: number }>();
  for (const second of recording.seconds) {
    const at = second.second - startSec;
    for (const [kind, count] of [...Object.entries(second.failed), ['dropped', second.dropped] as const]) {
      if (count === 0) continue;
      const known = byKind.get(kind) ?? { count: 0, firstSec: at, lastSec: at };
      byKind.set(kind, { count: known.count + count, firstSec: known.firstSec, lastSec: at });
    }
  }
  return [...byKind].map(([kind, seen]) => ({
    endpoint: recording.endpoint,
    kind,
    share: seen.count / samples,
    ...seen,
  }));
}

/** The confidence of each bound of a share, for example `95 %`; 99.9 % at a look before the end of the run. */
export function boundsConfidence(facts: RunFacts): string {
  return `${digitsText(100 * (confidenceOf(facts) ?? 0.95), 4)} %`;
}
