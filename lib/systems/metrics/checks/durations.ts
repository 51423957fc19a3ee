/**
 * How long debates and agents can have taken, from both sides, one debate with another.
 *
 * The server times a debate between the moment when its creation was sent and the moment when a client saw its end: so in sorted order the
 * k-th server time is at most the k-th of these. It lasts at least from its start to its last message, by the clients' clock and by the
 * times inside the events, whichever is shorter: so the k-th server time is at least the k-th of these. An agent was called after the
 * creation was sent, and before its message came. How long a call lasted at least, clients can't see: the server may do other things too.
 */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText, digitsText, msText, plural } from '../../../core/numbers.ts';
import type { LatencyHistogram } from '../../../core/recording.ts';
import { both } from '../../bounds.ts';
import { lacking, property } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { MetricSignal, TimedEvent } from '../signals.ts';
import { uncountable } from './countable.ts';
import { infoOfMetric, type MetricCheck, type MetricFacts, type OfMetric } from './facts.ts';
import { contradictionsIn } from './histograms.ts';
import { isLedger, ledgerOf, type NoLedger, recordingsInRole, withoutLedger } from './ledger.ts';
import { histogramsOf, increaseOf, locationOf, merged } from './series.ts';

type Timing = MetricSignal & { readonly times: TimedEvent };

/** The check that a histogram's buckets hold durations that clients allow. */
export function spreadCheck(signal: Timing): MetricCheck {
  // How long an agent took at least, clients can't see.
  const own = signal.times === 'debates' ? { ...SPREAD, bounds: [both('clients', 'value')] } : SPREAD;
  return checkOf(infoOfMetric(signal, own), (check, facts: MetricFacts) => judgeSpread(check, facts, signal));
}

const SPREAD: OfMetric = {
  what: 'percentiles',
  subject: 'fits what clients saw',
  proves: 'puts as many durations below each bucket bound as the debates that clients saw allow.',
  section: 'clients-against-server',
  besideClients: true,
};

/** Durations that something had, all of them together. */
interface Durations {
  readonly count: number;
  readonly sumSec: number;
  /** How many are longer than this. */
  over(seconds: number): number;
}

export interface DurationBounds {
  /** No k-th server time is longer. */
  readonly upper: Durations;
  /** No k-th server time is shorter; null where clients can't see it. */
  readonly lower: Durations | null;
}

/** Of all debates or agents of the load, if clients saw every one of them; else why there is nothing to compare with. */
export function durationBounds(facts: MetricFacts, times: TimedEvent): DurationBounds | NoLedger {
  const ledger = ledgerOf(facts);
  if (!isLedger(ledger)) return ledger;
  if (ledger.open > 0)
    return { status: 'inconclusive', summary: `nobody saw how ${plural(ledger.open, 'debate')} ended` };
  switch (times) {
    case 'agents':
      return { upper: durationsIn(facts, 'agent-message'), lower: null };
    case 'debates':
      return { upper: durationsIn(facts, 'debate-end'), lower: durationsIn(facts, 'debate-talk') };
  }
}

function durationsIn(facts: MetricFacts, role: 'agent-message' | 'debate-end' | 'debate-talk'): Durations {
  const all = recordingsInRole(facts, role);
  const histograms: LatencyHistogram[] = all.map(({ total }) => total);
  const sum = (of: (one: LatencyHistogram) => number) => histograms.reduce((total, one) => total + of(one), 0);
  return {
    count: sum(({ count }) => count),
    sumSec: all.flatMap(({ seconds }) => seconds).reduce((total, { sumUs }) => total + sumUs, 0) / 1e6,
    over: (seconds) => sum((one) => one.countOverUs(Math.max(0, seconds * 1e6))),
  };
}

