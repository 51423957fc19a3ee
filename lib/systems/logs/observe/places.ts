/**
 * How often lines of the load's requests come from another place in the source than all before them, because a load does the same again and
 * again; and how often one place is said to be in another function than before.
 */
import type { LogPlaces } from '../observation.ts';

/** Lines that are looked at. */
const MOST_LINES = 8192;
/** Places whose function is remembered. */
const MOST_PLACES = 1000;
const OF_PLACE = ['logger', 'module', 'line', 'message'] as const;

export class Places {
  readonly #values: ReadonlyMap<string, Set<unknown>>;
  readonly #functions = new Map<string, unknown>();
  #lines = 0;
  #elsewhere = 0;

  constructor(fields: readonly string[]) {
    this.#values = new Map(fields.map((field) => [field, new Set()]));
  }

  add(entry: Readonly<Record<string, unknown>>): void {
    if (this.#lines >= MOST_LINES) return;
    this.#lines += 1;
    for (const [field, values] of this.#values) values.add(entry[field]);
    this.#compare(entry);
  }

  /** One statement of a source lies in one function. */
  #compare(entry: Readonly<Record<string, unknown>>): void {
    if (typeof entry['function'] !== 'string') return;
    const place = JSON.stringify(OF_PLACE.map((field) => entry[field]));
    if (!this.#functions.has(place)) {
      if (this.#functions.size < MOST_PLACES) this.#functions.set(place, entry['function']);
    } else if (this.#functions.get(place) !== entry['function']) this.#elsewhere += 1;
  }

  facts(): LogPlaces {
    return {
      lines: this.#lines,
      elsewhere: this.#elsewhere,
      values: Object.fromEntries([...this.#values].map(([field, values]) => [field, values.size])),
    };
  }
}
