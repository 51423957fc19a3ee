/** How many lines have a problem, with the first few as examples. */
import type { LogLineProblem, LogProblems } from '../observation.ts';

export const EXAMPLES = 5;

export class Problems {
  #count = 0;
  readonly #examples: LogLineProblem[] = [];

  add(example: () => LogLineProblem): void {
    this.#count += 1;
    if (this.#examples.length < EXAMPLES) this.#examples.push(example());
  }

  facts(): LogProblems {
    return { count: this.#count, examples: this.#examples };
  }
}
