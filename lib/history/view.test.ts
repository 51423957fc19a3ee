/** What a history says about synthetic runs with planted changes, other machines, missing evidence. */
import { describe, expect, it } from 'vitest';
import { DAY_MS, MACHINE, makeRecord, NOW_MS, nights } from '../../test/support/history.ts';
import type { Objective } from '../core/plan.ts';
import type { HistoryEntry } from './model/record.ts';
import type { HistoryView, ObjectiveTrend } from './model/view.ts';
import { viewOf } from './view.ts';

const OTHER = { ...MACHINE, cores: 8 };

function view(entries: readonly HistoryEntry[], last = 90): HistoryView {
  const made = viewOf(entries, {
    dir: 'h',
    nowMs: NOW_MS,
    last,
    warnings: [],
    prometheusUrl: null,
    prometheus: new Map(),
  });
  if (made === null) throw new Error('there is a run');
  return made;
}

function trend(of: HistoryView, id: string): ObjectiveTrend {
  const found = of.objectives.find(({ objective }) => objective.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
}

const reasons = ({ leftOut }: HistoryView) => Object.fromEntries(leftOut.map(({ reason, runs }) => [reason, runs]));

describe('a planted change', () => {
  it.each([
    [1.3, 12],
    [1.3, 24],
    [0.75, 15],
  ])('of %d from night %d on is named by its first run, in every latency and nowhere else', (slower, from) => {
    const runs = nights(30, (night) => ({ slower: night >= from ? slower : 1 }));
    const of = view(runs);
    for (const { objective, changes, points } of of.objectives) {
      if (objective.kind !== 'latency') {
        expect(changes).toEqual([]);
        continue;
      }
      expect(changes, objective.id).toHaveLength(1);
      const [change] = changes;
      expect(Math.abs((change?.at ?? 0) - from)).toBeLessThanOrEqual(1);
      expect(change?.runId).toBe(points[change?.at ?? 0]?.runId);
      expect(change?.commit).toBe(runs[change?.at ?? 0]?.server.commit);
      expect(Math.abs((change?.after ?? 0) / (change?.before ?? 1) - slower)).toBeLessThan(0.1);
    }
  });

  it('of availability is found too', () => {
    const { changes } = trend(
      view(nights(24, (night) => ({ failed: night >= 12 ? 30 + (night % 3) : night % 3 }))),
      'availability.api',
    );
    expect(changes.map(({ at }) => at)).toEqual([12]);
  });

  it('is not made up by a steady history', () => {
    expect(view(nights(40)).objectives.flatMap(({ changes }) => changes)).toEqual([]);
  });

  it('is not looked for in fewer than ten runs, which is said', () => {
    const { changes, notSearched } = trend(
      view(nights(9, (night) => ({ slower: night > 4 ? 9 : 1 }))),
      'latency.health.p95',
    );
    expect([changes, notSearched]).toEqual([[], '9 comparable runs, 10 are needed']);
  });

  it('is not looked for across machines', () => {
    // Every second run comes from a machine that is twice as fast. Pooled, every night would be a change.
    const runs = nights(30, (night) => (night % 2 === 0 ? { machine: OTHER, slower: 0.5 } : {}));
    const of = view(runs);
    expect(of.compared).toHaveLength(15);
    expect(reasons(of)).toEqual({ 'other-machine': 15 });
    expect(of.leftOut[0]?.kinds).toEqual(['AMD EPYC 7763 64-Core Processor × 8, 16 GiB, linux x64, v2.2.0 (hdr)']);
    expect(of.objectives.flatMap(({ changes }) => changes)).toEqual([]);
  });
});

describe('a run is compared with the newest', () => {
  const newest = makeRecord({ startedAtMs: NOW_MS });
  const before = makeRecord({ startedAtMs: NOW_MS - DAY_MS });
  const { plan } = before;
  const others: Record<string, [HistoryEntry, Readonly<Record<string, number>>]> = {
    'when it is like it in all that matters': [before, {}],
    'whatever its virtual users': [
      { ...before, plan: { ...plan, journeys: plan.journeys.map((one) => ({ ...one, maxVus: 9 })) } },
      {},
    ],
    'not in another profile': [makeRecord({ startedAtMs: NOW_MS - DAY_MS, profile: 'smoke' }), { 'other-profile': 1 }],
    'not with another load under the same name': [
      makeRecord({ startedAtMs: NOW_MS - DAY_MS, durationSec: 60 }),
      { 'other-load': 1 },
    ],
    'not by another contract': [{ ...before, plan: { ...plan, contract: 'aragora-2.11' } }, { 'other-contract': 1 }],
    'not of the embedded target': [{ ...before, plan: { ...plan, embedded: true } }, { 'other-target': 1 }],
    'not from another machine': [{ ...before, machine: OTHER }, { 'other-machine': 1 }],
    'not from a machine that nobody knows': [{ ...before, machine: null }, { 'unknown-machine': 1 }],
    'not when its load did not finish': [{ ...before, loadEnded: 'interrupted' }, { unfinished: 1 }],
  };
  it.each(Object.entries(others))('%s', (_, [entry, why]) => {
    const of = view([entry, newest]);
    expect(reasons(of)).toEqual(why);
    expect(of.compared).toEqual(Object.keys(why).length === 0 ? [entry, newest] : [newest]);
  });

  it('never where the newest’s own machine is not known', () => {
    const of = view([
      { ...before, machine: null },
      { ...newest, machine: null },
    ]);
    expect(of.compared).toHaveLength(1);
    expect(reasons(of)).toEqual({ 'unknown-machine': 1 });
  });

  it('up to as many as were asked for', () => {
    const of = view(nights(12), 5);
    expect([of.compared.length, reasons(of)]).toEqual([5, { older: 7 }]);
  });
});

describe('an objective that was changed', () => {
  const changed = (to: object) =>
    nights(12, () => ({})).map((record, at) => {
      if (at >= 6) return record;
      const { plan, findings } = record;
      const objectives = plan.objectives.map((one) =>
        one.id === 'latency.health.p95' ? { ...one, ...to } : one,
      ) as Objective[];
      const expected = 'limitMs' in to ? Number(to.limitMs) : 50;
      const found = findings.map((one) => (one.id === 'latency.health.p95' ? { ...one, expected } : one));
      return { ...record, plan: { ...plan, objectives }, findings: found };
    });

  it('in its limit alone is still drawn, with each run’s own, and its budget counts the present one', () => {
    const { points, budget } = trend(view(changed({ limitMs: 20 })), 'latency.health.p95');
    expect(points.map(({ expected }) => expected)).toEqual([...new Array(6).fill(20), ...new Array(6).fill(50)]);
    expect(budget?.samples).toBe(6 * 45_000);
  });

  it.each([[{ percentile: 90 }], [{ endpoint: 'consensus' }], [{ kind: 'uptime' }]])(
    'to measure another thing has nothing to do with it: %j',
    (to) => {
      const { points, budget } = trend(view(changed(to)), 'latency.health.p95');
      expect([points.length, budget?.samples]).toEqual([6, 6 * 45_000]);
    },
  );
});

describe('error budgets', () => {
  it('count every run of the month, not only those that are shown', () => {
    const { budget } = trend(view(nights(12), 5), 'latency.health.p95');
    expect(budget?.samples).toBe(12 * 45_000);
  });

  it('of availability count other machines and unfinished runs too, and say how many; latencies don’t', () => {
    const of = view(
      nights(10, (night) => (night < 3 ? { machine: OTHER } : night === 3 ? { loadEnded: 'interrupted' } : {})),
    );
    expect(trend(of, 'availability.api')).toMatchObject({ pooledRuns: 4, budget: { samples: 100_000 } });
    expect(trend(of, 'latency.health.p95')).toMatchObject({ pooledRuns: 0, budget: { samples: 6 * 45_000 } });
  });

  it('know nothing of a month without a run', () => {
    const { budget } = trend(view([makeRecord({ startedAtMs: NOW_MS - 40 * DAY_MS })]), 'availability.api');
    expect(budget).toMatchObject({ samples: 0, leftShare: null });
    expect(budget?.burn.map(({ state }) => state)).toEqual(['no-data', 'no-data', 'no-data']);
  });

  it('are none where a single violation breaks the promise, or nobody measures it', () => {
    const of = view(nights(2));
    expect([trend(of, 'websocket.order').budget, trend(of, 'availability.status-page').budget]).toEqual([null, null]);
  });

  it('burn while a bad run goes on', () => {
    const run = makeRecord({ startedAtMs: NOW_MS - 900_000, failed: 300 });
    const pair = trend(view([run]), 'availability.api').budget?.burn[0];
    expect(pair?.state).toBe('burning');
    expect(pair?.long).toBeCloseTo(30, 9);
    expect(pair?.short).toBeCloseTo(30, 9);
  });
});

it('a clock that went back during a run leaves its samples counted', () => {
  const run = { ...makeRecord({ startedAtMs: NOW_MS - DAY_MS }), endedAtMs: NOW_MS - 2 * DAY_MS };
  expect(trend(view([run]), 'availability.api').budget?.samples).toBe(10_000);
});

it('a run from the future is counted in no budget, and in none of its windows', () => {
  const run = makeRecord({ startedAtMs: NOW_MS + DAY_MS, failed: 300 });
  const budget = trend(view([run]), 'availability.api').budget;
  expect(budget).toMatchObject({ samples: 0, bad: 0, leftShare: null });
  expect(budget?.burn.map(({ state }) => state)).toEqual(['no-data', 'no-data', 'no-data']);
});

it('no run says nothing', () => {
  expect(
    viewOf([], { dir: 'h', nowMs: NOW_MS, last: 9, warnings: [], prometheusUrl: null, prometheus: new Map() }),
  ).toBeNull();
});
