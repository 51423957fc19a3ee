/**
 * How much can have been open at a scrape, and how much was on average: sockets that clients held, debates that they started. A gauge has
 * to lie between.
 *
 * From above, when nobody else calls: what was open before the load, and what was begun by then, without what had certainly ended when the
 * exposition was made. Clients' counts are by seconds, so one scrape says this only roughly; several in a row say it better (on average,
 * what happens within a second is in the middle of it). From below, by Little's law: at a random moment as many debates run on average as their durations add up to, over
 * the length of the load. If they start independently, the sum over k scrapes is a Poisson number; the load starts them more evenly.
 */
import { leastOf, mostOf } from '../../../core/extent.ts';
import { countText, digitsText } from '../../../core/numbers.ts';
import type { EndpointSecond } from '../../../core/recording.ts';
import type { MetricSignal } from '../signals.ts';
import { secondsInRole } from './clients.ts';
import { type LateAt, lastEndOf, shownLate } from './counted-down.ts';
import { type MetricFacts, scrapeText } from './facts.ts';
import { goodOf, recordingsInRole, startedBefore, unsureCreations } from './ledger.ts';
import { areMomentsKnown, type Moments, momentsOf } from './moments.ts';
import { expositionTimes } from './steps.ts';

/** Values of a gauge, scrape by scrape; null where it was absent. */
export type GaugeValues = readonly (number | null)[];

/** Why a gauge is too high, in words; null where it is not, or where that can't be known. */
export function tooHigh(signal: MetricSignal, facts: MetricFacts, values: GaugeValues): string | null {
  const [first, last] = [values[0] ?? 0, values.at(-1) ?? 0];
  // A gauge that does not go back after the load has its own finding.
  if (!facts.exclusive || last > first) return null;
  const events = eventsOf(signal, facts);
  if (events === null) return null;
  const late = shownLate(facts, values, events.lastEndMs);
  const bounds = [mostAtAll(facts, events, late), mostByMoments(facts, events, late)];
  for (const [scrape, value] of values.entries()) {
    if (value === null) continue;
    const can = Math.max(0, first) + events.unsure + leastOf(bounds.map((most) => most(scrape)));
    if (value > can)
      return `${countText(value)} at ${scrapeText(facts.observed, scrape)}, when at most ${countText(can)} can have been open`;
  }
  return tooHighForLong({ facts, events, late }, values);
}

/** How many can have been begun and not ended at a scrape, at most; Infinity where nobody can say. */
type Most = (scrape: number) => number;

/** By seconds, for loads of any length. */
function mostAtAll(facts: MetricFacts, { opened, closed, longestMs }: Events, late: LateAt): Most {
  const times = expositionTimes(facts.observed);
  return (scrape) => {
    const made = times[scrape];
    if (made === undefined) return Infinity;
    const earliestMs = Math.min(made.earliestMs, made.latestMs - late(scrape));
    return (
      before(opened, made.latestMs + longestMs + 2000, ({ count }) => count) -
      (Number.isFinite(earliestMs) ? before(closed, earliestMs, goodOf) : 0)
    );
  };
}

/** By moments, for the first part of a load. */
function mostByMoments(facts: MetricFacts, { begunAt, endedAt }: Events, late: LateAt): Most {
  return (scrape) => {
    const atMs = facts.observed.atMs[scrape] ?? 0;
    if (begunAt === null || endedAt === null || !areMomentsKnown(facts, atMs)) return Infinity;
    return begunAt.atMost(atMs) - endedAt.atLeast(atMs - late(scrape));
  };
}

/** Scrapes in a row that are looked at together. */
const IN_A_ROW = 3;
/** So many standard deviations are allowed for where in its second something happened. */
const DEVIATIONS = 5;
/** What begins may be seen so much earlier, by another generator's clock. */
const BEGINS_EARLY_MS = 200;

interface Bounded {
  readonly facts: MetricFacts;
  readonly events: Events;
  readonly late: LateAt;
}

