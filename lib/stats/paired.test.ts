/** Differences of pairs: compared with values worked out by hand, and what must never be reported. */
import { describe, expect, test } from 'vitest';
import { type Pair, pairedDifference } from './paired.ts';

const RISK = { differ: 0.05, same: 0.05 };
const pairsOf = (...differences: number[]): Pair[] =>
  differences.map((difference) => ({ a: 100, b: 100 + difference }));

describe('the difference of pairs', () => {
  test('is the trimmed mean, with Yuen’s interval', () => {
    // One of five is cut on each side: the mean of 2, 3, 4. With the cut values drawn in, the squares of 2 2 3 4 4 around 3 sum to 4;
    // t(0.975, 2) = 4.3027.
    const found = pairedDifference(pairsOf(1, 2, 3, 4, 500), { share: 0, amount: 1 }, RISK);
    expect(found.difference).toBeCloseTo(3, 12);
    const reach = 4.302653 * Math.sqrt(4 / (3 * 2));
    expect(found.interval?.lower).toBeCloseTo(3 - reach, 4);
    expect(found.interval?.upper).toBeCloseTo(3 + reach, 4);
    expect(found.verdict).toBe('cannot-tell');
  });

  test.each<[string, number[], string]>([
    ['surely above what matters', [20, 21, 22, 20, 21, 22], 'slower'],
    ['surely below', [-20, -21, -22, -20, -21, -22], 'faster'],
    ['surely there, but too small to matter', [1, 1.1, 1.2, 1, 1.1, 1.2], 'same'],
    ['nothing', [0, 0, 0, 0, 0, 0], 'same'],
    ['too uncertain for either', [30, -25, 14, -40, 20, 11], 'cannot-tell'],
    ['of a single pair', [50], 'cannot-tell'],
  ])('%s', (_, differences, verdict) => {
    expect(pairedDifference(pairsOf(...differences), { share: 0.05, amount: 2 }, RISK).verdict).toBe(verdict);
  });

  test('matters from the larger of a share and an amount', () => {
    const smallest = (share: number, amount: number): number =>
      pairedDifference(pairsOf(1, 2), { share, amount }, RISK).smallest;
    expect(smallest(0.05, 2)).toBeCloseTo(5, 12);
    expect(smallest(0.05, 8)).toBe(8);
  });

  test('needs a pair', () => {
    expect(() => pairedDifference([], { share: 0.05, amount: 2 }, RISK)).toThrow(RangeError);
  });
});
