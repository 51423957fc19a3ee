import { describe, expect, test } from 'vitest';
import { type StartedArrivals, WHOLE } from '../core/segment.ts';
import { TraceIds } from '../core/trace-ids.ts';
import { SeenArrivals } from '../systems/logs/observe/sent.ts';
import { SentLoad } from './sent.ts';

const common = { startSec: 0, durationSec: 3, vus: 1, maxVus: 1, fromDue: [], owed: [] } as const;
const SCENARIOS = {
  health_0: { ...common, journey: 'health', kind: 'arrivals', ratePerSec: 5, untracedEvery: 2 },
  websocket_0: { ...common, journey: 'websocket', kind: 'sockets', ratePerSec: 0 },
} as const;
const sent = new SentLoad(SCENARIOS);

/** The same fifteen arrivals, started by this many generators. */
const SPLITS: readonly (readonly [string, readonly StartedArrivals[]])[] = [
  ['one generator', [{ segment: WHOLE, count: 15 }]],
  [
    'two generators',
    [
      { segment: { index: 0, of: 2 }, count: 8 },
      { segment: { index: 1, of: 2 }, count: 7 },
    ],
  ],
  ['three generators', [0, 1, 2].map((index) => ({ segment: { index, of: 3 }, count: 5 }))],
];

describe.each(SPLITS)('what %s sent', (_, health_0) => {
  const started = { health_0, websocket_0: [{ segment: WHOLE, count: 40 }] };

  test('is counted by what each arrival sends', () => {
    // Of 0 … 14 every fifth is sampled, and of the others the odd ones send nothing.
    expect([true, false, null].map((flag) => sent.count(started, flag))).toEqual([3, 6, 6]);
  });

  test('is looked for in logs, arrival by arrival', () => {
    const [group] = sent.arrivals(started);
    expect(group).toEqual({ scenarios: ['health_0'], arrivals: 9, started: health_0 });
    const ids = new TraceIds(1, ['health_0'], ({ scenario, arrival }) => sent.flag(scenario, arrival) !== null);
    const seen = new SeenArrivals(ids);
    for (const arrival of [0, 2, 4, 5, 6, 8, 10, 12]) expect(seen.see(ids.idOf('health_0', arrival) ?? '')).toBe(true);
    expect(group === undefined ? [] : seen.missing(group, 5)).toEqual([ids.idOf('health_0', 14)]);
  });
});

test('a generator that dropped arrivals numbers on: what it started is counted, and no more', () => {
  const uneven = [
    { segment: { index: 0, of: 2 }, count: 3 },
    { segment: { index: 1, of: 2 }, count: 1 },
  ];
  // 0, 2, 4 and 1.
  expect([true, false, null].map((flag) => sent.count({ health_0: uneven }, flag))).toEqual([1, 2, 1]);
});
