/**
 * When something happened, as a sample's value: seconds of a recording are too coarse for what ends within one. The value is the Unix time
 * within a cycle, so nobody has to agree on a beginning; only the first part of a load is written down so, in which it is not ambiguous.
 */

/** The histograms of a recording take values up to 120 s, and are exact to a ten-thousandth. */
const CYCLE_MS = 100_000;
/** Moments later than this after the load began are not written down. */
export const MOMENTS_FOR_MS = 60_000;
/** How inexact a moment is. */
export const MOMENT_MS = 20;

export function momentOf(atMs: number): number {
  return atMs % CYCLE_MS;
}

/** The Unix time of a moment, in the cycle that begins at `fromMs`. */
export function timeOfMoment(momentMs: number, fromMs: number): number {
  return fromMs + ((((momentMs - fromMs) % CYCLE_MS) + CYCLE_MS) % CYCLE_MS);
}
