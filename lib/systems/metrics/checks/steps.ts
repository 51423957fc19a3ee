/**
 * Whether a counter grew when clients' counts grew, scrape by scrape. At each scrape it lies between what clients had seen for sure when
 * the exposition was made, and what can have begun by then.
 *
 * When an exposition was made: a server may keep it for some seconds and answer several scrapes with it. The first scrape that shows it
 * came after the one that still showed an older one. One scrape more is allowed, and one second: a server may count after it has answered,
 * and clients' counts are by seconds. What is wrong at the end of the load, another check reports, so it is allowed here.
 */

import { countText, digitsText } from '../../../core/numbers.ts';
import { type EndpointRecording, type EndpointSecond, failedCount } from '../../../core/recording.ts';
import type { MetricSeries, MetricsObserved } from '../observation.ts';
import type { CountedEvent, MetricSignal } from '../signals.ts';
import { answeredIn, clientCounts, unsentAt } from './clients.ts';
import { uncountable } from './countable.ts';
import type { MetricFacts } from './facts.ts';
import { goodOf, isLedger, type Ledger, ledgerOf, recordingsInRole } from './ledger.ts';
import { areMomentsKnown, type MomentRole, momentsOf } from './moments.ts';
import { isPath } from './path.ts';
import { locationOf, seriesOf, totalIncrease } from './series.ts';

/** Events that clients saw and a counter counts. */
interface Seen {
  /** The counter's series that count them. */
  readonly series: readonly MetricSeries[];
  /** Seconds in which clients saw them complete, with how many. */
  readonly seconds: readonly { readonly second: number; readonly count: number }[];
  /** How long before that they may have been counted. */
  readonly longestSec: number;
  /** May be counted at any time. */
  readonly unsure: number;
  /** How many can have been counted by a time, without those; absent where only the seconds say it. */
  readonly soonest?: Soonest | null;
  /** Whether the counter has to count each of them. */
  readonly each: boolean;
}

/** At a scrape; Infinity where nobody can say. */
type Soonest = (atMs: number) => number;

/** The worst step that is impossible, in words; null where there is none, or nothing can be said. Requests of each route by themselves. */
export function impossibleStep(signal: MetricSignal, facts: MetricFacts): string | null {
  const suffix = signal.type === 'histogram' ? '_count' : '';
  const labels = signal.movedBy === 'requests' ? ['method', 'endpoint'] : [];
  if (uncountable(facts, signal.name, suffix, labels) !== null) return null;
  const at = expositionTimes(facts.observed);
  const steps = seenFor(signal, facts).map((seen) => worstStep(seen, at, facts));
  return steps.reduce((worst, step) => (step.by > worst.by ? step : worst), POSSIBLE).text;
}

interface Step {
  /** How much too many or too few were counted; 0 where nothing is wrong. */
  readonly by: number;
  readonly text: string | null;
}

const POSSIBLE: Step = { by: 0, text: null };

function worstStep(seen: Seen, at: readonly MadeAt[], { observed, exclusive }: MetricFacts): Step {
  const total = seen.seconds.reduce((sum, { count }) => sum + count, 0);
  const off = totalIncrease(seen.series, observed.atMs.length) - total;
  let worst = POSSIBLE;
  observed.atMs.forEach((atMs, scrape) => {
    const counted = totalIncrease(seen.series, scrape + 1);
    const least = seen.each ? seenBy(seen, at[scrape]?.earliestMs ?? 0) - Math.max(0, -off) : 0;
    const soonest = Math.min(
      seenBy(seen, (at[scrape]?.latestMs ?? 0) + 2000 + seen.longestSec * 1000),
      seen.soonest?.(atMs) ?? Infinity,
    );
    const most = soonest + seen.unsure + Math.max(0, off);
    const text = (words: string) =>
      `counted ${countText(counted)} ${digitsText((atMs - (observed.atMs[0] ?? 0)) / 1000, 3)} s after the first scrape, ${words}`;
    if (least - counted > worst.by)
      worst = { by: least - counted, text: text(`when clients had seen at least ${countText(least)}`) };
    if (exclusive && counted - most > worst.by)
      worst = { by: counted - most, text: text(`when clients had caused at most ${countText(most)}`) };
  });
  return worst;
}

/** How many were complete in the seconds before this one. */
function seenBy({ seconds }: Seen, atMs: number): number {
  const before = Math.floor(atMs / 1000);
  return seconds.reduce((sum, { second, count }) => (second < before ? sum + count : sum), 0);
}

