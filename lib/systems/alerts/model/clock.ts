/** Which rate of the clock a machine can hold. Pure. */

/** A scrape must fit this many times into its timeout. */
const ROOM = 3;
/** Of scrapes. One that is slower than these can be slow by chance; a drill says which of its own scrapes timed out. */
const USUAL_SHARE = 0.9;

/** The largest whole rate at which nine of ten such scrapes fit three times into the timeout; at least 1. */
export function largestRate(scrapesMs: readonly number[], scrapeTimeoutSec: number): number {
  return Math.max(1, Math.floor((1000 * scrapeTimeoutSec) / (ROOM * Math.max(usualMs(scrapesMs), 0.001))));
}

/** Nine of ten take at most so long. */
function usualMs(scrapesMs: readonly number[]): number {
  const sorted = scrapesMs.toSorted((a, b) => a - b);
  return sorted[Math.ceil(USUAL_SHARE * sorted.length) - 1] ?? 0;
}

/** Why a clock at this rate would make healthy scrapes time out; null: it would not. */
export function rateProblem(rate: number, scrapesMs: readonly number[], scrapeTimeoutSec: number): string | null {
  if (rate === 1 || rate <= largestRate(scrapesMs, scrapeTimeoutSec)) return null;
  const timeoutMs = (1000 * scrapeTimeoutSec) / rate;
  return (
    `at ×${rate} a scrape may take ${timeoutMs.toFixed(0)} ms. Nine of ten took up to ` +
    `${usualMs(scrapesMs).toFixed(0)} ms, and that has to fit in ${ROOM} times`
  );
}
