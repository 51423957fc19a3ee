/** How many lines have each documented field, lack it, or have something else in it. */
import type { TimeForm } from '../../../core/iso-time.ts';
import type { LogLineProblem, LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { formOf, problemOf } from './fields.ts';
import { Problems } from './problems.ts';

interface Counts {
  present: number;
  missing: number;
  wrong: number;
  readonly forms: Partial<Record<TimeForm, number>>;
  readonly problems: Problems;
}

export class FieldCounts {
  readonly #fields: LogSignals['fields'];
  readonly #counts: Map<string, Counts>;

  constructor(fields: LogSignals['fields']) {
    this.#fields = fields;
    this.#counts = new Map(
      fields.map(({ name }) => [name, { present: 0, missing: 0, wrong: 0, forms: {}, problems: new Problems() }]),
    );
  }

  /** @param example of what is wrong with the line. */
  add(entry: Readonly<Record<string, unknown>>, example: (problem: string) => LogLineProblem): void {
    for (const { name, type, required } of this.#fields) {
      const counts = this.#counts.get(name);
      if (counts === undefined) continue;
      const value = Object.hasOwn(entry, name) ? entry[name] : undefined;
      if (value === undefined) {
        if (!required) continue;
        counts.missing += 1;
        counts.problems.add(() => example(`has no ${name}`));
        continue;
      }
      counts.present += 1;
      const problem = problemOf(type, value);
      if (problem === undefined) continue;
      counts.wrong += 1;
      const form = type === 'timestamp' ? formOf(value) : undefined;
      if (form !== undefined) counts.forms[form] = (counts.forms[form] ?? 0) + 1;
      counts.problems.add(() => example(`${name} ${problem}`));
    }
  }

  facts(): LogsObserved['fields'] {
    const fields = [...this.#counts].map(([name, { problems, forms, ...counts }]) => [
      name,
      { ...counts, ...(Object.keys(forms).length > 0 && { forms }), examples: problems.facts().examples },
    ]);
    return Object.fromEntries(fields) as LogsObserved['fields'];
  }
}
