/** Whether a field that names the request names one: no two requests may have the same name. In limited memory. */
import type { LogVariety } from '../observation.ts';

/** Requests behind a request among which another one with its name is looked for: at least so many, at most twice as many. */
const REMEMBERED = 4096;

/** Of one field: each name, and whose it is. */
export class Names {
  #owners = new Map<string, string>();
  #before = new Map<string, string>();
  #last = '';
  #traces = 0;
  #shared = 0;

  add(name: string, traceId: string): void {
    const key = `${traceId} ${name}`;
    // Several lines of one request come one after the other.
    if (key === this.#last) return;
    this.#last = key;
    const owner = this.#owners.get(name) ?? this.#before.get(name);
    if (owner === traceId) return;
    this.#traces += 1;
    if (owner !== undefined) {
      this.#shared += 1;
      return;
    }
    if (this.#owners.size >= REMEMBERED) {
      this.#before = this.#owners;
      this.#owners = new Map();
    }
    this.#owners.set(name, traceId);
  }

  facts(): LogVariety {
    return { traces: this.#traces, shared: this.#shared };
  }
}

export class Naming {
  readonly #fields: ReadonlyMap<string, Names>;

  constructor(fields: readonly string[]) {
    this.#fields = new Map(fields.map((field) => [field, new Names()]));
  }

  add(entry: Readonly<Record<string, unknown>>, traceId: string): void {
    for (const [field, names] of this.#fields) {
      const name = entry[field];
      if (typeof name === 'string') names.add(name.slice(0, 200), traceId);
    }
  }

  facts(): Record<string, LogVariety> {
    return Object.fromEntries([...this.#fields].map(([field, names]) => [field, names.facts()]));
  }
}
