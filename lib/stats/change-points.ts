/**
 * Finds where a series of numbers changed its distribution: E-divisive (Matteson & James, "A Nonparametric Approach for Multiple Change
 * Point Analysis of Multivariate Data", JASA 109(505), 2014), with its permutation test, and a test for values that resemble their
 * neighbours. Pure: the permutations come from a seed.
 */
import { Random } from '../core/random.ts';
import { autocorrelation, newsOf, seriesOf } from './autocorrelation.ts';

export interface ChangePointOptions {
  /** Fewest values on either side of a change, ≥ 2; default 3. */
  readonly minSegment?: number;
  /** A change is kept if its p-value is at most this; default 0.01. */
  readonly significance?: number;
  /** Most permutations per test; default 999. */
  readonly permutations?: number;
  /** 32-bit unsigned; default 1. */
  readonly seed?: number;
}

export interface ChangePoint {
  /** Index of the first value after the change. */
  readonly at: number;
  /** Of the permutation test, > 0. */
  readonly pValue: number;
}

/**
 * Change points in ascending order; [] for a series that is too short (fewer than twice `minSegment` values), constant, or not clearly
 * changing. Values must be finite. The series is searched twice. The first search treats values between changes as exchangeable, which is
 * wrong where neighbours resemble each other. Its result shows how much they do. The second search keeps only changes that also stand out
 * from series that resemble themselves as much (docs/history.md has the rates). Time O(n² × permutations) at worst; a test stops as soon as
 * it can no longer be significant.
 */
export function changePoints(values: readonly number[], options: ChangePointOptions = {}): ChangePoint[] {
  const { minSegment = 3, significance = 0.01, permutations = 999, seed = 1 } = options;
  const random = new Random(seed, 'change-points', values.length);
  const test = { minSegment, significance, permutations, random };
  const found = search(values, { ...test, rho: 0 });
  if (found.length === 0) return [];
  const rho = autocorrelation(
    values,
    found.map(({ at }) => at),
  );
  return rho === 0 ? found : search(values, { ...test, rho });
}

function search(values: readonly number[], test: Test): ChangePoint[] {
  const found: ChangePoint[] = [];
  const segments = [{ from: 0, to: values.length }];
  // Segments are tested separately, so a decided segment is not tested again because of a change elsewhere.
  for (let segment = segments.pop(); segment !== undefined; segment = segments.pop()) {
    const part = values.slice(segment.from, segment.to);
    const split = bestSplit(part, test.minSegment);
    if (split === null || split.strength <= 0) continue;
    const pValue = permutationTest(part, split.strength, test);
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
  /** The scaled energy distance of the parts; ≥ 0 for every real difference. */
  readonly strength: number;
}

/**
 * The split with the greatest energy distance (α = 1), scaled by nm/(n+m): equations 5 to 7 of the paper. The second part may end before
 * the series does, so a later change back does not hide it. null when no two parts are long enough.
 */
function bestSplit(values: readonly number[], minSegment: number): Split | null {
  const n = values.length;
  if (n < 2 * minSegment) return null;
  const x = Float64Array.from(values);
  const within = pairSums(x);
  /** For each end: the distances between all values before `at` and all before the end. */
  const sums = new Float64Array(n + 1);
  let bestAt = 0;
  let best = Number.NEGATIVE_INFINITY;
  for (let at = 1; at <= n - minSegment; at++) {
    const last = x[at - 1] ?? 0;
    const withinFirst = within[at] ?? 0;
    let row = withinFirst - (within[at - 1] ?? 0);
    for (let end = at + 1; end <= n; end++) {
      row += Math.abs(last - (x[end - 1] ?? 0));
      const sum = (sums[end] ?? 0) + row;
      sums[end] = sum;
      const second = end - at;
      if (at < minSegment || second < minSegment) continue;
      const between = sum - 2 * withinFirst;
      const withinSecond = (within[end] ?? 0) - withinFirst - between;
      const energy =
        (2 * between) / (at * second) -
        (2 * withinFirst) / (at * (at - 1)) -
        (2 * withinSecond) / (second * (second - 1));
      const strength = ((at * second) / end) * energy;
      if (strength <= best) continue;
      best = strength;
      bestAt = at;
    }
  }
  return { at: bestAt, strength: best };
}

/** For each end: the sum of the distances between all pairs of values before it. */
function pairSums(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let end = 0; end < values.length; end++) {
    const last = values[end] ?? 0;
    let sum = sums[end] ?? 0;
    for (let at = 0; at < end; at++) sum += Math.abs(last - (values[at] ?? 0));
    sums[end + 1] = sum;
  }
  return sums;
}

interface Test {
  readonly minSegment: number;
  readonly significance: number;
  readonly permutations: number;
  readonly random: Random;
  /** How much a value resembles the one before, 0 to 0.9. */
  readonly rho: number;
}

/**
 * What is new in each value is shuffled and makes another series; with `rho` 0 that is a shuffle of the values themselves.
 * Returns (1 + permutations at least as strong) / (1 + permutations); null when that is above `significance`. Stops as soon as it must be
 * (Besag & Clifford, "Sequential Monte Carlo p-values", Biometrika 78(2), 1991).
 */
function permutationTest(values: readonly number[], strength: number, test: Test): number | null {
  const most = Math.floor(test.significance * (test.permutations + 1)) - 1;
  const news = newsOf(values, test.rho);
  // Rounding must not decide which of two equal splits is the stronger.
  const threshold = strength * (1 - 1e-9);
  let asStrong = 0;
  for (let permutation = 0; permutation < test.permutations; permutation++) {
    shuffle(news, test.random);
    if ((bestSplit(seriesOf(news, test.rho), test.minSegment)?.strength ?? 0) >= threshold) asStrong += 1;
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
