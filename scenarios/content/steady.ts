/** Whether answers about something that is over stay the same. Pure; it remembers the last answer alone. */

/** Somebody may compute again what was asked for, and round it otherwise. */
const SAME = 0.01;
/** What is known of a debate may be complete a moment after its end. */
const LAST_WORDS = 1;

export class Steady {
  #last: readonly unknown[] = [];
  #changes = 0;

  /**
   * Whether this answer contradicts what was last said, and more often than an answer may that was not yet the last word.
   *
   * @param answer its parts, each always at the same place; one that is absent (undefined or null) says nothing.
   */
  changes(answer: readonly unknown[]): boolean {
    const last = this.#last;
    this.#last = answer.map((part, at) => part ?? last[at]);
    if (answer.every((part, at) => isSame(part, last[at]))) return false;
    this.#changes += 1;
    return this.#changes > LAST_WORDS;
  }
}

function isSame(now: unknown, before: unknown): boolean {
  if (now === undefined || now === null || before === undefined || before === null) return true;
  return typeof now === 'number' && typeof before === 'number' ? Math.abs(now - before) <= SAME : now === before;
}
