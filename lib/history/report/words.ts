/** The words of a history, piece by piece: values, changes, budgets, burn rates, what was left out. Shared by terminal and page. */

import { STATUS_ORDER, STATUS_WORD } from '../../../reports/summary.ts';
import { unreachable } from '../../core/error.ts';
import type { Status } from '../../core/finding.ts';
import { countText, digitsText, msText, percentText, plural, relativeText, signedText } from '../../core/numbers.ts';
import { clip, plain } from '../../core/text.ts';
import type { BurnWindow } from '../../stats/burn-rate.ts';
import type { ServerVersion } from '../model/record.ts';
import type { BudgetView, HistoryView, LeftOut, LeftOutReason, ObjectiveTrend, TrendChange } from '../model/view.ts';

const OPERATOR = { '<=': '≤', '>=': '≥', '==': '=' } as const;

/** A value in the objective's unit; `–` for none. */
export function valueText({ unit }: ObjectiveTrend, value: number | null, digits?: number): string {
  if (value === null) return '–';
  switch (unit) {
    case 'ms':
      return msText(value, digits ?? 3);
    case 'ratio':
      return percentText(value, digits ?? 2);
    case 'count':
      return countText(value);
    default:
      return unreachable(unit);
  }
}

/** `≤ 500 ms`: the limit of the newest run; `–` without any. */
export function limitText(trend: ObjectiveTrend): string {
  const expected = trend.points.at(-1)?.expected;
  return expected === undefined
    ? '–'
    : `${OPERATOR[trend.operator]} ${valueText(trend, expected, trend.unit === 'ms' ? 6 : 4)}`;
}

/** `28 pass, 2 fail`, worst first; `no run` without any. */
export function statusesText({ points }: ObjectiveTrend): string {
  const counts = STATUS_ORDER.flatMap((status: Status) => {
    const count = points.filter((point) => point.status === status).length;
    return count === 0 ? [] : [`${countText(count)} ${STATUS_WORD[status].toLowerCase()}`];
  });
  return counts.length === 0 ? 'no run' : counts.join(', ');
}

/** `+26 %` for a latency. For a share: how much the bad share grew, in percentage points. */
function sizeText({ unit }: ObjectiveTrend, { before, after }: TrendChange): string {
  if (unit === 'ratio') return signedText(after - before, `${digitsText((after - before) * 100, 2)} points`);
  return before === 0 ? 'from nothing' : relativeText(after / before - 1);
}

/** Whether it got worse, by the objective's operator. */
export function isWorse({ operator }: ObjectiveTrend, { before, after }: TrendChange): boolean {
  return operator === '>=' ? after < before : after > before;
}

/** `+26 % since 2026-10-03T02-00-00-000Z-nightly (commit abc1234): median 7.2 ms before, 9.1 ms from then on`. */
export function changeText(trend: ObjectiveTrend, change: TrendChange): string {
  const commit = change.commit === null ? '' : ` (commit ${change.commit.slice(0, 10)})`;
  const medians = `median ${valueText(trend, change.before)} before, ${valueText(trend, change.after)} from then on`;
  return `${sizeText(trend, change)} since ${plain(change.runId)}${commit}: ${medians}`;
}

/** How changes were searched, and where they could not be. */
export function searchText(objectives: readonly ObjectiveTrend[]): string {
  const searched = objectives.filter(({ notSearched }) => notSearched === null);
  const found = searched.reduce((sum, { changes }) => sum + changes.length, 0);
  const reasons = [...new Set(objectives.flatMap(({ notSearched }) => notSearched ?? []))];
  const without = reasons.map((reason) => {
    const count = objectives.filter(({ notSearched }) => notSearched === reason).length;
    return `not searched in ${countText(count)} (${reason})`;
  });
  const words =
    searched.length === 0
      ? []
      : [`${plural(found, 'change point')} in ${plural(searched.length, 'objective')} (E-divisive, p ≤ 0.01)`];
  return `${[...words, ...without].join('; ')}.`;
}

/** How much of this month's budget is left: `87 % left`, `overdrawn by 150 %`, `no data`. */
export function leftText({ leftShare }: BudgetView): string {
  if (leftShare === null) return 'no data';
  return leftShare < 0 ? `overdrawn by ${percentText(-leftShare)}` : `${percentText(leftShare)} left`;
}

/** `12×, 14×`, long window first; `no data` where neither has any. */
export function burnText({ long, short }: BurnWindow): string {
  if (long === null && short === null) return 'no data';
  const text = (rate: number | null): string => (rate === null ? 'no data' : `${digitsText(rate, 2)}×`);
  return long === short ? text(long) : `${text(long)}, ${text(short)}`;
}

/** `14.4× over 1 h and 5 min`. */
export function windowText({ factor, longSec, shortSec }: BurnWindow): string {
  return `${digitsText(factor)}× over ${spanText(longSec)} and ${spanText(shortSec)}`;
}

function spanText(seconds: number): string {
  if (seconds % 86_400 === 0) return `${seconds / 86_400} d`;
  return seconds % 3600 === 0 ? `${seconds / 3600} h` : `${seconds / 60} min`;
}

/** `commit abc1234 of main`; null where neither is known. */
export function serverText({ commit, ref }: ServerVersion): string | null {
  if (commit === null) return ref === null ? null : `ref ${clip(plain(ref), 60)}`;
  return `commit ${commit.slice(0, 10)}${ref === null ? '' : ` of ${clip(plain(ref), 60)}`}`;
}

const LEFT_OUT: Readonly<Record<LeftOutReason, string>> = {
  'other-profile': 'of another profile',
  'other-load': 'of another load under the same profile name',
  'other-contract': 'of another contract',
  'other-target': 'of the other kind of target (embedded or named)',
  'other-machine': 'from another machine',
  'unknown-machine': 'where a machine is not known',
  unfinished: 'whose load did not finish',
  older: 'older than the ones shown',
};

/** `3 runs from another machine (Intel …)`. */
export function leftOutText({ reason, runs, kinds }: LeftOut): string {
  const named = kinds.length === 0 ? '' : ` (${kinds.map((kind) => clip(plain(kind), 160)).join('; ')})`;
  return `${plural(runs, 'run')} ${LEFT_OUT[reason]}${named}`;
}

export const COMPARED_WITH =
  'Latencies are compared only between whole runs of the same profile, load, contract, kind of target and machine.';

/** Which runs budgets and burn rates count. */
export function budgetBasis({ objectives }: HistoryView): string {
  const pooled = Math.max(0, ...objectives.map(({ pooledRuns }) => pooledRuns));
  const others =
    pooled === 0
      ? ''
      : ` Availability counts ${plural(pooled, 'run')} more, from other machines or unfinished: whether requests succeed does not depend on them.`;
  return `The month's budget is computed as if all of its time so far had been like the runs in it.${others}`;
}
