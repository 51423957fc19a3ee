/** How alike the answers of a debate are, as `/convergence` says it. */

/** Cosines are negative where answers are opposed, and rounded ones may be a little more than 1. */
const MOST = 1.001;

/** Whether a number can be a similarity; NaN can not. */
export function isSimilarity(value: number): boolean {
  return Math.abs(value) <= MOST;
}
