import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burnRate, burnRates, burnState, countedBetween, monthBudget, monthOf, WINDOW_PAIRS } from './burn-rate.ts';

const NOW = Date.UTC(2026, 9, 16, 12);
const HOUR_MS = 3_600_000;

/** One stretch that ended `agoMs` before now. */
const stretch = (agoMs: number, lengthMs: number, samples: number, bad: number) => ({
  fromMs: NOW - agoMs - lengthMs,
  toMs: NOW - agoMs,
  samples,
  bad,
});

describe('windows', () => {
  it('are those of the workbook', () => {
    expect(WINDOW_PAIRS).toEqual([
      { factor: 14.4, longSec: 3600, shortSec: 300 },
      { factor: 6, longSec: 21_600, shortSec: 1800 },
      { factor: 1, longSec: 259_200, shortSec: 21_600 },
    ]);
  });

  it.each([
    ['both above burn', 15, 20, 'burning'],
    ['the short one below: it is over', 15, 1, 'within'],
    ['the long one below: it was short', 1, 99, 'within'],
    ['exactly the factor is not above it', 14.4, 99, 'within'],
    ['no sample in the short one: nothing is known', 15, null, 'no-data'],
    ['no sample in the long one: nothing is known', null, 15, 'no-data'],
    ['no sample at all: nothing is known', null, null, 'no-data'],
    ['one known to be below is enough', null, 0, 'within'],
  ] as const)('%s', (_, long, short, state) => {
    expect(burnState({ factor: 14.4, longSec: 3600, shortSec: 300 }, long, short)).toBe(state);
  });

  it('without a run in them say so, and never 0', () => {
    const rates = burnRates([stretch(2 * HOUR_MS, 60_000, 1000, 0)], 0.001, NOW);
    expect(rates.map(({ long, short, state }) => [long, short, state])).toEqual([
      [null, null, 'no-data'],
      [0, null, 'within'],
      [0, 0, 'within'],
    ]);
    expect(burnRates([], 0.001, NOW).every(({ state }) => state === 'no-data')).toBe(true);
  });

  it('weigh by samples, not by runs', () => {
    const counted = [stretch(1000, 1000, 100, 10), stretch(4000, 1000, 900, 0)];
    expect(burnRates(counted, 0.001, NOW)[0]?.long).toBeCloseTo(10, 9);
  });

  it('count a stretch by the part of it that lies within', () => {
    expect(countedBetween([stretch(0, 7200_000, 1000, 100)], NOW - HOUR_MS, NOW)).toEqual({ samples: 500, bad: 50 });
    expect(countedBetween([stretch(0, 0, 1000, 100)], NOW - HOUR_MS, NOW)).toEqual({ samples: 0, bad: 0 });
  });
});

describe('the budget of a month', () => {
  it('is used by the share of bad samples over the share allowed, for the time that has passed', () => {
    // Half of October has passed (15.5 of 31 days); half of the allowed share was bad.
    const budget = monthBudget([stretch(HOUR_MS, 60_000, 100_000, 50)], 0.001, NOW);
    expect(budget.elapsedShare).toBe(0.5);
    expect(budget.usedShare).toBeCloseTo(0.25, 9);
    expect(budget.leftShare).toBeCloseTo(0.75, 9);
  });

  it('can be overdrawn', () => {
    expect(monthBudget([stretch(HOUR_MS, 60_000, 1000, 5)], 0.001, NOW).leftShare).toBeCloseTo(-1.5, 9);
  });

  it('without a sample is not known', () => {
    expect(monthBudget([], 0.001, NOW)).toMatchObject({ samples: 0, usedShare: null, leftShare: null });
  });

  it('leaves out what was counted last month and what is yet to come', () => {
    const september = { fromMs: Date.UTC(2026, 8, 30), toMs: Date.UTC(2026, 9, 1), samples: 9, bad: 9 };
    expect(monthBudget([september, stretch(-HOUR_MS, 60_000, 9, 9)], 0.001, NOW).samples).toBe(0);
  });

  it.each([
    ['December', Date.UTC(2026, 11, 31, 23, 59), Date.UTC(2026, 11, 1), Date.UTC(2027, 0, 1)],
    ['February', Date.UTC(2028, 1, 29), Date.UTC(2028, 1, 1), Date.UTC(2028, 2, 1)],
  ])('%s is the calendar’s', (_, atMs, fromMs, toMs) => {
    expect(monthOf(atMs)).toEqual({ fromMs, toMs });
  });
});

it('a burn rate of 1 is the allowed share, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 0.5, noNaN: true }),
      fc.integer({ min: 1, max: 1e6 }),
      (allowed, samples) => {
        expect(burnRate({ samples, bad: samples * allowed }, allowed)).toBeCloseTo(1, 9);
      },
    ),
    { seed: 11 },
  );
  expect(burnRate({ samples: 0, bad: 0 }, 0.001)).toBeNull();
});
