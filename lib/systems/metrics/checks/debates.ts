/**
 * Compares what the server counts and times of debates with the debates that clients started. Requests are in reconcile.ts and latency.ts.
 *
 * How long debates can have lasted: the n debates that clients started began no sooner than their creations were due, and each had ended by
 * the scrape that first counts it. So Σ duration = Σ end − Σ start is at most Σ (scrape × newly counted) − Σ (answered − latency),
 * whichever ended first. An agent's answer lies within a debate, so it lasts no longer on average, because all debates of the load are
 * alike.
 */
import type { Finding } from '../../../core/finding.ts';
import { countText, digitsText, plural } from '../../../core/numbers.ts';
import { failedCount } from '../../../core/recording.ts';
import { both } from '../../bounds.ts';
import { fact, lacking, openByOthers, property } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { MetricSignal, MetricSignals } from '../signals.ts';
import { debatesCreated, secondsInRole } from './clients.ts';
import { uncountable } from './countable.ts';
import { type DurationBounds, durationBounds, isSumImpossible, spreadCheck } from './durations.ts';
import { countedByClients, infoOfMetric, type MetricCheck, type MetricFacts, type OfMetric } from './facts.ts';
import { contradictionsIn } from './histograms.ts';
import { isLedger, ledgerOf, unsureCreations } from './ledger.ts';
import { judgeOwed, owedCheck } from './owed.ts';
import { locationOf, seriesOf, totalIncrease } from './series.ts';
import { PROMETHEUS_CLOCK_MS } from './steps.ts';

export function debateChecks(signals: MetricSignals): MetricCheck[] {
  return signals.metrics.flatMap((signal) => [
    ...countChecks(signal, signal.name === signals.debateDuration),
    ...(signal.type === 'histogram' && signal.movedBy === 'debates' ? [meanCheck(signal)] : []),
    ...(signal.times === undefined ? [] : [spreadCheck({ ...signal, times: signal.times })]),
  ]);
}

function countChecks(signal: MetricSignal, isDuration: boolean): MetricCheck[] {
  const { perDebate, counts } = signal;
  const counted = { ...COUNTED, bounds: countedByClients(signal) };
  if (isDuration) return [checkOf(infoOfMetric(signal, counted), judgeTimed)];
  if (perDebate === undefined) return counts === undefined ? [] : [owedCheck({ ...signal, counts })];
  return [
    checkOf(infoOfMetric(signal, counted), (check, facts: MetricFacts) =>
      counts !== undefined && isLedger(ledgerOf(facts))
        ? judgeOwed(check, facts, { ...signal, counts })
        : judgeCounted(check, facts, { ...signal, perDebate }),
    ),
  ];
}

function meanCheck(signal: MetricSignal): MetricCheck {
  return checkOf(infoOfMetric(signal, MEAN), (check, facts) => judgeMean(check, facts, signal));
}

const COUNTED: OfMetric = {
  what: 'reconciles',
  subject: 'counts the debates that clients started',
  proves: 'counts the debates that clients started, and no other.',
  section: 'clients-against-server',
};
const MEAN: OfMetric = {
  what: 'mean',
  subject: 'has a possible mean',
  proves:
    'has a mean that is above 0, no longer than the debates can have lasted, and no shorter than clients saw them last.',
  bounds: [both('clients', 'value')],
  section: 'clients-against-server',
};

function judgeTimed(check: CheckInfo, facts: MetricFacts): Finding {
  const obstacle = uncountable(facts, facts.signals.debateDuration, '_count');
  if (obstacle !== null) return lacking(check, obstacle.status, obstacle.summary);
  const created = debatesCreated(facts);
  if (created === 0) return lacking(check, 'no-data', 'the load created no debate');
  const counted = increaseIn(facts, facts.signals.debateDuration, '_count');
  const bad = counted < created ? created - counted : Math.max(0, counted - created - unsureCreations(facts));
  const summary = `clients started ${plural(created, 'debate')}, the server timed ${countText(counted)}`;
  if (bad === 0) return property(check, { samples: created, bad, summary });
  if (counted < created && !facts.observed.settled)
    return lacking(check, 'inconclusive', `${summary}; some may still run`);
  const twice = Number.isInteger(counted / created)
    ? `: each is timed ${counted / created} times`
    : ': debates of others, or double counting';
  if (counted > created && !facts.exclusive && counted % created !== 0) return openByOthers(check, summary + twice);
  return property(check, {
    samples: created,
    bad,
    summary: counted > created ? summary + twice : `${summary}: the rest is lost`,
  });
}

/** Over the run; 0 for a metric that is not exposed. */
function increaseIn({ observed, contract }: MetricFacts, name: string, suffix = ''): number {
  return totalIncrease(seriesOf(observed, locationOf(contract, name), suffix), observed.atMs.length);
}

