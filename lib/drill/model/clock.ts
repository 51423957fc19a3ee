/** Which rate of the clock a machine can hold. Pure. */

/** A scrape must fit this many times into its timeout. */
const ROOM = 5;

/** The largest whole rate at which the slowest of these scrapes fits five times into the timeout; at least 1. */
export function largestRate(scrapesMs: readonly number[], scrapeTimeoutSec: number): number {
  const slowestMs = scrapesMs.reduce((slowest, ms) => Math.max(slowest, ms), 0);
  return Math.max(1, Math.floor((1000 * scrapeTimeoutSec) / (ROOM * Math.max(slowestMs, 0.001))));
}

/** Why a clock at this rate would make healthy scrapes time out; null: it would not. */
export function rateProblem(rate: number, scrapesMs: readonly number[], scrapeTimeoutSec: number): string | null {
  const largest = largestRate(scrapesMs, scrapeTimeoutSec);
  if (rate === 1 || rate <= largest) return null;
  const slowestMs = Math.max(...scrapesMs);
  const timeoutMs = (1000 * scrapeTimeoutSec) / rate;
  return (
    `at ×${rate} a scrape may take ${timeoutMs.toFixed(0)} ms, and the slowest of ${scrapesMs.length} took ` +
    `${slowestMs.toFixed(0)} ms: that has to fit in ${ROOM} times`
  );
}