/** Clients' clocks and the times inside events are in whole ms, and histograms keep four digits. */
const CLOCK_SEC = 0.002;
const PRECISION = 1e-3;
/** A server may begin to time a debate a little after it said that it started, and may end before it said its last word. */
const BEGUN_LATE_SEC = 0.025;
const BEGUN_LATE_SHARE = 0.05;

/** How much longer than an upper bound a duration may be. */
export function upperSlackSec({ contract }: MetricFacts, seconds: number): number {
  return contract.clockSlackMs / 1000 + CLOCK_SEC + seconds * PRECISION;
}

/** How much shorter than a lower bound a duration may be. */
export function lowerSlackSec({ contract }: MetricFacts, seconds: number): number {
  return contract.clockSlackMs / 1000 + BEGUN_LATE_SEC + seconds * BEGUN_LATE_SHARE;
}

function judgeSpread(check: CheckInfo, facts: MetricFacts, signal: Timing): Finding {
  const { name, times } = signal;
  const obstacle = uncountable(facts, name, '_count') ?? uncountable(facts, name, '_sum');
  if (obstacle !== null) return lacking(check, obstacle.status, obstacle.summary);
  if (contradictionsIn({ name }, facts).length > 0)
    return lacking(check, 'inconclusive', 'the histogram contradicts itself');
  const bounds = durationBounds(facts, times);
  if ('status' in bounds) return withoutLedger(check, bounds);
  const scrapes = facts.observed.atMs.length;
  const location = locationOf(facts.contract, name);
  const server = merged(histogramsOf(facts.observed, location, (series) => increaseOf(series, scrapes)));
  if (server === null || server.count === null || server.count !== bounds.upper.count)
    return lacking(check, 'inconclusive', 'the server timed others than those that clients saw');
  if (isSumImpossible(facts, bounds, server.sum ?? Number.NaN))
    return lacking(check, 'inconclusive', "the sum of durations is impossible, so the buckets can't be right either");
  const finite = server.buckets.filter(({ le }) => le !== Infinity);
  const problems = finite.flatMap((bucket) => impossibleAt(bucket, facts, bounds));
  return property(check, {
    samples: finite.length,
    bad: problems.length,
    summary:
      problems.length === 0
        ? `at ${plural(finite.length, 'bucket bound')} the server's times fit what clients saw`
        : `at ${countText(problems.length)} of ${plural(finite.length, 'bucket bound')} the server's times can't be those that clients saw`,
    evidence: problems.slice(0, 4),
  });
}

/** Whether the durations can't add up to this. */
export function isSumImpossible(facts: MetricFacts, { upper, lower }: DurationBounds, sumSec: number): boolean {
  const n = upper.count;
  const most = upper.sumSec + n * upperSlackSec(facts, upper.sumSec / Math.max(1, n));
  const least = lower === null ? 0 : lower.sumSec - n * lowerSlackSec(facts, lower.sumSec / Math.max(1, n));
  // Not `sumSec < least`: NaN is not less.
  return !(sumSec >= least && sumSec <= most);
}

function impossibleAt(
  { le, count }: { readonly le: number; readonly count: number },
  facts: MetricFacts,
  { upper, lower }: DurationBounds,
): Evidence[] {
  const surelyWithin = upper.count - upper.over(le - upperSlackSec(facts, le));
  const label = `within ${secText(le)}`;
  if (count < surelyWithin)
    return [
      { label, value: `clients saw the end of ${countText(surelyWithin)}, the server counts ${countText(count)}` },
    ];
  if (lower === null) return [];
  const surelyWithout = lower.over((le + lowerSlackSec(facts, 0)) / (1 - BEGUN_LATE_SHARE));
  return upper.count - count >= surelyWithout
    ? []
    : [
        {
          label,
          value: `${countText(surelyWithout)} lasted longer, the server counts ${countText(upper.count - count)}`,
        },
      ];
}

function secText(seconds: number): string {
  return seconds < 1 ? msText(seconds * 1000) : `${digitsText(seconds, 3)} s`;
}
