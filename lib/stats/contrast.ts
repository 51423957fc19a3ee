/**
 * The difference B − A of one figure, with its interval and the chance of such a difference where there is none, from paired draws of both
 * sides.
 */
import { studentQuantile } from './binomial.ts';

/** One-sided error of the interval: 95 % two-sided. */
const TAIL = 0.025;
/** The level at which the tails of few blocks are compared with normal tails: about where the Holm steps of twenty comparisons lie. */
const WIDENING_AT = 0.995;
/** How many more degrees of freedom overlapping blocks give than separate ones (Meketon and Schmeiser, WSC 1984). */
const OVERLAP_GAIN = 1.5;

export interface Contrast {
  /** Infinite when one side's figure is infinite. */
  readonly difference: number;
  readonly lower: number;
  readonly upper: number;
  /** Two-sided p-value of no difference: twice the share of draws on the other side of 0 (Davison and Hinkley, 1997, section 4.4). > 0. */
  readonly chance: number;
}

/**
 * Percentile interval of the drawn differences. Each draw is first moved away from the estimate by the factor `wider`. Equal infinite
 * figures count as a difference of 0. A draw without a figure (NaN) counts against every difference.
 */
export function contrast(
  whole: { readonly a: number; readonly b: number },
  draws: readonly { readonly a: number; readonly b: number }[],
  wider: number,
): Contrast {
  const difference = minus(whole.b, whole.a);
  const drawn = Float64Array.from(draws, ({ a, b }) => {
    const one = minus(b, a);
    return Number.isFinite(difference) && Number.isFinite(one) ? difference + wider * (one - difference) : one;
  });
  drawn.sort();
  const notAbove = drawn.filter((one) => !(one > 0)).length;
  const notBelow = drawn.filter((one) => !(one < 0)).length;
  const tail = Math.floor(TAIL * (drawn.length + 1)) - 1;
  return {
    difference,
    lower: Math.min(difference, drawn[tail] ?? Number.NEGATIVE_INFINITY),
    upper: Math.max(difference, drawn[drawn.length - 1 - tail] ?? Number.POSITIVE_INFINITY),
    chance: Math.min(1, (2 * (1 + Math.min(notAbove, notBelow))) / (drawn.length + 1)),
  };
}

function minus(b: number, a: number): number {
  return a === b ? 0 : b - a;
}

/**
 * How much the draws of few blocks must be spread, ≥ 1. Resampling `blocks` of them in runs of `length` gives a variance that is too small
 * by their ratio, and Student's t is wider than the normal.
 */
export function widening(blocks: number, length: number): number {
  const separate = blocks / length;
  const degrees = Math.max(1, (length === 1 ? 1 : OVERLAP_GAIN) * separate - 1);
  const student = studentQuantile(WIDENING_AT, degrees) / studentQuantile(WIDENING_AT, Infinity);
  return student * Math.sqrt(separate / Math.max(1, separate - 1));
}

/** Which of the chances are too small to be chance. Among all of them, one is called wrongly with a probability of at most `error` (Holm, 1979). */
export function holm(chances: readonly number[], error: number): boolean[] {
  const order = chances.map((_, at) => at).sort((x, y) => (chances[x] ?? 1) - (chances[y] ?? 1));
  const kept = order.findIndex((at, rank) => (chances[at] ?? 1) > error / (chances.length - rank));
  const called = new Set(kept < 0 ? order : order.slice(0, kept));
  return chances.map((_, at) => called.has(at));
}
