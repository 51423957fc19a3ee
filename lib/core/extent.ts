/**
 * The least and the most of many numbers. `Math.max(...values)` puts each value on the stack, which is full at some 125,000 of them: an hour has
 * more seconds of endpoints.
 */

/** `Infinity` where there is none; NaN where one is. */
export function leastOf(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}

/** `-Infinity` where there is none; NaN where one is. */
export function mostOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}
