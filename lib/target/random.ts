/** The reference target's random numbers: a seeded generator, and evenly spread choices. Same seed, same sequence. */

/** Uniform numbers in [0, 1). */
export type Uniform = () => number;

/** 2³² divided by the golden ratio. Steps of this size spread any prefix of a sequence evenly over the circle. */
const GOLDEN_STEP = 0x9e3779b9;
const TWO_32 = 2 ** 32;

/**
 * Seeded uniform numbers in [0, 1), 32 bits each (splitmix32).
 * @param seed any number; its low 32 bits count.
 * @param stream a name that keeps two generators with the same seed apart.
 */
export function uniform(seed: number, stream = ''): Uniform {
  let state = seed >>> 0;
  for (const char of stream) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return () => {
    state = (state + GOLDEN_STEP) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / TWO_32;
  };
}

/** A standard normal number (Box–Muller, one of the pair). */
export function normal(next: Uniform): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/**
 * Returns true for `share` (0–1) of its calls, evenly spread: of any n calls in a row, the number chosen is within 2 of n × share, and
 * calls taken at a regular stride from among them are chosen just as evenly. 0: never; 1: always. For a share up to a quarter the first
 * call is never chosen, so that the request of the preparation succeeds.
 */
export function evenly(share: number, seed: number, stream = ''): () => boolean {
  let position = (TWO_32 * (0.3 + 0.4 * uniform(seed, stream)())) >>> 0;
  const chosenBelow = share * TWO_32;
  return () => {
    const chosen = position < chosenBelow;
    position = (position + GOLDEN_STEP) >>> 0;
    return chosen;
  };
}

/** Returns true for every n-th call, the first time for call `first`. */
export function everyNth(n: number, first = n): () => boolean {
  let calls = 0;
  return () => {
    calls += 1;
    return calls >= first && (calls - first) % n === 0;
  };
}
