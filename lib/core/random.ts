/**
 * The seeded generator of ids and bodies, and how a trace id is made: the same seed, scenario and arrival give the same bytes. Imports
 * nothing, so that k6 and Node make the same ids.
 */

/** Eight lower-case hexadecimal digits of a number from 0 to 2³² − 1. */
export function hex8(value: number): string {
  return value.toString(16).padStart(8, '0');
}

const hashes: Record<string, number> = {};

/** FNV-1a of a scenario's name, remembered, because in k6 it costs as much as the rest of an arrival's ids. */
function hashOf(scenario: string): number {
  const known = hashes[scenario];
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  for (let i = 0; i < scenario.length; i++) hash = Math.imul(hash ^ scenario.charCodeAt(i), 0x01000193);
  hashes[scenario] = hash;
  return hash;
}

/** Mulberry32 (T. Ettinger): 32-bit state, passes gjrand; more than enough for ids and bodies. */
export class Random {
  #state: number;

  constructor(seed: number, scenario: string, arrival: number) {
    // The arrival and the seed are mixed in, so that neighbours have nothing in common.
    this.#state = (Math.imul(hashOf(scenario) ^ arrival, 0x9e3779b1) + seed) >>> 0;
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
    while (digits.length < length) digits += hex8(this.uint32());
    return digits;
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.uint32() % values.length] ?? values[0];
  }
}

/** The first half of a scenario's trace ids: it differs between runs and scenarios. */
export function traceIdPrefix(seed: number, scenario: string): string {
  return new Random(seed, scenario, -1).hex(16);
}

/**
 * The second half of an arrival's trace id, and its span id. `random` is the arrival's own, before any other use. The random digits come
 * first, because samplers decide by the second half of a trace id, read as a number.
 */
export function traceIdSuffix(random: Random, arrival: number): string {
  return random.hex(8) + hex8(arrival);
}
