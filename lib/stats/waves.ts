/**
 * Whether two runs show waves that are slow compared with the run's length, and how much wider a difference must then be judged.
 * docs/compare.md explains why it is computed this way.
 */
import { mostOf } from '../core/extent.ts';
import { studentQuantile } from './binomial.ts';

/** What one figure does, block by block, on both sides: its deviation from what the whole side leads one to expect, as a share of all samples. */
export interface Deviations {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** `too-slow`: the runs are too short to show how such a figure varies. */
export type Waves = 'none' | 'slow' | 'too-slow';

/** Blocks count as connected where independent ones would look so in one of forty cases, and of a hundred (one-sided, normal). */
const SLOW_AT = studentQuantile(0.975, Infinity);
const TOO_SLOW_AT = studentQuantile(0.99, Infinity);
/** No score counts for more than this in the sum of all: the waves of one endpoint are not everybody's. */
const LOUDEST = 2;
/** Parts of the run. Blocks that are further apart than this and still connected show waves of which the run has too few. */
const PARTS = { near: 12, far: 6 } as const;
/**
 * The level at which the tails of few blocks are compared with normal tails: the strictest Holm step of eighteen comparisons, which a wave
 * can reach.
 */
const WIDENING_AT = 1 - 0.05 / 18 / 2;
/** Blocks that are summed into one. */
const LENGTHS = [1, 2, 5, 10, 20];
/** Fewer sums than this say too little about a variance. */
const LEAST_SUMS = 6;
/** How many more degrees of freedom overlapping sums give than separate ones (Meketon and Schmeiser, WSC 1984). */
const OVERLAP_GAIN = 1.5;
/** A run whose blocks are connected over a sixth of its length counts as three independent pieces. */
const TOO_SLOW_DEGREES = 2;

/**
 * One entry for each endpoint, whose `figures` are parallel to those of the others ([] for one that is not compared). Connected blocks are
 * searched in each endpoint alone, and in all endpoints together: in one alone, the noise of single samples may hide them.
 */
export function wavesOf(endpoints: readonly (readonly Deviations[])[]): Waves[] {
  const slow = clinging(endpoints, (blocks) => ({ from: 1, to: lagOf(blocks, PARTS.near) }), SLOW_AT);
  const range = (blocks: number) => ({ from: lagOf(blocks, PARTS.near), to: lagOf(blocks, PARTS.far) });
  const tooSlow = clinging(endpoints, range, TOO_SLOW_AT);
  return endpoints.map((_, at) => (tooSlow[at] ? 'too-slow' : slow[at] ? 'slow' : 'none'));
}

function lagOf(blocks: number, parts: number): number {
  return Math.max(1, Math.floor(blocks / parts));
}

interface Lags {
  readonly from: number;
  readonly to: number;
}

function clinging(
  endpoints: readonly (readonly Deviations[])[],
  lags: (blocks: number) => Lags,
  limit: number,
): boolean[] {
  const scores = endpoints.map((figures) =>
    figures.map(({ a, b }) => [a, b].flatMap((series) => score(series, lags(series.length)) ?? [])),
  );
  const figures = Math.max(0, ...scores.map((ofOne) => ofOne.length));
  const ofAll = Array.from({ length: figures }, (_, at) =>
    together(scores.flatMap((ofOne) => (ofOne[at] ?? []).map((one) => Math.min(one, LOUDEST)))),
  );
  return scores.map((ofOne) => ofOne.some((own, at) => Math.max(together(own), ofAll[at] ?? 0) > limit));
}

/** Stouffer's sum of standard normal scores (1949); 0 of none. */
function together(scores: readonly number[]): number {
  return scores.reduce((sum, one) => sum + one, 0) / Math.sqrt(Math.max(1, scores.length));
}

/** Sum of autocorrelations, less its bias of −1/n each (Kendall, 1954): about standard normal for independent blocks. null for a constant. */
function score(series: readonly number[], { from, to }: Lags): number | null {
  const squares = series.reduce((sum, value) => sum + value * value, 0);
  if (squares === 0) return null;
  let products = 0;
  for (let lag = from; lag <= to; lag++)
    for (let at = lag; at < series.length; at++) products += (series[at] ?? 0) * (series[at - lag] ?? 0);
  const lags = to - from + 1;
  return (products / squares + lags / series.length) * Math.sqrt(series.length / lags);
}

/**
 * By how much the draws of a difference must be spread at least, where it comes in waves: they were drawn in runs of `lengths` blocks, and
 * the variance may be as large as the largest over sums of one to a sixth of the blocks shows. ≥ 0; 0 without waves, and for constants.
 */
export function waveWidening(
  waves: Waves,
  { a, b }: Deviations,
  lengths: { readonly a: number; readonly b: number },
): number {
  const drawn = sumVariance(a, lengths.a) + sumVariance(b, lengths.b);
  if (waves === 'none' || drawn === 0) return 0;
  const blocks = Math.min(a.length, b.length);
  const usable = LENGTHS.filter((length) => length === 1 || blocks / length >= LEAST_SUMS);
  const variances = usable.map((length) => {
    const degrees = Math.max(1, (length === 1 ? 1 : OVERLAP_GAIN) * (blocks / length) - 1);
    const student = studentOver(waves === 'too-slow' ? Math.min(TOO_SLOW_DEGREES, degrees) : degrees);
    return student ** 2 * (longRunVariance(a, length) + longRunVariance(b, length));
  });
  return Math.sqrt(mostOf(variances) / drawn);
}

function studentOver(degrees: number): number {
  return studentQuantile(WIDENING_AT, degrees) / studentQuantile(WIDENING_AT, Infinity);
}

/**
 * Sums of `length` blocks still miss what lies further apart. By how much they show more than sums of a third of it, so much again is
 * added (the lugsail window of Vats and Flegal, Biometrika 109, 2022, r = 3, c = 1/2): rather too much than too little.
 */
function longRunVariance(series: readonly number[], length: number): number {
  const variance = unbiased(series, length);
  const shorter = unbiased(series, Math.max(1, Math.round(length / 3)));
  return Math.max(variance, 2 * variance - shorter);
}

function unbiased(series: readonly number[], length: number): number {
  const sums = series.length / length;
  return sumVariance(series, length) * (sums / Math.max(1, sums - 1));
}

/** Variance of the whole sum, from all sums of `length` neighbours, wrapped around the end: what drawing such runs of blocks shows. */
function sumVariance(series: readonly number[], length: number): number {
  const total = series.reduce((sum, value) => sum + value, 0);
  let squares = 0;
  let sum = series.slice(0, length).reduce((before, value) => before + value, 0);
  for (let start = 0; start < series.length; start++) {
    squares += (sum - (total * length) / series.length) ** 2;
    sum += (series[(start + length) % series.length] ?? 0) - (series[start] ?? 0);
  }
  return squares / length;
}
