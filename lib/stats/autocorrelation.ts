/**
 * How much each value of a series resembles the one before it, what is new in each value, and the series that such news makes. Together
 * they are the sieve of order one (Bühlmann, "Sieve Bootstrap for Time Series", Bernoulli 3(2), 1997).
 */

/** A series that resembles itself more than this wanders, and has no level that could change. */
const MOST = 0.9;

/**
 * Autocorrelation of neighbours between changes. Each value counts less the mean of its part; parts begin at 0 and at each of `changes`
 * (ascending). Corrected for its bias, which is −(1 + 3ρ) over the number of values, for each mean that was subtracted (Kendall, "Note on
 * Bias in the Estimation of Autocorrelation", Biometrika 41, 1954). From 0 to 0.9: a series that alternates counts as 0. 0 without values,
 * and where nothing varies.
 */
export function autocorrelation(values: readonly number[], changes: readonly number[]): number {
  const starts = [0, ...changes];
  const rest = starts.flatMap((from, part) => centred(values.slice(from, starts[part + 1])));
  const squares = rest.reduce((sum, value) => sum + value * value, 0);
  if (squares === 0) return 0;
  const products = rest.reduce((sum, value, at) => sum + value * (rest[at - 1] ?? 0), 0);
  const bias = starts.length / values.length;
  const freed = (products / squares + bias) / (1 - 3 * bias);
  // With three values or fewer in a part there is nothing but bias.
  return 3 * bias >= 1 ? MOST : Math.min(MOST, Math.max(0, freed));
}

/** What each value adds to `rho` (0 to 0.9) times the one before, after the mean was subtracted. As many as values. */
export function newsOf(values: readonly number[], rho: number): number[] {
  const rest = centred(values);
  const [first = 0] = rest;
  return rest.map((value, at) => (at === 0 ? Math.sqrt(1 - rho * rho) * first : value - rho * (rest[at - 1] ?? 0)));
}

/** The series made of such news, in their order: the inverse of `newsOf`, without the mean. */
export function seriesOf(news: readonly number[], rho: number): number[] {
  let value = 0;
  return news.map((one, at) => {
    value = at === 0 ? one / Math.sqrt(1 - rho * rho) : rho * value + one;
    return value;
  });
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}
