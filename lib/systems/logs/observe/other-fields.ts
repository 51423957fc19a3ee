/** Fields that no document names: how many lines have each, and what stands in it. So a release with other names can be recognized. */
import { levelNamed } from '../levels.ts';
import type { OtherField } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { timeOf } from './fields.ts';

/** More come from a log that writes data into the names of fields. */
const MOST_FIELDS = 50;
const MOST_CHARS = 100;

type Counts = { -readonly [Key in keyof OtherField]: OtherField[Key] };

export class OtherFields {
  readonly #known: ReadonlySet<string>;
  readonly #levels: ReadonlySet<string>;
  readonly #counts = new Map<string, Counts>();

  constructor({ fields, levels }: LogSignals) {
    this.#known = new Set(fields.map(({ name }) => name));
    this.#levels = new Set(levels.documented);
  }

  /** @param isSent whether a text is a trace id that the load sent. */
  add(entry: Readonly<Record<string, unknown>>, isSent: (text: string) => boolean): void {
    for (const [name, value] of Object.entries(entry)) {
      const counts = this.#known.has(name) ? undefined : this.#countsOf(name);
      if (counts === undefined) continue;
      counts.lines += 1;
      if (typeof value === 'string' && isSent(value)) counts.sent += 1;
      if (typeof value === 'string' && this.#levels.has(levelNamed(value))) counts.levels += 1;
      if (timeOf(value) !== undefined) counts.times += 1;
    }
  }

  facts(): Readonly<Record<string, OtherField>> {
    return Object.fromEntries(this.#counts);
  }

  #countsOf(name: string): Counts | undefined {
    const known = this.#counts.get(name);
    if (known !== undefined || this.#counts.size === MOST_FIELDS || name.length > MOST_CHARS) return known;
    const counts = { lines: 0, sent: 0, levels: 0, times: 0 };
    this.#counts.set(name, counts);
    return counts;
  }
}
