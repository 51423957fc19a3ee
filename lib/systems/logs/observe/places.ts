/** How often lines of the load's requests come from another place in the source than all before them. A load does the same again and again. */
import type { LogPlaces } from '../observation.ts';

/** Lines that are looked at. */
const MOST_LINES = 8192;

export class Places {
  readonly #values: ReadonlyMap<string, Set<unknown>>;
  #lines = 0;

  constructor(fields: readonly string[]) {
    this.#values = new Map(fields.map((field) => [field, new Set()]));
  }

  add(entry: Readonly<Record<string, unknown>>): void {
    if (this.#lines >= MOST_LINES) return;
    this.#lines += 1;
    for (const [field, values] of this.#values) values.add(entry[field]);
  }

  facts(): LogPlaces {
    return {
      lines: this.#lines,
      values: Object.fromEntries([...this.#values].map(([field, values]) => [field, values.size])),
    };
  }
}
