/**
 * Owns finding where a series of numbers changed its distribution: E-divisive (Matteson & James, "A Nonparametric Approach for
 * Multiple Change Point Analysis of Multivariate Data", JASA 109(505), 2014), with its permutation test.
 * Refuses to know what the numbers are. Pure: the permutations come from a seed.
 */
import { Random } from '../core/random.ts';

export interface ChangePointOptions {
  /** Fewest values on either side of a change, ≥ 2; 3 when absent. */
  readonly minSegment?: number;
  /** A change is kept whose p-value is at most this; 0.01 when absent. */
  readonly significance?: number;
  /** Most permutations per test; 999 when absent. */
  readonly permutations?: number;
  /** 32-bit unsigned; 1 when absent. */
  readonly seed?: number;
}

export interface ChangePoint {
  /** Index of the first value after the change. */
  readonly at: number;
  /** Of the permutation test, > 0. */
  readonly pValue: number;
}

/**
 * Change points in ascending order; [] for a series that is too short (fewer than twice `minSegment` values), constant, or stationary as far
 * as can be told. The test supposes exchangeable values between changes: where neighbours resemble each other it errs more often
 * (docs/history.md has the rates). Values must be finite.
 * Time O(n² × permutations) at worst; a test is given up as soon as it can no longer be significant.
 */
export function changePoints(values: readonly number[], options: ChangePointOptions = {}): ChangePoint[] {
  const { minSegment = 3, significance = 0.01, permutations = 999, seed = 1 } = options;
  const random = new Random(seed, 'change-points', values.length);
  const found: ChangePoint[] = [];
  const segments = [{ from: 0, to: values.length }];
  // Segments are tested apart, so that a decided one need not be tested again for a change elsewhere.
  for (let segment = segments.pop(); segment !== undefined; segment = segments.pop()) {
    const part = values.slice(segment.from, segment.to);
    const split = bestSplit(part, minSegment);
    if (split === null || split.strength <= 0) continue;
    const pValue = permutationTest(part, split.strength, { minSegment, significance, permutations, random });
    if (pValue === null) continue;
    const at = segment.from + split.at;
    found.push({ at, pValue });
    segments.push({ from: segment.from, to: at }, { from: at, to: segment.to });
  }
  return found.sort((a, b) => a.at - b.at);
}

interface Split {
  /** Index of the second part's first value. */
  readonly at: number;
  /** The scaled energy distance of the parts, ≥ 0 for every real difference. */
  readonly strength: number;
}

/**
 * The split with the greatest energy distance (α = 1), scaled by nm/(n+m): equations 5 to 7 of the paper, where the second part may end
 * before the series does, so that a later change back does not hide it. null when no two parts are long enough.
 */
function bestSplit(values: readonly number[], minSegment: number): Split | null {
  const n = values.length;
  if (n < 2 * minSegment) return null;
  const sums = distanceSums(values);
  const width = n + 1;
  /** Sum of |a − b| over a in [0, i) and b in [0, j). */
  const sum = (i: number, j: number): number => sums[i * width + j] ?? 0;
  let best: Split | null = null;
  for (let at = minSegment; at <= n - minSegment; at++) {
    const withinFirst = sum(at, at) / 2;
    for (let end = at + minSegment; end <= n; end++) {
      const between = sum(at, end) - sum(at, at);
      const withinSecond = (sum(end, end) - 2 * sum(at, end) + sum(at, at)) / 2;
      const second = end - at;
      const energy =
        (2 * between) / (at * second) -
        (2 * withinFirst) / (at * (at - 1)) -
        (2 * withinSecond) / (second * (second - 1));
      const strength = ((at * second) / end) * energy;
      if (best === null || strength > best.strength) best = { at, strength };
    }
  }
  return best;
}

/** Two-dimensional prefix sums of the distances between all values. */
function distanceSums(values: readonly number[]): Float64Array {
  const n = values.length;
  const width = n + 1;
  const sums = new Float64Array(width * width);
  for (let i = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < n; j++) {
      row += Math.abs((values[i] ?? 0) - (values[j] ?? 0));
      sums[(i + 1) * width + j + 1] = (sums[i * width + j + 1] ?? 0) + row;
    }
  }
  return sums;
}

interface Test {
  readonly minSegment: number;
  readonly significance: number;
  readonly permutations: number;
  readonly random: Random;
}

/**
 * (1 + permutations at least as strong) / (1 + permutations); null when that is above `significance`. Stops early once it must be
 * (Besag & Clifford, "Sequential Monte Carlo p-values", Biometrika 78(2), 1991).
 */
function permutationTest(values: readonly number[], strength: number, test: Test): number | null {
  const most = Math.floor(test.significance * (test.permutations + 1)) - 1;
  const shuffled = [...values];
  // Of equal splits, rounding must not decide which is the stronger.
  const threshold = strength * (1 - 1e-9);
  let asStrong = 0;
  for (let permutation = 0; permutation < test.permutations; permutation++) {
    shuffle(shuffled, test.random);
    if ((bestSplit(shuffled, test.minSegment)?.strength ?? 0) >= threshold) asStrong += 1;
    if (asStrong > most) return null;
  }
  return (1 + asStrong) / (1 + test.permutations);
}

/** Fisher–Yates. */
function shuffle(values: number[], random: Random): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor((random.uint32() / 2 ** 32) * (last + 1));
    [values[last], values[other]] = [values[other] ?? 0, values[last] ?? 0];
  }
}
