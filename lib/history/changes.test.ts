/** Which changes of an objective are reported, on points made by hand. */
import { expect, it } from 'vitest';
import { OBJECTIVES } from '../../test/support/history.ts';
import type { Objective } from '../core/plan.ts';
import { changesOf } from './changes.ts';
import type { TrendPoint } from './model/view.ts';

function objectiveOf(kind: Objective['kind']): Objective {
  const found = OBJECTIVES.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no objective is ${kind}`);
  return found;
}

/** Ten nights around each level, ± 1 %, in no order. */
function points(levels: readonly (number | null)[]): TrendPoint[] {
  const scatter = [0.4, -0.9, 1, -0.3, 0.7, -0.6, 0.1, -1, 0.8, -0.2];
  return levels.flatMap((level, part) =>
    scatter.map((percent, night) => ({
      runId: `run-${10 * part + night}`,
      startedAtMs: 0,
      actual: level === null ? null : level * (1 + percent / 100),
      expected: 1000,
      status: 'pass',
      commit: `commit-${10 * part + night}`,
    })),
  );
}

it.each<[string, Objective['kind'], (number | null)[], [number, number, number][]]>([
  ['a latency that is 20 % longer has changed', 'latency', [100, 120], [[10, 100, 120]]],
  ['one that is 8 % shorter too', 'latency', [100, 92], [[10, 100, 92]]],
  ['one that is 4 % longer is no news, however sure', 'latency', [100, 104], []],
  ['of 1 ms as of 100 ms', 'latency', [1, 1.2], [[10, 1, 1.2]]],
  ['what is too little to matter is one level with what is before', 'latency', [100, 103, 150], [[20, 101.5, 150]]],
  ['by 4 % twice it is the first that is let go', 'latency', [100, 104, 108.5], [[20, 102, 108.5]]],
  ['of a share any sure change is reported', 'availability', [0.9, 0.93], [[10, 0.9, 0.93]]],
  ['nights without a value lie in no part', 'latency', [100, null, 120], [[20, 100, 120]]],
  ['what stays has no change', 'latency', [100, 100], []],
])('%s', (_, kind, levels, expected) => {
  const { changes, notSearched } = changesOf(points(levels), objectiveOf(kind));
  expect(notSearched).toBeNull();
  expect(changes.map(({ at }) => at)).toEqual(expected.map(([at]) => at));
  changes.forEach(({ at, runId, commit, before, after }, index) => {
    const [, from = 0, to = 0] = expected[index] ?? [];
    expect([runId, commit]).toEqual([`run-${at}`, `commit-${at}`]);
    expect(Math.abs(before / from - 1)).toBeLessThan(0.02);
    expect(Math.abs(after / to - 1)).toBeLessThan(0.02);
  });
});

it.each<[string, Objective['kind'], (number | null)[], string]>([
  ['what is no number is not searched', 'protocol', [1, 2], 'no measured value'],
  ['nor what was never measured', 'latency', [null, null], '0 comparable runs, 10 are needed'],
])('%s', (_, kind, levels, reason) => {
  expect(changesOf(points(levels), objectiveOf(kind))).toEqual({ changes: [], notSearched: reason });
});
