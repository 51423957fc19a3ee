/** Whether a series of the present family was there before, in whatever order its labels are. */
import type { SampleLine } from './sample-line.ts';

/** The series of one metric name: as text if a line is written like the first of them, else by their sorted labels. */
interface Named {
  readonly name: string;
  readonly order: readonly string[];
  readonly texts: Set<string>;
  readonly others: Set<string>;
}

export class SeriesSet {
  readonly #byName = new Map<string, Named>();
  #last: Named | undefined;

  /** Whether it is new. */
  add(line: SampleLine): boolean {
    const named = this.#named(line);
    if (line.plain && line.isLabelled(named.order)) {
      if (named.others.size > 0 && named.others.has(sortedLabels(line))) return false;
      return grows(named.texts, line.labelsText());
    }
    const reordered = named.order.length === line.labelCount ? inOrder(line, named.order) : null;
    if (reordered !== null && named.texts.has(reordered)) return false;
    return grows(named.others, sortedLabels(line));
  }

  clear(): void {
    this.#byName.clear();
    this.#last = undefined;
  }

  #named(line: SampleLine): Named {
    if (this.#last?.name === line.name) return this.#last;
    let named = this.#byName.get(line.name);
    if (named === undefined) {
      const order = Array.from({ length: line.labelCount }, (_, index) => line.labelName(index));
      named = { name: line.name, order, texts: new Set(), others: new Set() };
      this.#byName.set(line.name, named);
    }
    this.#last = named;
    return named;
  }
}

function grows(set: Set<string>, key: string): boolean {
  const before = set.size;
  set.add(key);
  return set.size > before;
}

function sortedLabels(line: SampleLine): string {
  return JSON.stringify(Object.entries(line.labels()).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The labels as they would be written in this order; null when one of them is missing. */
function inOrder(line: SampleLine, order: readonly string[]): string | null {
  const parts: string[] = [];
  for (const name of order) {
    const value = line.label(name);
    if (value === undefined) return null;
    parts.push(`${name}="${escaped(value)}"`);
  }
  return parts.join(',');
}

/** As in an exposition. */
export function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));
}
