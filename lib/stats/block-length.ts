/** How long the blocks of a block bootstrap must be, so that the correlation of a series stays inside a block. */

/** Longer blocks would leave fewer than this many, which say too little about a spread. */
const LEAST_BLOCKS = 6;
/** Autocorrelations within this many standard errors (of log10 n) count as none, as in the published rule. */
const NEGLIGIBLE = 2;

/**
 * Block length for a circular block bootstrap of `series`: the automatic rule of Politis and White (Econometric Reviews 23, 2004) with the
 * correction of Patton, Politis and White (28, 2009). Not rounded; from 1 to a sixth of the series. 1 for a series that is constant or
 * shorter than 12.
 */
export function blockLength(series: readonly number[]): number {
  const size = series.length;
  const longest = Math.floor(size / LEAST_BLOCKS);
  if (longest < 2) return 1;
  const covariance = autocovariances(series, longest);
  const variance = covariance[0] ?? 0;
  if (variance === 0) return 1;
  const window = 2 * Math.max(1, lastNotable(covariance, size));
  let weighted = 0;
  let density = variance;
  for (let lag = 1; lag <= Math.min(window, longest); lag++) {
    const share = flatTop(lag / window) * (covariance[lag] ?? 0);
    weighted += 2 * lag * share;
    density += 2 * share;
  }
  if (density <= 0) return 1;
  // (2 G² / D)^(1/3) n^(1/3) with D = 4/3 g(0)² for circular blocks.
  const length = Math.cbrt((2 * weighted ** 2 * size) / ((4 / 3) * density ** 2));
  return Math.min(longest, Math.max(1, length));
}

function autocovariances(series: readonly number[], most: number): number[] {
  const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
  return Array.from({ length: most + 1 }, (_, lag) => {
    let sum = 0;
    for (let at = lag; at < series.length; at++) sum += ((series[at] ?? 0) - mean) * ((series[at - lag] ?? 0) - mean);
    return sum / series.length;
  });
}

/** The lag after which several in a row are negligible; the longest lag when there is none. */
function lastNotable(covariance: readonly number[], size: number): number {
  const limit = NEGLIGIBLE * Math.sqrt(Math.log10(size) / size) * (covariance[0] ?? 0);
  const inARow = Math.max(5, Math.ceil(Math.sqrt(Math.log10(size))));
  const longest = covariance.length - 1;
  for (let last = 0; last < longest; last++) {
    const next = covariance.slice(last + 1, last + 1 + inARow);
    if (next.every((value) => Math.abs(value) < limit)) return last;
  }
  return longest;
}

/** The flat-top lag window of Politis and Romano (1995). */
function flatTop(part: number): number {
  return part <= 0.5 ? 1 : Math.max(0, 2 * (1 - part));
}