/** What has to be in step: each route of the requests, or the debates. [] where nothing can be said. */
function seenFor(signal: MetricSignal, facts: MetricFacts): Seen[] {
  if (signal.movedBy === 'requests') return requestsSeen(signal, facts);
  const ledger = ledgerOf(facts);
  if (!isLedger(ledger)) return [];
  const role =
    signal.counts === 'consensus' ? 'consensus' : signal.counts === undefined ? 'debate-end' : 'agent-message';
  const waited = [...recordingsInRole(facts, 'debate-end'), ...recordingsInRole(facts, 'agent-message')];
  const suffix = signal.type === 'histogram' ? '_count' : '';
  return [
    {
      series: seriesOf(facts.observed, locationOf(facts.contract, signal.name), suffix),
      seconds: recordingsInRole(facts, role).flatMap(({ seconds }) => countsOf(seconds, goodOf)),
      longestSec: longestSecOf(waited),
      unsure: ledger.open * (role === 'agent-message' ? ledger.messagesOfOne : 1),
      each: signal.counts !== 'ratings',
      soonest: soonestOf(signal, facts, ledger),
    },
  ];
}

/** Before when nothing of a debate was counted, of those whose end clients saw. */
function notBefore(counts: CountedEvent | undefined): MomentRole | null {
  switch (counts) {
    case 'agent-messages':
      return 'debate-sent-at';
    case 'consensus':
      return 'debate-heard-at';
    case undefined:
      return 'debate-spoken-at';
    default:
      return null;
  }
}

function soonestOf({ counts }: MetricSignal, facts: MetricFacts, { messagesOfOne }: Ledger): Soonest | null {
  const role = notBefore(counts);
  const moments = role === null ? null : momentsOf(facts, role);
  if (moments === null) return null;
  const times = counts === 'agent-messages' ? messagesOfOne : 1;
  return (atMs) => (areMomentsKnown(facts, atMs) ? times * moments.atMost(atMs) : Infinity);
}

function requestsSeen(signal: MetricSignal, facts: MetricFacts): Seen[] {
  const suffix = signal.type === 'histogram' ? '_count' : '';
  const all = seriesOf(facts.observed, locationOf(facts.contract, signal.name), suffix);
  return clientCounts(facts).flatMap(({ endpoint, path, method, unsure }) => {
    const recorded = facts.recording.endpoints.get(endpoint);
    if (recorded === undefined) return [];
    const unsent = unsentAt(facts, endpoint);
    return {
      series: all.filter(({ labels }) => isPath(path, labels['endpoint']) && labels['method'] === method),
      seconds: countsOf(
        recorded.seconds,
        (second) => answeredIn(second, { unsent, endpoint, plan: facts.plan }).answered,
      ),
      longestSec: longestSecOf([recorded]),
      unsure,
      each: true,
    };
  });
}

function countsOf(seconds: readonly EndpointSecond[], count: (second: EndpointSecond) => number): Seen['seconds'] {
  return seconds.map((second) => ({ second: second.second, count: count(second) }));
}

/** Clients wait no longer for an answer. How long one took that failed is not recorded. */
const FAILED_SEC = 10;

function longestSecOf(recorded: readonly EndpointRecording[]): number {
  return recorded.reduce((longest, { total, seconds }) => {
    const failed = seconds.some((second) => failedCount(second.failed) > 0) ? FAILED_SEC : 0;
    return Math.max(longest, (total.maxUs ?? 0) / 1e6, failed);
  }, 0);
}

/** The clock of a Prometheus, which says when a scrape was, may differ from ours by this much. */
export const PROMETHEUS_CLOCK_MS = 5000;
/** A server may count after it has answered. */
const COUNTED_LATE_MS = 1000;

interface MadeAt {
  readonly earliestMs: number;
  readonly latestMs: number;
}

/** When the exposition of each scrape was made. */
export function expositionTimes(observed: MetricsObserved): MadeAt[] {
  const { atMs, source } = observed;
  const clockMs = source === 'direct' ? 0 : PROMETHEUS_CLOCK_MS;
  const all = observed.families.flatMap(({ series }) => series);
  let first = 0;
  return atMs.map((latestMs, scrape) => {
    if (scrape > 0 && all.some(({ values }) => values[scrape] !== values[scrape - 1])) first = scrape;
    const earliestMs = (atMs[Math.max(0, first - 2)] ?? 0) - COUNTED_LATE_MS - clockMs;
    return { earliestMs, latestMs: latestMs + clockMs };
  });
}
