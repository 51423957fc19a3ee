/** Burn rates are those of the workbook, and what they say of time and of alerts that can never fire follows from them. */
import { describe, expect, test } from 'vitest';
import { BURNS, burnRate, detectionSec, neverFires, type Period, periodOf, productText, thresholdOf } from './burn.ts';

function period(said?: string): Period {
  const read = periodOf(said);
  if (typeof read === 'string') throw new Error(read);
  return read;
}

const rates = (said?: string): number[] => BURNS.map((burn) => burnRate(burn, period(said)));

test('of 30 days the burn rates are those that the workbook prints', () => {
  expect(rates()).toEqual([14.4, 6, 3, 1]);
  expect(BURNS.map(({ severity, long, short }) => `${severity} ${long}/${short}`)).toEqual([
    'page 1h/5m',
    'page 6h/30m',
    'ticket 1d/2h',
    'ticket 3d/6h',
  ]);
});

test.each([
  ['28d', [13.44, 5.6, 2.8, 0.933333333333]],
  ['4w', [13.44, 5.6, 2.8, 0.933333333333]],
  ['720h', [14.4, 6, 3, 1]],
  ['1M', [14.4, 6, 3, 1]],
  ['1Q', [43.2, 18, 9, 3]],
])('of %s they follow from the same shares of the budget', (said, expected) => {
  expect(rates(said)).toEqual(expected);
});

test.each(['7d', '1w', '27d', '12h', '60m'])('a period of %s is too short for these windows', (said) => {
  expect(periodOf(said)).toBe(
    `its time window is ${said}, and these alerts need at least 28d: in a shorter one they fire though the budget lasts`,
  );
});

test('a month of the calendar counts as 30 days, and that is said', () => {
  expect(period('1M')).toEqual({ text: '30d', sec: 2_592_000, note: 'the time window 1M counts as 30d' });
  expect(period('30d').note).toBeUndefined();
});

describe('an alert can never fire', () => {
  test.each([
    [14.4, 0.1, true],
    [14.4, 0.05, false],
    [6, 0.2, true],
    // No share is above 1.
    [2, 0.5, true],
    [1, 0.999, false],
  ])('at %d times a budget of %d: %s', (rate, budget, expected) => {
    expect(neverFires(rate, budget)).toBe(expected);
  });

  test('and the arithmetic is said', () => {
    expect(productText(14.4, 0.1)).toBe('14.4 × 10 % = 144 %');
    expect(productText(14.4, 0.001)).toBe('14.4 × 0.1 % = 1.44 %');
  });
});

test('the time to detect is the long window × threshold / share of bad requests', () => {
  const [page] = BURNS;
  if (page === undefined) throw new Error('no burn');
  const threshold = thresholdOf(14.4, 0.001);
  expect(threshold).toBe(0.0144);
  expect(detectionSec(page, threshold, 1)).toBe(51.84);
  expect(detectionSec(page, threshold, threshold)).toBe(3600);
});
