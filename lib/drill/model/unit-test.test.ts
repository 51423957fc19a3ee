/** The samples of a drill as promtool takes them. */
import { describe, expect, test } from 'vitest';
import { changed, ERRORS, found, GOOD, HELD } from '../../../test/support/drilled.ts';
import type { Entry } from '../../systems/alerts/model/timeline.ts';
import { type Recording, selectorsOf, unitTest } from './unit-test.ts';

const RULE = { name: 'AragoraDown', query: 'up{job="aragora"} == 0', forSec: 60, keepFiringSec: 0 };

function recording(values: readonly (readonly [number, string])[], change: Partial<Recording> = {}): Recording {
  return {
    series: [{ name: 'up', labels: { job: 'aragora' }, samples: values.map(([sec, value]) => [1000 + sec, value]) }],
    firingAtSec: [],
    untilSec: 2000,
    scrapeSec: 15,
    evaluationSec: 15,
    toleranceSec: 60,
    ...change,
  };
}

function inputOf(made: ReturnType<typeof unitTest>): unknown {
  const { tests } = Object(made?.test) as { readonly tests: readonly { readonly input_series: unknown }[] };
  return tests[0]?.input_series;
}

test('a query reads each of its series', () => {
  expect(selectorsOf('sum(rate(a_total{status=~"5.."}[5m])) / sum(rate(a_total[5m])) > 0.01')).toEqual([
    '{__name__="a_total",status=~"5.."}',
    '{__name__="a_total"}',
  ]);
  expect(selectorsOf('no query (')).toEqual([]);
});

describe('samples are laid on the grid of scrapes', () => {
  test.each<[string, (readonly [number, string])[], string]>([
    [
      'in time',
      [
        [0, '1'],
        [15, '1'],
        [30, '0'],
      ],
      '1 1 0 stale',
    ],
    [
      'a little early and late',
      [
        [0, '1'],
        [14.2, '2'],
        [31, '3'],
      ],
      '1 2 3 stale',
    ],
    [
      'one missing',
      [
        [0, '1'],
        [30, '2'],
      ],
      '1 _ 2 stale',
    ],
    [
      'an end and a beginning',
      [
        [0, '1'],
        [60, '2'],
      ],
      '1 stale _ _ 2 stale',
    ],
    [
      'no numbers',
      [
        [0, '+Inf'],
        [15, 'NaN'],
        [30, '-Inf'],
      ],
      'Inf NaN -Inf stale',
    ],
  ])('%s', (_, samples, values) => {
    expect(inputOf(unitTest(RULE, recording(samples)))).toEqual([{ series: 'up{job="aragora"}', values }]);
  });

  test('a series that begins later has nothing before', () => {
    const early = recording([[0, '1']]).series;
    const late = recording([[30, '5']]).series;
    expect(inputOf(unitTest(RULE, recording([], { series: [...early, ...late] })))).toMatchObject([
      { values: '1 stale' },
      { values: '_ _ 5 stale' },
    ]);
  });
});

describe('what promtool is asked', () => {
  const asked = (firingAtSec: readonly number[]) =>
    unitTest(RULE, recording([[0, '1']], { firingAtSec: firingAtSec.map((sec) => 1000 + sec) }))?.asked;

  test('that it never fired', () => {
    expect(asked([])).toEqual([{ atSec: 1000, sinceSec: 0, fired: false }]);
  });

  test('that it fired then, and neither before nor after', () => {
    expect(asked([300, 315, 330])).toEqual([
      { atSec: 240, fired: false },
      { atSec: 390, sinceSec: 240, fired: true },
      { atSec: 390, fired: false },
    ]);
  });

  test('nothing of a time that two firings share', () => {
    expect(asked([300, 400])).toEqual([
      { atSec: 240, fired: false },
      { atSec: 360, sinceSec: 240, fired: true },
      { atSec: 460, sinceSec: 340, fired: true },
      { atSec: 460, fired: false },
    ]);
  });

  test('nothing without samples', () => {
    expect(unitTest(RULE, recording([]))).toBeNull();
  });
});

describe('what promtool says is part of whether an alert fires in time', () => {
  const said = (says: 'agrees' | 'disagrees' | 'nothing'): Entry[] => [
    ...GOOD,
    { kind: 'promtool', atMs: HELD.atMs, rule: ERRORS.name, says, words: 'with the same samples it does not fire' },
  ];

  test.each([
    ['agrees', 'pass'],
    ['nothing', 'pass'],
    ['disagrees', 'inconclusive'],
  ] as const)('%s: %s', (says, status) => {
    expect(found(said(says), 'in-time').status).toBe(status);
  });

  test('accuses nobody when it disagrees', () => {
    const late = changed(said('disagrees'), 'state', (entry) =>
      entry.state === 'firing' ? { ...entry, beforeMs: entry.beforeMs + 6000, atMs: entry.atMs + 6000 } : entry,
    );
    expect(found(late, 'in-time')).toEqual({
      status: 'inconclusive',
      summary: expect.stringContaining('but promtool says otherwise: with the same samples it does not fire'),
    });
  });
});