/** The same for the mean of some scrapes in a row. Only where no cache may have kept an exposition, and the clock is ours. */
function tooHighForLong({ facts, events, late }: Bounded, values: GaugeValues): string | null {
  const { observed, load, repeats } = facts;
  const isDuring = (atMs: number) => atMs > load.startedAtMs && atMs < load.endedAtMs;
  const mayBeCopies = observed.atMs.some((atMs, scrape) => isDuring(atMs) && repeats.has(scrape));
  if (observed.source !== 'direct' || mayBeCopies) return null;
  const { opened, closed, longestMs, unsure } = events;
  const openedBy = running(opened, ({ count }) => count);
  const closedBy = running(closed, goodOf);
  const rows = observed.atMs.flatMap((atMs, scrape) => {
    const value = values[scrape] ?? null;
    if (value === null || !isDuring(atMs)) return [];
    const begun = openedBy(atMs + longestMs + BEGINS_EARLY_MS);
    const ended = closedBy(atMs - late(scrape));
    const most = Math.max(0, values[0] ?? 0) + unsure + begun.by - ended.by;
    return [{ scrape, value, most, variance: (begun.inSecond + ended.inSecond) / 4 }];
  });
  for (let from = 0; from + IN_A_ROW <= rows.length; from++) {
    const some = rows.slice(from, from + IN_A_ROW);
    const mean = (of: (row: (typeof rows)[number]) => number) => some.reduce((sum, row) => sum + of(row), 0) / IN_A_ROW;
    const value = mean((row) => row.value);
    const can = mean((row) => row.most) + DEVIATIONS * Math.sqrt(mean((row) => row.variance) / IN_A_ROW);
    if (value > can)
      return `${digitsText(value, 3)} on average in ${IN_A_ROW} scrapes from ${scrapeText(observed, some[0]?.scrape ?? 0)}, when at most ${digitsText(can, 3)} can have been open`;
  }
  return null;
}

interface By {
  /** How many by then, as if those of its second had come evenly. */
  readonly by: number;
  /** How many in its second. */
  readonly inSecond: number;
}

/** How many there were by a time, Unix ms. */
function running(seconds: readonly EndpointSecond[], count: (second: EndpointSecond) => number): (atMs: number) => By {
  const counts = new Map<number, number>();
  for (const second of seconds) counts.set(second.second, (counts.get(second.second) ?? 0) + count(second));
  const sorted = [...counts].sort(([a], [b]) => a - b);
  return (atMs) => {
    const second = Math.floor(atMs / 1000);
    const inSecond = counts.get(second) ?? 0;
    const earlier = sorted.reduce((sum, [at, own]) => (at < second ? sum + own : sum), 0);
    return { by: earlier + inSecond * (atMs / 1000 - second), inSecond };
  };
}

/** What clients opened and closed: sockets, or debates. */
interface Events {
  readonly opened: readonly EndpointSecond[];
  readonly closed: readonly EndpointSecond[];
  /** A client may have waited so long until it knew that it had opened one. */
  readonly longestMs: number;
  /** Nobody knows of so many more whether they were open. */
  readonly unsure: number;
  /** When the last one ended, Unix ms; by seconds alone, it may have been up to a second later. */
  readonly lastEndMs: number;
  readonly begunAt: Moments | null;
  readonly endedAt: Moments | null;
}

/** null where clients of the load did not write down what they closed, or what ended. */
function eventsOf({ movedBy }: MetricSignal, facts: MetricFacts): Events | null {
  const isSockets = movedBy === 'open-sockets';
  const opening = recordingsInRole(facts, isSockets ? 'opens-socket' : 'starts-debate');
  const closed = secondsInRole(facts, isSockets ? 'closes-socket' : 'debate-end');
  if (opening.length === 0 || closed.length === 0) return null;
  const endedAt = momentsOf(facts, isSockets ? 'socket-closed-at' : 'debate-ended-at');
  return {
    opened: opening.flatMap(({ seconds }) => seconds),
    closed,
    longestMs: mostOf(opening.map(({ total }) => (total.maxUs ?? 0) / 1000)),
    unsure: isSockets ? 0 : unsureCreations(facts) + startedBefore(facts),
    lastEndMs: lastEndOf(closed, endedAt),
    begunAt: momentsOf(facts, isSockets ? 'socket-asked-at' : 'debate-sent-at'),
    endedAt,
  };
}

function before(seconds: readonly EndpointSecond[], atMs: number, count: (second: EndpointSecond) => number): number {
  const end = Math.floor(atMs / 1000);
  return seconds.reduce((sum, second) => (second.second < end ? sum + count(second) : sum), 0);
}

/** Debates have something to do with one another, so a chance has to be far smaller than that of independent ones. */
const TOO_FEW_CHANCE = 1e-4;

/** A scrape while debates ran. */
export interface RunningAt {
  readonly value: number;
  /** On average so many ran around that time, at least. */
  readonly least: number;
}

/** Why a gauge of running debates was too low, in words; null where it was not. */
export function tooLow(scrapes: readonly RunningAt[], longestSec: number, loadSec: number): string | null {
  // Scrapes that see the same debate count as one.
  const share = Math.min(1, loadSec / Math.max(longestSec, 1e-3) / Math.max(1, scrapes.length));
  const [seen, ran] = [
    scrapes.reduce((sum, { value }) => sum + value, 0),
    scrapes.reduce((sum, { least }) => sum + least, 0),
  ];
  const chance = poissonAtMost(Math.ceil(seen * share), ran * share);
  const mean = (sum: number) => digitsText(sum / Math.max(1, scrapes.length), 2);
  return chance < TOO_FEW_CHANCE
    ? `${mean(seen)} running debates on average in ${countText(scrapes.length)} scrapes, although at least ${mean(ran)} ran at a time`
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
