/** How many lines have each documented field, lack it, or have something else in it. */
import type { LogLineProblem, LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { problemOf } from './fields.ts';
import { Problems } from './problems.ts';

export class FieldCounts {
  readonly #fields: LogSignals['fields'];
  readonly #counts: Map<string, { present: number; missing: number; wrong: number; problems: Problems }>;

  constructor(fields: LogSignals['fields']) {
    this.#fields = fields;
    this.#counts = new Map(
      fields.map(({ name }) => [name, { present: 0, missing: 0, wrong: 0, problems: new Problems() }]),
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
      counts.problems.add(() => example(`${name} ${problem}`));
    }
  }

  facts(): LogsObserved['fields'] {
    const fields = [...this.#counts].map(([name, { problems, ...counts }]) => [
      name,
      { ...counts, examples: problems.facts().examples },
    ]);
    return Object.fromEntries(fields) as LogsObserved['fields'];
  }
}
