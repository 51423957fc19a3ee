import { describe, expect, it } from 'vitest';
import { chiSquareRatioQuantile, clopperPearson, studentQuantile } from './binomial.ts';

/** SciPy 1.17.1: beta.ppf(0.05, x, n − x + 1) and beta.ppf(0.95, x + 1, n − x). */
const SCIPY: readonly (readonly [bad: number, samples: number, lower: number, upper: number])[] = [
  [0, 5, 0, 0.450719728346941],
  [0, 59, 0, 0.04950760988822693],
  [0, 299, 0, 0.009969146792899269],
  [0, 2995, 0, 0.000999744420901142],
  [5, 100, 0.019905563662171832, 0.1022533776432745],
  [50, 1000, 0.039163535925589354, 0.06286340351237973],
  [3.7, 412.25, 0.002903861074318709, 0.021067599213813105],
  [0.25, 37.5, 1.1137849046759367e-7, 0.08852147149029498],
  [1e5, 1e8, 0.0009948067875424648, 0.0010052145659686252],
  [12, 1e8, 6.924212654693206e-8, 1.944256860570494e-7],
  [999, 1000, 0.9952650064245002, 0.999948708021091],
];

const relativeError = (actual: number, expected: number): number =>
  actual === expected ? 0 : Math.abs(actual - expected) / expected;

describe('clopperPearson', () => {
  it.each(SCIPY)('bounds %d bad of %d samples as scipy does, to 1e-9', (bad, samples, lower, upper) => {
    const bounds = clopperPearson({ bad, samples, confidence: 0.95 });
    expect(relativeError(bounds.lower, lower)).toBeLessThan(1e-9);
    expect(relativeError(bounds.upper, upper)).toBeLessThan(1e-9);
  });

  it('knows nothing without samples', () => {
    expect(clopperPearson({ bad: 0, samples: 0, confidence: 0.95 })).toEqual({ lower: 0, upper: 1 });
  });

  it('has the closed form 1 − (1 − c)^(1/n) when nothing is bad, and its mirror when everything is', () => {
    const none = clopperPearson({ bad: 0, samples: 300, confidence: 0.95 });
    expect(relativeError(none.upper, 1 - 0.05 ** (1 / 300))).toBeLessThan(1e-9);
    const all = clopperPearson({ bad: 300, samples: 300, confidence: 0.95 });
    expect(all.upper).toBe(1);
    expect(relativeError(all.lower, 0.05 ** (1 / 300))).toBeLessThan(1e-9);
  });

  it.each([
    [-1, 10],
    [11, 10],
    [Number.NaN, 10],
    [0, Infinity],
  ])('refuses %d bad of %d samples', (bad, samples) => {
    expect(() => clopperPearson({ bad, samples, confidence: 0.95 })).toThrow(RangeError);
  });
});

describe('quantiles', () => {
  /** SciPy 1.17.1: t.ppf. */
  it.each([
    [0.95, 1, 6.313751514675037],
    [0.95, 5, 2.0150483733330233],
    [0.95, 89, 1.6621553258697],
    [0.99, 30, 2.457261542400591],
    [0.95, Infinity, 1.6448536269514722],
  ])('Student t at %d with %d degrees', (probability, degrees, expected) => {
    expect(relativeError(studentQuantile(probability, degrees), expected)).toBeLessThan(1e-6);
  });

  /** SciPy 1.17.1: chi2.ppf / degrees. */
  it.each([
    [5, 3.0172544938777976],
    [59, 1.4773849389794502],
    [3599, 1.055656021250766],
  ])('chi-square over its %d degrees, to 1 %%', (degrees, expected) => {
    expect(relativeError(chiSquareRatioQuantile(0.99, degrees), expected)).toBeLessThan(0.01);
  });
});
