/** Which changes of an objective are reported: those that are more than chance and large enough to matter, each named by the first run after it. */
import { DEFAULT_SMALLEST } from '../core/difference.ts';
import { leastOf } from '../core/extent.ts';
import type { Objective } from '../core/plan.ts';
import { changePoints } from '../stats/change-points.ts';
import type { ObjectiveTrend, TrendChange, TrendPoint } from './model/view.ts';

/** With fewer runs the permutation test can't be significant. */
const FEWEST_RUNS = 10;

/** Points without a value are left out. */
export function changesOf(
  points: readonly TrendPoint[],
  { kind }: Objective,
): Pick<ObjectiveTrend, 'changes' | 'notSearched'> {
  if (kind === 'protocol' || kind === 'external') return { changes: [], notSearched: 'no measured value' };
  const measured = points.flatMap((point, at) => (point.actual === null ? [] : [{ point, at, value: point.actual }]));
  if (measured.length < FEWEST_RUNS) {
    return {
      changes: [],
      notSearched: `${measured.length} comparable ${measured.length === 1 ? 'run' : 'runs'}, ${FEWEST_RUNS} are needed`,
    };
  }
  // Latencies change by factors, so their logarithms change by the same amount at every level.
  const values = measured.map(({ value }) => (kind === 'latency' ? Math.log(Math.max(value, 1e-3)) : value));
  const found = changePoints(values);
  const kept = kind === 'latency' ? thoseThatMatter(found, measured) : levelsOf(found, measured);
  const changes = kept.flatMap(({ at, pValue, before, after }): TrendChange[] => {
    const first = measured[at];
    return first === undefined ? [] : [{ at: first.at, ...runOf(first.point), before, after, pValue }];
  });
  return { changes, notSearched: null };
}

function runOf({ runId, commit }: TrendPoint): Pick<TrendChange, 'runId' | 'commit'> {
  return { runId, commit };
}

interface Found {
  readonly at: number;
  readonly pValue: number;
}

type Level = Found & Pick<TrendChange, 'before' | 'after'>;
type Values = readonly { readonly value: number }[];

/** Medians from the change before to this one, and from it to the next. */
function levelsOf(found: readonly Found[], measured: Values): Level[] {
  const between = (from: number, to: number): number => median(measured.slice(from, to).map(({ value }) => value));
  return found.map((one, index) => ({
    ...one,
    before: between(found[index - 1]?.at ?? 0, one.at),
    after: between(one.at, found[index + 1]?.at ?? measured.length),
  }));
}

/**
 * Removes the smallest change first, because the values on both of its sides are then one level. Stops when each is as large as a
 * comparison of two runs would report.
 */
function thoseThatMatter(found: readonly Found[], measured: Values): Level[] {
  const levels = levelsOf(found, measured);
  const sizes = levels.map(({ before, after }) => Math.abs(after - before) / before);
  const least = leastOf(sizes);
  if (!(least < DEFAULT_SMALLEST.share)) return levels;
  return thoseThatMatter(
    found.filter((_, at) => sizes[at] !== least),
    measured,
  );
}

/** Needs at least one value. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = 0, high = low] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return (low + high) / 2;
}
