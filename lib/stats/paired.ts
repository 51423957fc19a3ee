/** What a series of paired values says about their difference: faster, same, slower, or not decided yet. Pure. */
import type { DifferenceVerdict } from '../core/difference.ts';
import { studentQuantile } from './binomial.ts';

export interface Pair {
  readonly a: number;
  readonly b: number;
}

export interface PairedRisk {
  /** Chance of reporting a difference where there is none, both directions together; 0–1. */
  readonly differ: number;
  /** Chance of reporting "same" where the difference is the smallest that matters; 0–1. */
  readonly same: number;
}

export interface PairedDifference {
  readonly a: number;
  readonly b: number;
  /** b − a. */
  readonly difference: number;
  /** The interval that the verdict rests on; null with fewer than two pairs. */
  readonly interval: { readonly lower: number; readonly upper: number } | null;
  readonly smallest: number;
  readonly verdict: DifferenceVerdict;
}

/** Share of the differences at each end that count by their number, not by their size. */
const TRIMMED = 0.2;

/**
 * The trimmed mean of b − a with Yuen's interval for paired values (Yuen, Biometrika 61, 1974). What both values of a pair have in common
 * cancels, and a pair that the machine spoilt weighs no more than its neighbours. There is a difference when its interval leaves out 0 and
 * it is at least the smallest that matters. It is the same when the interval of two one-sided tests lies within ± the smallest (Schuirmann,
 * J. Pharmacokinet. Biopharm. 15, 1987).
 *
 * @param smallest the smallest difference that matters: the larger of a share (0–1) of a's mean and an amount
 * @throws RangeError without pairs
 */
export function pairedDifference(
  pairs: readonly Pair[],
  smallest: { readonly share: number; readonly amount: number },
  risk: PairedRisk,
): PairedDifference {
  if (pairs.length === 0) throw new RangeError('expected at least one pair');
  const [a, b] = [trimmedMean(pairs.map((pair) => pair.a)), trimmedMean(pairs.map((pair) => pair.b))];
  const differences = pairs.map((pair) => pair.b - pair.a);
  const difference = trimmedMean(differences);
  const matters = Math.max(smallest.share * a, smallest.amount);
  const known = { a, b, difference, smallest: matters };
  const counted = pairs.length - 2 * trimmedAway(pairs.length);
  if (counted < 2) return { ...known, interval: null, verdict: 'cannot-tell' };
  const error = Math.sqrt(winsorizedSquares(differences) / (counted * (counted - 1)));
  const within = (chance: number): { lower: number; upper: number } => {
    const reach = error * studentQuantile(1 - chance, counted - 1);
    return { lower: difference - reach, upper: difference + reach };
  };
  const equivalence = within(risk.same);
  if (equivalence.lower > -matters && equivalence.upper < matters) {
    return { ...known, interval: equivalence, verdict: 'same' };
  }
  const interval = within(risk.differ / 2);
  if (interval.lower > 0 && difference >= matters) return { ...known, interval, verdict: 'slower' };
  if (interval.upper < 0 && difference <= -matters) return { ...known, interval, verdict: 'faster' };
  return { ...known, interval, verdict: 'cannot-tell' };
}

/** On each side. */
function trimmedAway(count: number): number {
  return Math.floor(TRIMMED * count);
}

function trimmedMean(values: readonly number[]): number {
  const cut = trimmedAway(values.length);
  return mean([...values].sort((x, y) => x - y).slice(cut, values.length - cut));
}

/** Sum of squares around their mean, where the values that were trimmed away take the last value that was not. */
function winsorizedSquares(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const cut = trimmedAway(values.length);
  const [least = 0, most = 0] = [sorted[cut], sorted[values.length - 1 - cut]];
  const drawnIn = sorted.map((value) => Math.min(most, Math.max(least, value)));
  const centre = mean(drawnIn);
  return drawnIn.reduce((sum, value) => sum + (value - centre) ** 2, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
