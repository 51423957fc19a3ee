/** What the kinds of faults of the server have in common. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActiveFault } from '../../core/server-fault.ts';

/** One that could not be begun, and has nothing to end. */
export function neverBegun(why: string): ActiveFault {
  return { end: async () => ({ witness: { kind: 'trouble', why } }) };
}

const POLL_MS = 10;

/** Asks until `holds`, or the time is over; returns the last answer. */
export async function polled<T>(ask: () => Promise<T>, holds: (answer: T) => boolean, ms: number): Promise<T> {
  const untilMs = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (holds(answer) || performance.now() >= untilMs) return answer;
    await sleep(POLL_MS);
  }
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
