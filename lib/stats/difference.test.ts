/** The difference of two runs, case by case, and small simulations with fixed seeds. `npm run test:simulations` repeats them more often. `npm run calibrate` makes the full table. */
import { describe, expect, it, test } from 'vitest';
import { simulatePairs, waves } from '../../bench/calibrate/differences.ts';
import { autoregressive, seededNormal, seededUniform, stalls } from '../../bench/calibrate/processes.ts';
import { mostOf, replicates } from '../../test/support/replicates.ts';
import { COMPARED_PERCENTILES, type PercentileDifference } from '../core/difference.ts';
import type { LatencyBlock } from '../core/latency-blocks.ts';
import { blockLength } from './block-length.ts';
import { contrast, holm, widening } from './contrast.ts';
import { differences } from './difference.ts';
import { wavesOf, waveWidening } from './waves.ts';

const OPTIONS = { smallest: { share: 0.05, ms: 2 }, percentiles: COMPARED_PERCENTILES, seed: 1 };

interface Made {
  readonly seconds?: number;
  readonly perSec?: number;
  readonly medianMs?: number;
  readonly seed?: number;
  /** Share of every second's samples. */
  readonly failing?: number;
}

/** Lognormal latencies, sigma 0.3. */
function blocks({ seconds = 60, perSec = 40, medianMs = 100, seed = 1, failing = 0 }: Made): LatencyBlock[] {
  const normal = seededNormal(seededUniform(seed));
  return Array.from({ length: seconds }, () => {
    const valuesUs = Array.from({ length: perSec - failing }, () =>
      Math.round(medianMs * 1000 * Math.exp(0.3 * normal())),
    );
    const distinct = [...new Set(valuesUs)].sort((a, b) => a - b);
    const counts = distinct.map((one) => valuesUs.filter((value) => value === one).length);
    return { valuesUs: distinct, counts, failed: failing, dropped: 0 };
  });
}

function compared(a: Made | null, b: Made | null) {
  const seconds = Math.min(a?.seconds ?? 60, b?.seconds ?? 60);
  const sides = { a: a === null ? [] : blocks({ seed: 1, ...a }), b: b === null ? [] : blocks({ seed: 2, ...b }) };
  const [endpoint] = differences([{ endpoint: 'health', seconds, ...sides }], OPTIONS);
  if (endpoint === undefined) throw new Error('nothing was compared');
  return endpoint;
}

const verdicts = (rows: readonly PercentileDifference[]): string[] => rows.map(({ verdict }) => verdict);

