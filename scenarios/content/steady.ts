/** Whether answers about something that is over stay the same. Pure; it remembers the last answer alone. */

/** Somebody may compute again what was asked for, and round it otherwise. */
const SAME = 0.01;
/** What is known of a debate may be complete a moment after its end: one change for good is none. */
const MOST_CHANGES = 1;
/** Of several servers, one may know it before another, and a client then hears the old and the new by turns. */
const UNSETTLED_MS = 3_000;

export class Steady {
  #last: readonly unknown[] = [];
  #changes = 0;

  /**
   * Whether this answer contradicts what was last said, and more often than while it becomes complete.
   *
   * @param atMs when it came, since the load began.
   * @param answer its parts, each always at the same place; one that is absent (undefined or null) says nothing.
   */
  changes(answer: readonly unknown[], atMs: number): boolean {
    if (atMs < UNSETTLED_MS) return false;
    const last = this.#last;
    this.#last = answer.map((part, at) => part ?? last[at]);
    if (answer.every((part, at) => isSame(part, last[at]))) return false;
    this.#changes += 1;
    return this.#changes > MOST_CHANGES;
  }
}

function isSame(now: unknown, before: unknown): boolean {
  if (now === undefined || now === null || before === undefined || before === null) return true;
  return typeof now === 'number' && typeof before === 'number' ? Math.abs(now - before) <= SAME : now === before;
}
