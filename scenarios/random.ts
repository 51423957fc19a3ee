/** Owns the seeded generator of ids and bodies: same seed, scenario and arrival → same bytes. Refuses to know k6. */

/** Mulberry32 (T. Ettinger): 32-bit state, passes gjrand; more than enough for ids and bodies. */
export class Random {
  #state: number;

  constructor(seed: number, scenario: string, arrival: number) {
    // FNV-1a over the name, then the arrival and the seed mixed in, so that neighbours share nothing.
    let hash = 0x811c9dc5;
    for (let i = 0; i < scenario.length; i++) hash = Math.imul(hash ^ scenario.charCodeAt(i), 0x01000193);
    this.#state = (Math.imul(hash ^ arrival, 0x9e3779b1) + seed) >>> 0;
  }

  /** Uniform on 0 … 2³² − 1. */
  uint32(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** `length` lower-case hexadecimal digits; a multiple of 8. */
  hex(length: number): string {
    let digits = '';
    while (digits.length < length) digits += this.uint32().toString(16).padStart(8, '0');
    return digits;
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.uint32() % values.length] ?? values[0];
  }
}

const SUBJECTS = [
  'a rate limiter',
  'a cache',
  'a message queue',
  'an index',
  'a scheduler',
  'a schema change',
] as const;
const QUALITIES = ['correct', 'cheap to run', 'easy to test', 'safe to roll back', 'quick to explain'] as const;

/** A debate's question: at least ten characters, the same for the same arrival, different between arrivals. */
export function question(random: Random): string {
  return `How would you make ${random.pick(SUBJECTS)} ${random.pick(QUALITIES)}? (case ${random.hex(8)})`;
}
