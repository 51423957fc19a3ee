/**
 * How many sockets were open for sure, of all journeys: from when a client had its connection until it began to close it. Others can only
 * add to them.
 */
import { leastOf } from '../../../core/extent.ts';
import { countText } from '../../../core/numbers.ts';
import { howOld } from './counted-down.ts';
import { type MetricFacts, scrapeText } from './facts.ts';
import { areMomentsKnown, type Moments, momentsOf } from './moments.ts';

/** One may have come just as several closed. */
const FEW = 1;

/** Why a gauge is too low, in words; null where it is not, or where that can't be known. */
export function tooFewSockets(facts: MetricFacts, values: readonly (number | null)[]): string | null {
  const { observed, load } = facts;
  const [ready, left] = [momentsOf(facts, 'socket-ready-at'), momentsOf(facts, 'socket-left-at')];
  if (ready === null || left === null) return null;
  const old = howOld(facts, values);
  const wrong = observed.atMs.flatMap((atMs, scrape) => {
    const value = values[scrape] ?? null;
    const isOfLoad = atMs > load.startedAtMs && atMs < load.endedAtMs;
    if (value === null || !isOfLoad || !areMomentsKnown(facts, atMs)) return [];
    const least = fewest({ ready, left }, atMs - old(scrape), atMs);
    return value < least ? [{ scrape, value, least }] : [];
  });
  const [first] = wrong;
  if (first === undefined || wrong.length <= FEW) return null;
  return `${countText(first.value)} at ${scrapeText(observed, first.scrape)}, when clients had at least ${countText(first.least)} open, and too few in ${countText(wrong.length)} scrapes`;
}

/** The fewest that were open for sure at any time between two; they become fewer only where one is left. */
function fewest(
  { ready, left }: { readonly ready: Moments; readonly left: Moments },
  fromMs: number,
  toMs: number,
): number {
  const times = [fromMs, ...left.timesMs.filter((atMs) => atMs > fromMs && atMs <= toMs)];
  return leastOf(times.map((atMs) => ready.atLeast(atMs) - left.atMost(atMs)));
}
