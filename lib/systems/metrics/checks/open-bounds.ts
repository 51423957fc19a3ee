/**
 * How much can have been open at a scrape, and how much was on average: sockets that clients held, debates that they started. A gauge has
 * to lie between.
 *
 * From above, when nobody else calls: what was open before the load, and what was begun by then, without what had certainly ended when the
 * exposition was made. From below, by Little's law: at a random moment as many debates run on average as their durations add up to, over
 * the length of the load. If they start independently, the sum over k scrapes is a Poisson number; the load starts them more evenly.
 */
import { countText, digitsText } from '../../../core/numbers.ts';
import type { EndpointSecond } from '../../../core/recording.ts';
import type { MetricSignal } from '../signals.ts';
import { secondsInRole } from './clients.ts';
import { type MetricFacts, scrapeText } from './facts.ts';
import { goodOf, recordingsInRole, startedBefore, unsureCreations } from './ledger.ts';
import { expositionTimes } from './steps.ts';

/** Values of a gauge, scrape by scrape; null where it was absent. */
export type GaugeValues = readonly (number | null)[];

/** Why a gauge is too high, in words; null where it is not, or where that can't be known. */
export function tooHigh(signal: MetricSignal, facts: MetricFacts, values: GaugeValues): string | null {
  const [first, last] = [values[0] ?? 0, values.at(-1) ?? 0];
  // A gauge that does not go back after the load has its own finding.
  if (!facts.exclusive || last > first) return null;
  const most = mostOpen(signal, facts, first);
  if (most === null) return null;
  const times = expositionTimes(facts.observed);
  for (const [scrape, value] of values.entries()) {
    const made = times[scrape];
    if (value === null || made === undefined) continue;
    const can = most(made);
    if (value > can)
      return `${countText(value)} at ${scrapeText(facts.observed, scrape)}, when at most ${countText(can)} can have been open`;
  }
  return null;
}

type Most = (made: { readonly earliestMs: number; readonly latestMs: number }) => number;

/** null where clients of the load did not write down what they closed, or what ended. */
function mostOpen({ movedBy }: MetricSignal, facts: MetricFacts, first: number): Most | null {
  const isSockets = movedBy === 'open-sockets';
  const opening = recordingsInRole(facts, isSockets ? 'opens-socket' : 'starts-debate');
  const closed = secondsInRole(facts, isSockets ? 'closes-socket' : 'debate-end');
  if (opening.length === 0 || closed.length === 0) return null;
  const longestMs = Math.max(...opening.map(({ total }) => (total.maxUs ?? 0) / 1000));
  const opened = opening.flatMap(({ seconds }) => seconds);
  const unsure = isSockets ? 0 : unsureCreations(facts) + startedBefore(facts);
  return ({ earliestMs, latestMs }) =>
    Math.max(0, first) +
    unsure +
    before(opened, latestMs + longestMs + 2000, ({ count }) => count) -
    before(closed, earliestMs, goodOf);
}

function before(seconds: readonly EndpointSecond[], atMs: number, count: (second: EndpointSecond) => number): number {
  const end = Math.floor(atMs / 1000);
  return seconds.reduce((sum, second) => (second.second < end ? sum + count(second) : sum), 0);
}

/** Durations that add up, so the chance of fewer than this is small whatever the debates had to do with one another. */
const TOO_FEW_CHANCE = 1e-4;

/**
 * Why a gauge of running debates was too low, in words; null where it was not.
 * @param values of the scrapes during the load. @param running debates at a time, on average, at least.
 */
export function tooLow(values: readonly number[], running: number, longestSec: number, loadSec: number): string | null {
  // Scrapes that see the same debate count as one.
  const scrapes = Math.min(values.length, loadSec / Math.max(longestSec, 1e-3));
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const chance = poissonAtMost(Math.ceil(mean * scrapes), running * scrapes);
  return chance < TOO_FEW_CHANCE
    ? `${digitsText(mean, 2)} running debates on average in ${countText(values.length)} scrapes, although at least ${digitsText(running, 2)} ran at a time`
    : null;
}

/** P(X ≤ n) for a Poisson number with this mean. */
function poissonAtMost(n: number, mean: number): number {
  let logTerm = -mean;
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= n; k++) {
    logTerm += Math.log(mean / k);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}
