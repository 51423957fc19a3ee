/** Whether the entries of a list have the questions that they had before. Pure; it remembers the last debates. */
import { caseOf } from '../../lib/core/question.ts';
import type { SampleOutcome } from '../../lib/core/sample-outcome.ts';

/** How many debates are remembered; without a limit, memory would grow with the run. */
const MOST_KNOWN = 256;

/** One list: the questions belong to the ids at the same places. */
export interface Entries {
  readonly ids: readonly unknown[];
  readonly questions: readonly unknown[];
}

export class ListMemory {
  /** By id, the part of a debate's question that no other one has; null: none. */
  readonly #cases = new Map<unknown, string | null>();

  /** @param preparedId the debate that the harness started before the load, with a question that is none of the load's. */
  constructor(preparedId: string | null | undefined) {
    if (typeof preparedId === 'string') this.#cases.set(preparedId, null);
  }

  /** A server may shorten a question, or put a title in its place: only the part that no other question has decides. */
  problem({ ids, questions }: Entries): SampleOutcome | undefined {
    const seen = ids.map((id, at) => [id, caseIn(questions[at])] as const);
    const isOther = ([id, now]: (typeof seen)[number]): boolean => {
      const before = this.#cases.get(id);
      return now !== undefined && before !== undefined && now !== before;
    };
    // Nothing is learnt from a list that is wrong.
    if (seen.some(isOther)) return 'entry-of-another';
    for (const [id, now] of seen) if (now !== undefined) this.#learn(id, now);
    return undefined;
  }

  #learn(id: unknown, now: string): void {
    this.#cases.set(id, now);
    // A Map keeps the order in which it was filled: the oldest first.
    if (this.#cases.size > MOST_KNOWN) this.#cases.delete(this.#cases.keys().next().value);
  }
}

function caseIn(question: unknown): string | undefined {
  return typeof question === 'string' ? caseOf(question) : undefined;
}