/** A debate that timed out was not completed. */
function judgeCounted(
  check: CheckInfo,
  facts: MetricFacts,
  { name, perDebate }: MetricSignal & { readonly perDebate: 'one' | 'at-most-one' },
): Finding {
  const obstacle = uncountable(facts, name);
  if (obstacle !== null) return lacking(check, obstacle.status, obstacle.summary);
  const created = debatesCreated(facts);
  if (created === 0) return lacking(check, 'no-data', 'the load created no debate');
  const counted = increaseIn(facts, name);
  if (counted === 0) return lacking(check, 'inconclusive', 'it did not move at all');
  const { debateTimeouts } = facts.signals;
  const excused = debateTimeouts === undefined ? 0 : increaseIn(facts, debateTimeouts);
  const few = perDebate === 'one' ? Math.max(0, created - counted - excused) : 0;
  const many = Math.max(0, counted - created - unsureCreations(facts));
  const summary = `clients started ${plural(created, 'debate')}, the server counted ${countText(counted)}`;
  if (few > 0 && !facts.observed.settled) return lacking(check, 'inconclusive', `${summary}; some may still run`);
  if (many > 0 && !facts.exclusive) return openByOthers(check, `${summary}: debates of others, or too many`);
  return property(check, { samples: created, bad: few + many, summary });
}

/** 0 < sum / count ≤ what debates can have lasted; and where clients saw all of them, no less than they saw. */
function judgeMean(check: CheckInfo, facts: MetricFacts, { name, times }: MetricSignal): Finding {
  const obstacle = uncountable(facts, name, '_count') ?? uncountable(facts, name, '_sum');
  if (obstacle !== null) return lacking(check, obstacle.status, obstacle.summary);
  if (contradictionsIn({ name }, facts).length > 0)
    return lacking(check, 'inconclusive', 'the histogram contradicts itself');
  if (debatesCreated(facts) === 0) return lacking(check, 'no-data', 'the load created no debate');
  const count = increaseIn(facts, name, '_count');
  if (count === 0) return lacking(check, 'no-data', 'nothing was timed over the load');
  const sum = increaseIn(facts, name, '_sum');
  const mean = sum / count;
  const bounds = times === undefined ? undefined : durationBounds(facts, times);
  if (bounds !== undefined && !('status' in bounds) && bounds.upper.count === count)
    return fact(check, mean > 0 && !isSumImpossible(facts, bounds, sum), {
      summary: `a mean of ${digitsText(mean, 4)} s, where clients saw ${meanText(bounds)}${unitHint(mean, bounds.upper.sumSec / count)}`,
    });
  const most = longestMeanSec(facts);
  if (typeof most === 'string') return lacking(check, 'inconclusive', most);
  return fact(check, mean > 0 && mean <= most, {
    summary: `a mean of ${digitsText(mean, 4)} s, although debates lasted at most ${digitsText(most, 4)} s${unitHint(mean, most)}`,
  });
}

function meanText({ upper, lower }: DurationBounds): string {
  const [most, least] = [upper, lower ?? { sumSec: 0 }].map(({ sumSec }) => digitsText(sumSec / upper.count, 4));
  return lower === null ? `at most ${most} s` : `at least ${least} s and at most ${most} s`;
}

function unitHint(mean: number, most: number): string {
  return mean > 30 * most ? ': milliseconds recorded as seconds?' : '';
}

/** An upper bound for the mean duration of the debates that clients started, in s; or why there is none. */
function longestMeanSec(facts: MetricFacts): number | string {
  const { observed, contract, signals } = facts;
  if (uncountable(facts, signals.debateDuration, '_count') !== null) return 'it is not known when debates ended';
  const ends = seriesOf(observed, locationOf(contract, signals.debateDuration), '_count');
  const created = debatesCreated(facts);
  const endedBy = observed.atMs.map((_, scrape) => totalIncrease(ends, scrape + 1));
  if (created === 0 || endedBy.at(-1) !== created) return 'the debates that ended are not those that clients started';
  const endsSec = observed.atMs.reduce(
    (sum, atMs, scrape) => sum + ((endedBy[scrape] ?? 0) - (endedBy[scrape - 1] ?? 0)) * (atMs / 1000),
    0,
  );
  const seconds = secondsInRole(facts, 'starts-debate');
  const startsSec = seconds.reduce((sum, { second, count, failed, sumUs }) => {
    const started = count - failedCount(failed);
    return sum + started * second - sumUs / 1e6;
  }, 0);
  const slackMs = observed.source === 'direct' ? contract.clockSlackMs : PROMETHEUS_CLOCK_MS;
  return (endsSec - startsSec) / created + slackMs / 1000;
}