describe('of two runs of a minute', () => {
  it.each<[string, Made | null, Made | null, string[]]>([
    ['fast ones without a difference are the same', { medianMs: 5 }, { medianMs: 5 }, ['same', 'same', 'same']],
    ['a tenth longer is slower', { perSec: 100 }, { perSec: 100, medianMs: 110 }, ['slower', 'slower', 'slower']],
    ['a tenth shorter is faster', { perSec: 100 }, { perSec: 100, medianMs: 90 }, ['faster', 'faster', 'faster']],
    ['a tenth of 5 ms is less than matters', { medianMs: 5 }, { medianMs: 5.5 }, ['same', 'same', 'same']],
    ['a run against itself is the same, or open', { seed: 1 }, { seed: 1 }, ['same', 'same', 'cannot-tell']],
    [
      'p99 of 100 samples is open',
      { seconds: 20, perSec: 5 },
      { seconds: 20, perSec: 5 },
      ['cannot-tell', 'cannot-tell', 'cannot-tell'],
    ],
    [
      'nine seconds are too few, whatever they hold',
      { seconds: 9, medianMs: 5 },
      { seconds: 9, medianMs: 900 },
      ['cannot-tell', 'cannot-tell', 'cannot-tell'],
    ],
    ['without a sample of B all is open', { medianMs: 5 }, null, ['cannot-tell', 'cannot-tell', 'cannot-tell']],
    ['without a sample of A all is open', null, { medianMs: 5 }, ['cannot-tell', 'cannot-tell', 'cannot-tell']],
    [
      'where B fails in 2.5 % its p99 is slower, and nothing is the same',
      { medianMs: 5 },
      { medianMs: 5, failing: 1 },
      ['cannot-tell', 'cannot-tell', 'slower'],
    ],
    ['where A fails in 2.5 % p99 is faster', { medianMs: 5, failing: 1 }, { medianMs: 5 }, ['same', 'same', 'faster']],
    [
      'where both fail p99 is open',
      { medianMs: 5, failing: 1 },
      { medianMs: 5, failing: 1 },
      ['same', 'same', 'cannot-tell'],
    ],
    [
      'where B answers nothing all is slower',
      { medianMs: 5 },
      { medianMs: 5, failing: 40 },
      ['slower', 'slower', 'slower'],
    ],
  ])('%s', (_, a, b, expected) => {
    expect(verdicts(compared(a, b).percentiles)).toEqual(expected);
  });

  it('says what it rests on', () => {
    const { aSamples, bSamples, failures, percentiles } = compared({ perSec: 100 }, { perSec: 100, medianMs: 110 });
    expect([aSamples, bSamples]).toEqual([6000, 6000]);
    expect(failures).toEqual({ aShare: 0, bShare: 0, interval: null, verdict: 'not-more' });
    const [p50] = percentiles;
    expect(p50?.aMs).toBeGreaterThan(98);
    expect(p50?.smallestMs).toBeCloseTo(0.05 * (p50?.aMs ?? 0), 9);
    expect(p50?.differenceMs).toBeCloseTo((p50?.bMs ?? 0) - (p50?.aMs ?? 0), 9);
    expect(p50?.interval?.lowerMs).toBeGreaterThan(0);
    expect(p50?.interval?.lowerMs).toBeLessThan(p50?.differenceMs ?? 0);
    expect(p50?.interval?.upperMs).toBeGreaterThan(p50?.differenceMs ?? Infinity);
  });

  it('reports more failures from as many', () => {
    expect(compared({}, { failing: 1 }).failures).toMatchObject({ aShare: 0, bShare: 0.025, verdict: 'more' });
    expect(compared({ failing: 1 }, { failing: 1 }).failures.verdict).toBe('not-more');
    expect(compared({ failing: 1 }, {}).failures.verdict).toBe('not-more');
    expect(compared({}, null).failures).toEqual({ aShare: 0, bShare: null, interval: null, verdict: 'not-more' });
  });

  it('gates what A has the samples for, whatever B has', () => {
    const gating = (a: Made | null, b: Made | null) => compared(a, b).percentiles.map((row) => row.gating);
    expect(gating({ perSec: 40 }, null)).toEqual([true, true, true]);
    expect(gating({ perSec: 20 }, { perSec: 40 })).toEqual([true, true, false]);
    expect(gating(null, { perSec: 40 })).toEqual([false, false, false]);
  });

  it('says how long it would take to tell, and then it does', () => {
    const [a, b] = [
      { perSec: 10, seed: 3 },
      { perSec: 10, seed: 4 },
    ];
    const short = compared(a, b).percentiles[0];
    expect(short).toMatchObject({ verdict: 'cannot-tell', reason: 'it is unknown whether it matters' });
    const seconds = short?.secondsToTell ?? 0;
    expect(seconds).toBeGreaterThan(60);
    expect(compared({ ...a, seconds: 2 * seconds }, { ...b, seconds: 2 * seconds }).percentiles[0]?.verdict).toBe(
      'same',
    );
    const [, , few] = compared(a, b).percentiles;
    expect(few).toMatchObject({ reason: 'A has 600 of the 2000 samples that are needed', secondsToTell: 200 });
  });

  it('says the same each time', () => {
    expect(compared({}, { medianMs: 104 })).toEqual(compared({}, { medianMs: 104 }));
  });
});

test('of no endpoint nothing is said', () => {
  expect(differences([], OPTIONS)).toEqual([]);
});

const nominal = (runs: number): number => mostOf(0.05, runs, 2);
const PAIRS = replicates(40, 10);
const FEWER_PAIRS = replicates(20, 6);

describe('in simulated pairs of smoke runs of one endpoint (1,800 samples, median 100 ms)', () => {
  const setting = {
    title: 'smoke',
    seconds: 60,
    rates: { 'debates-list': 30 },
    alone: 'debates-list',
    laws: [],
  } as const;

  it('independent: of A/A pairs at most 5 % call a difference, 10 % more is found in 90 %, 5 % more is never cleared', () => {
    const row = simulatePairs(autoregressive('independent', 0), setting, PAIRS, 42);
    expect(row.falseCall / row.pairs).toBeLessThanOrEqual(nominal(PAIRS));
    expect(row.foundAll / row.pairs).toBeGreaterThanOrEqual(0.9);
    expect(row.falseClear / row.pairs).toBeLessThanOrEqual(nominal(PAIRS));
    expect(row.oracleFalse / row.pairs).toBeLessThanOrEqual(nominal(PAIRS));
    expect(row.oracleAll).toBeGreaterThanOrEqual(row.foundAll);
    expect(row.oracleTogether / row.pairs).toBeGreaterThanOrEqual(0.9);
  });

  it('stalls of 0.2 s: of A/A pairs at most 5 % call a difference', () => {
    const row = simulatePairs(stalls('stalls', 0.2), setting, FEWER_PAIRS, 42);
    expect(row.falseCall / row.pairs).toBeLessThanOrEqual(nominal(FEWER_PAIRS));
  });

  it('waves of 10 %, AR(1) 0.8 a second: of A/A pairs at most 5 % call a difference, and an oracle misses most of 10 % more', () => {
    const row = simulatePairs(waves('waves', 0.8, 0.1), setting, FEWER_PAIRS, 42);
    expect(row.falseCall / row.pairs).toBeLessThanOrEqual(nominal(FEWER_PAIRS));
    expect(row.oracleAll / row.pairs).toBeLessThan(0.5);
  });
});

