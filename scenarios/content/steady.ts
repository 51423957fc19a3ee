/** Whether answers about something that is over stay the same. Pure; it remembers the last answer alone. */

/** Somebody may compute again what was asked for, and round it otherwise. */
const SAME = 0.01;
/** What is known of a debate may be complete a moment after its end. */
const LAST_WORDS = 1;

export class Steady {
  #last: readonly unknown[] | undefined;
  #changes = 0;

  /** Whether this answer differs from the one before, and more often than an answer may that was not yet the last word. */
  changes(answer: readonly unknown[]): boolean {
    const last = this.#last;
    this.#last = answer;
    if (last === undefined || answer.every((part, at) => isSame(part, last[at]))) return false;
    this.#changes += 1;
    return this.#changes > LAST_WORDS;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= SAME : a === b;
}
