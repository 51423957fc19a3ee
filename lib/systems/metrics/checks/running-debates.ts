/** Whether the gauge of running debates follows the debates that the load started. */
import { endpointsInRole } from '../../../core/endpoint.ts';
import { mostOf } from '../../../core/extent.ts';
import type { Finding } from '../../../core/finding.ts';
import { mostLateness } from '../../../core/generators.ts';
import { countText, digitsText, percentText, plural } from '../../../core/numbers.ts';
import type { EndpointSecond } from '../../../core/recording.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { fact, lacking, openByOthers, property } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { MetricSignal } from '../signals.ts';
import { debatesCreated, secondsInRole } from './clients.ts';
import { type MetricFacts, scrapeText } from './facts.ts';
import { duringLoad, type GaugeAt, gaugeValues, isNumberOf, mayHideOthers } from './gauge-values.ts';
import { recordingsInRole } from './ledger.ts';
import { type RunningAt, tooHigh, tooLow } from './open-bounds.ts';
import { locationOf, seriesOf, totalIncrease } from './series.ts';
import { PROMETHEUS_CLOCK_MS } from './steps.ts';

/** Stricter than necessary, so that no gauge is ever blamed that the scrapes only missed. */
const MISSED_CHANCE = 0.001;

/**
 * Debates run from their creation past their last agent message. So at a random moment around a scrape at least L = rate × duration run on
 * average (Little's law), and e^−L bounds the chance that none does if they start independently. All scrapes at 0 by chance: e^−ΣL.
 */
export function judgeRunning(check: CheckInfo, signal: MetricSignal, facts: MetricFacts): Finding {
  const created = debatesCreated(facts);
  if (created === 0) return lacking(check, 'no-data', 'the load created no debate');
  const during = duringLoad(signal, facts);
  if (during.length === 0) return lacking(check, 'no-data', 'no scrape got new numbers while the load ran');
  const highest = mostOf(during.map(({ value }) => value));
  const impossible = during.find(({ value }) => !isNumberOf(value));
  if (impossible !== undefined)
    return fact(check, false, {
      summary: `not a number of debates: ${impossible.value} at ${scrapeText(facts.observed, impossible.scrape)}`,
    });
  if (highest > (gaugeValues(signal, facts)[0] ?? 0)) {
    const wrong = tooHigh(signal, facts, gaugeValues(signal, facts)) ?? tooFewRunning(signal, facts, during);
    if (wrong !== null) return fact(check, false, { summary: wrong });
    return property(check, {
      samples: during.length,
      bad: 0,
      summary: `up to ${countText(highest)} running debates in ${plural(during.length, 'scrape')} during the load`,
    });
  }
  if (mayHideOthers(signal, facts)) {
    return openByOthers(check, 'never above its value before the load: debates of others may have ended');
  }
  const ran = leastAround(during, facts).reduce((sum, { least }) => sum + least, 0);
  const chance = Math.exp(-ran);
  const seen = `stayed at ${countText(highest)} in ${plural(during.length, 'scrape')} while the load ran ${plural(created, 'debate')}`;
  if (chance > MISSED_CHANCE) {
    return lacking(
      check,
      'inconclusive',
      `${seen}; that happens by chance in ${percentText(chance)} of such runs: scrape more often, or run longer debates`,
    );
  }
  return fact(check, false, {
    summary: `${seen}, on average at least ${digitsText(ran / during.length, 2)} at a time`,
  });
}

/** Scrapes at which nothing had changed say nothing new, and what ran before the load says nothing of it. */
function tooFewRunning(signal: MetricSignal, facts: MetricFacts, during: readonly GaugeAt[]): string | null {
  const before = facts.exclusive ? (gaugeValues(signal, facts)[0] ?? 0) : 0;
  const longestSec = Math.max(0, ...recordingsInRole(facts, 'debate-end').map(({ total }) => (total.maxUs ?? 0) / 1e6));
  if (longestSec === 0) return null;
  const scrapes = leastAround(during, facts).map(({ value, least }) => ({ value: Math.max(0, value - before), least }));
  return tooLow(scrapes, longestSec, loadSec(facts));
}

/** A scrape is compared with what ran in so many seconds up to its own, and from its own on: the least counts. */
const AROUND_SEC = 2;

/** How many debates ran around each scrape at least, on average: a load may have them in a part of its time only. */
function leastAround(during: readonly GaugeAt[], facts: MetricFacts): RunningAt[] {
  const { observed, recording } = facts;
  const talks = secondsInRole(facts, 'debate-talk');
  if (talks.length === 0) {
    const least = firstAnswersSec({ plan: facts.plan, recording }) / loadSec(facts);
    return during.map(({ value }) => ({ value, least }));
  }
  const ran = ranBySecond(talks);
  // Clients that start late also hear late that a debate is over.
  const lateSec = Math.floor((mostLateness(facts.load.generators)?.max ?? 0) / 1e6);
  const around = AROUND_SEC + (observed.source === 'direct' ? 0 : PROMETHEUS_CLOCK_MS / 1000);
  const mean = (from: number) => {
    const seconds = Array.from({ length: around }, (_, index) => ran.get(from + index) ?? 0);
    return seconds.reduce((sum, one) => sum + one, 0) / around;
  };
  return during.map(({ scrape, value }) => {
    const second = Math.floor((observed.atMs[scrape] ?? 0) / 1000);
    const heard = Array.from({ length: lateSec + 1 }, (_, late) => mean(second + late));
    return { value, least: Math.min(mean(second - around + 1), ...heard) };
  });
}

/** Seconds that debates ran in each Unix second, all together: each up to the second in which its end was seen. */
function ranBySecond(talks: readonly EndpointSecond[]): ReadonlyMap<number, number> {
  const ran = new Map<number, number>();
  for (const { second, count, sumUs } of talks) {
    const eachSec = sumUs / 1e6 / Math.max(1, count);
    for (let [at, left] = [second - 1, eachSec]; left > 0; at -= 1, left -= 1)
      ran.set(at, (ran.get(at) ?? 0) + count * Math.min(1, left));
  }
  return ran;
}

function loadSec({ load }: MetricFacts): number {
  return (load.endedAtMs - load.startedAtMs) / 1000;
}

/**
 * How long the load's debates ran at least, all together, in seconds, as older recordings have it: from `debate_start` to the first agent
 * message, of each that gave one; none counts for more than the median, because delivery may have been held up.
 */
function firstAnswersSec({ plan, recording }: Pick<MetricFacts, 'plan' | 'recording'>): number {
  const endpoints = endpointsInRole(plannedJourneys(plan), 'first-answer');
  return endpoints.reduce((sumSec, endpoint) => {
    const answered = recording.endpoints.get(endpoint)?.total;
    const medianUs = answered?.percentileUs(50) ?? 0;
    const ranUs = answered?.buckets().reduce((sum, { valueUs, count }) => sum + count * Math.min(valueUs, medianUs), 0);
    return sumSec + (ranUs ?? 0) / 1e6;
  }, 0);
}

/** By the server's own histogram of debates. */
export function debatesEnded({ observed, contract, signals, ...facts }: MetricFacts): boolean {
  const series = seriesOf(observed, locationOf(contract, signals.debateDuration), '_count');
  return totalIncrease(series, observed.atMs.length) >= debatesCreated(facts);
}