/** AR(1), standard normal. */
function series(rho: number, size = 120, seed = 3): number[] {
  const normal = seededNormal(seededUniform(seed));
  let value = normal();
  return Array.from({ length: size }, () => (value = rho * value + Math.sqrt(1 - rho * rho) * normal()));
}

describe('blocks are as long as the correlation', () => {
  it.each([
    ['independent', series(0), 1, 3],
    ['AR(1) 0.5', series(0.5), 3, 8],
    ['AR(1) 0.9', series(0.9), 8, 20],
    ['constant', Array(120).fill(4), 1, 1],
    ['too short', series(0.9, 11), 1, 1],
  ])('%s', (_, values, least, most) => {
    expect(blockLength(values)).toBeGreaterThanOrEqual(least);
    expect(blockLength(values)).toBeLessThanOrEqual(most);
  });
});

describe('waves', () => {
  /** Minus their mean, as deviations are. */
  const centred = (values: readonly number[]): number[] => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const pair = (rho: number, seed: number, size = 60) => ({
    a: centred(series(rho, size, seed)),
    b: centred(series(rho, size, seed + 1)),
  });
  const still = { a: Array(60).fill(0), b: Array(60).fill(0) };

  it.each([
    ['independent seconds have none', [[pair(0, 5)]], ['none']],
    ['seconds that hang together have slow ones', [[pair(0.6, 5)]], ['slow']],
    ['a twelfth of the run and more makes them too slow', [[pair(0.95, 5)]], ['too-slow']],
    ['any figure is enough', [[still, pair(0, 5), pair(0.95, 5)]], ['too-slow']],
    [
      'one endpoint is not the other',
      [[pair(0.95, 5)], ...[301, 303, 305, 307, 309, 311].map((seed) => [pair(0, seed)])],
      ['too-slow', ...Array(6).fill('none')],
    ],
    ['what is constant has none', [[still]], ['none']],
    ['what is not measured has none', [[], [{ a: [], b: [] }]], ['none', 'none']],
    ['of nothing nothing is said', [], []],
  ])('%s', (_, endpoints, expected) => {
    expect(wavesOf(endpoints)).toEqual(expected);
  });

  it('are seen in all endpoints together where none shows them by itself', () => {
    const faint = Array.from({ length: 8 }, (_, at) => pair(0.4, 100 + 2 * at));
    expect(faint.filter((one) => wavesOf([[one]])[0] !== 'none').length).toBeLessThan(8);
    expect(wavesOf(faint.map((one) => [one]))).not.toContain('none');
  });

  it('make a difference wider, slow ones by what they are and too slow ones by far more', () => {
    const lengths = { a: 1, b: 1 };
    expect(waveWidening('none', pair(0.9, 5), lengths)).toBe(0);
    expect(waveWidening('slow', still, lengths)).toBe(0);
    expect(waveWidening('slow', pair(0, 5, 5000), lengths)).toBeLessThan(1.3);
    expect(waveWidening('slow', pair(0.8, 5, 5000), lengths)).toBeGreaterThan(2.5);
    expect(waveWidening('slow', pair(0.8, 5, 5000), { a: 20, b: 20 })).toBeLessThan(1.4);
    expect(waveWidening('too-slow', pair(0.9, 5), lengths)).toBeGreaterThan(
      2 * waveWidening('slow', pair(0.9, 5), lengths),
    );
  });
});

describe('a contrast', () => {
  const draws = Array.from({ length: 1999 }, (_, at) => ({ a: 0, b: at - 999 + 500 }));
  it('has its interval and its chance from the draws', () => {
    const { lower, upper, chance } = contrast({ a: 0, b: 500 }, draws, 1);
    expect([lower, upper]).toEqual([-450, 1450]);
    expect(chance).toBeCloseTo(0.501, 3);
  });
  it('is wider by its factor', () => {
    expect(contrast({ a: 0, b: 500 }, draws, 2)).toMatchObject({ lower: -1400, upper: 2400 });
  });
  it('takes a draw without a figure for one against it', () => {
    const blank = draws.map(() => ({ a: Number.NaN, b: 5 }));
    expect(contrast({ a: 0, b: 5 }, blank, 1).chance).toBe(1);
  });
});

it.each([
  [
    [0.001, 0.02, 0.9],
    [true, true, false],
  ],
  [
    [0.9, 0.02, 0.001],
    [false, true, true],
  ],
  [
    [0.02, 0.02, 0.02],
    [false, false, false],
  ],
  [
    [0.01, 0.01, 0.01],
    [true, true, true],
  ],
  [[], []],
])('of the chances %j Holm calls %j', (chances, called) => {
  expect(holm(chances, 0.05)).toEqual(called);
});

it('few blocks are spread wider than many', () => {
  expect(widening(6, 1)).toBeGreaterThan(widening(60, 1));
  expect(widening(60, 10)).toBeGreaterThan(widening(60, 1));
  expect(widening(100_000, 1)).toBeCloseTo(1, 3);
});
