/** How releases call a debate that is over, one that is not, and one that went wrong by itself. */
const OVER = /^(completed?|finished|done|ended|concluded|closed|consensus_reached)$/i;
const UNDER_WAY = /^(running|in_progress|active|pending|created|starting|initializing|queued)$/i;
/** Of those, the words that no list has for an entry itself: it may be active, or created, when its debate has ended. */
const RUNNING = /^(running|in_progress|starting|initializing)$/i;
const FAILED = /error|fail|abort|cancel|time.?d?.?out/i;

export function isCalledOver(status: string | null): boolean {
  return OVER.test(status ?? '');
}

export function isCalledUnderWay(status: string | null): boolean {
  return UNDER_WAY.test(status ?? '');
}

export function isCalledRunning(status: string | null): boolean {
  return RUNNING.test(status ?? '');
}

export function isCalledFailed(status: string | null): boolean {
  return FAILED.test(status ?? '');
}
