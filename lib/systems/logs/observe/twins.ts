/** Finds lines that are there twice, in limited memory: the second one must come soon after the first. */

/** Lines behind a line in which its twin is looked for: at least so many, at most twice as many. */
const REMEMBERED = 4096;
/** Longer ones are not remembered. */
const MOST_CHARS = 4096;

export class Twins {
  #lines = new Set<string>();
  #before = new Set<string>();

  /** Whether the same text came before. */
  isSecond(text: string): boolean {
    if (text.length > MOST_CHARS) return false;
    if (this.#lines.has(text) || this.#before.has(text)) return true;
    if (this.#lines.size >= REMEMBERED) {
      this.#before = this.#lines;
      this.#lines = new Set();
    }
    this.#lines.add(text);
    return false;
  }
}

/** A time or a duration that is finer than a millisecond. */
const FINE = /\d\.\d{4,}|"\w*(duration|elapsed|took|latency)\w*"\s*:\s*\d+\.\d/i;

/** Whether no two events can give the same line: one that says nothing finer than a millisecond may come twice within it. */
export function isOfOneEvent(text: string): boolean {
  return FINE.test(text);
}
