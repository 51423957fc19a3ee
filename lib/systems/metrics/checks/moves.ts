/** Whether metrics move when they must: counters over the load, gauges during it and back after it. */
import { endpointsInRole, endpointsOf } from '../../../core/endpoint.ts';
import type { Finding } from '../../../core/finding.ts';
import { countText, digitsText, percentText, plural } from '../../../core/numbers.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { fact, lacking, property } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { MetricSignal } from '../signals.ts';
import { clientCounts, debatesCreated } from './clients.ts';
import { infoOfMetric, type MetricCheck, type MetricFacts, type OfMetric, scrapeText } from './facts.ts';
import { familyOf, isNoNumber, locationOf, numberAt, seriesOf, totalIncrease } from './series.ts';

export function movementChecks(signal: MetricSignal): MetricCheck[] {
  if (signal.movedBy === 'nothing-certain') return [];
  const exposed = (own: OfMetric, judge: Judge): MetricCheck =>
    checkOf(infoOfMetric(signal, own), (check, facts: MetricFacts) => {
      const { name } = locationOf(facts.contract, signal.name);
      if (familyOf(facts.observed, name) === undefined) return lacking(check, 'no-data', `${name} is not exposed`);
      return judge(check, signal, facts);
    });
  if (signal.type !== 'gauge') return [exposed(GROWS, judgeGrowth)];
  return [
    exposed(FOLLOWS, signal.movedBy === 'open-sockets' ? judgeSockets : judgeRunning),
    exposed(RETURNS, judgeReturn),
  ];
}

type Judge = (check: CheckInfo, signal: MetricSignal, facts: MetricFacts) => Finding;

const GROWS: OfMetric = {
  what: 'moves',
  subject: 'grows with the load',
  proves: 'grows when the load does what it counts.',
};
const FOLLOWS: OfMetric = {
  what: 'moves',
  subject: 'follows the load',
  proves: 'rises while the load does what it measures.',
};
const RETURNS: OfMetric = {
  what: 'returns',
  subject: 'goes back after the load',
  proves: 'is back at its earlier value after the load.',
};

function judgeGrowth(check: CheckInfo, signal: MetricSignal, facts: MetricFacts): Finding {
  const { observed, contract } = facts;
  const [done, word] =
    signal.movedBy === 'requests'
      ? [clientCounts(facts).reduce((sum, { answered }) => sum + answered, 0), 'request']
      : [debatesCreated(facts), 'debate'];
  if (done === 0) return lacking(check, 'no-data', `the load had no ${word}`);
  const suffix = signal.type === 'histogram' ? '_count' : '';
  const series = seriesOf(observed, locationOf(contract, signal.name), suffix);
  const family = familyOf(observed, locationOf(contract, signal.name).name);
  if (series.length === 0 && (family?.series.length ?? 0) > 0) {
    return lacking(check, 'no-data', `${signal.name}${suffix} has no sample that could show it`);
  }
  if (series.some(isNoNumber)) return lacking(check, 'inconclusive', `${signal.name} is not a finite number`);
  const grown = totalIncrease(series, observed.atMs.length);
  const lead = `${plural(done, word)} of the load`;
  if (grown === 0 && signal.movedBy === 'debates' && !observed.settled) {
    return lacking(check, 'inconclusive', `not moved by ${lead} yet, and the numbers were still changing`);
  }
  return fact(check, grown > 0, {
    summary: grown > 0 ? `grew by ${digitsText(grown, 6)} over ${lead}` : `not moved by ${lead}`,
  });
}

/** Sum over a gauge's series, scrape by scrape; null where it was absent. */
function gaugeValues(signal: MetricSignal, { observed, contract }: MetricFacts): (number | null)[] {
  const series = seriesOf(observed, locationOf(contract, signal.name));
  return observed.atMs.map((_, scrape) => {
    const values = series.map((one) => numberAt(one, scrape)).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
  });
}

interface GaugeAt {
  readonly scrape: number;
  readonly value: number;
}

function duringLoad(signal: MetricSignal, facts: MetricFacts): GaugeAt[] {
  const { startedAtMs, endedAtMs } = facts.load;
  return gaugeValues(signal, facts).flatMap((value, scrape) => {
    const atMs = facts.observed.atMs[scrape] ?? 0;
    return value !== null && atMs > startedAtMs && atMs < endedAtMs ? [{ scrape, value }] : [];
  });
}

/** Stricter than necessary, so that no gauge is ever blamed that the scrapes only missed. */
const MISSED_CHANCE = 0.001;

/**
 * Debates run from their creation past their first agent message. So at a random moment at least L = rate × agent response run on average
 * (Little's law), and e^−L bounds the chance that none does if they start independently. All scrapes at 0 by chance: e^−Lk.
 */
function judgeRunning(check: CheckInfo, signal: MetricSignal, facts: MetricFacts): Finding {
  const created = debatesCreated(facts);
  if (created === 0) return lacking(check, 'no-data', 'the load created no debate');
  const during = duringLoad(signal, facts);
  if (during.length === 0) return lacking(check, 'no-data', 'not scraped while the load ran');
  const highest = Math.max(...during.map(({ value }) => value));
  const impossible = during.find(({ value }) => value < 0 || value === Infinity);
  if (impossible !== undefined)
    return fact(check, false, {
      summary: `not a number of debates: ${impossible.value} at ${scrapeText(facts.observed, impossible.scrape)}`,
    });
  if (highest > (gaugeValues(signal, facts)[0] ?? 0)) {
    return property(check, {
      samples: during.length,
      bad: 0,
      summary: `up to ${countText(highest)} running debates in ${plural(during.length, 'scrape')} during the load`,
    });
  }
  if (mayHideOthers(signal, facts)) {
    return lacking(check, 'inconclusive', `never above its value before the load: debates of others may have ended`);
  }
  const durationSec = (facts.load.endedAtMs - facts.load.startedAtMs) / 1000;
  const running = ranAtLeastSec(facts) / durationSec;
  const chance = Math.exp(-running * during.length);
  const seen = `stayed at ${countText(highest)} in ${plural(during.length, 'scrape')} while the load ran ${plural(created, 'debate')}`;
  if (chance > MISSED_CHANCE) {
    return lacking(
      check,
      'inconclusive',
      `${seen}; that happens by chance in ${percentText(chance)} of such runs: scrape more often, or run longer debates`,
    );
  }
  return fact(check, false, { summary: `${seen}, on average at least ${digitsText(running, 2)} at a time` });
}

/**
 * Whether other callers, whose work ends while the load's begins, could keep the gauge from rising: not if nobody else calls, and not if it
 * never changes.
 */
function mayHideOthers(signal: MetricSignal, facts: MetricFacts): boolean {
  return !facts.exclusive && new Set(gaugeValues(signal, facts)).size > 1;
}

/**
 * How long the load's debates ran at least, all together, in seconds: from `debate_start` to the first agent message, of each that gave one.
 * None counts for more than the median. A long time to one message proves little: its delivery may have been held up, not the debate.
 */
function ranAtLeastSec({ plan, recording }: MetricFacts): number {
  const endpoints = endpointsInRole(plannedJourneys(plan), 'first-answer');
  return endpoints.reduce((sumSec, endpoint) => {
    const answered = recording.endpoints.get(endpoint)?.total;
    const medianUs = answered?.percentileUs(50) ?? 0;
    const ranUs = answered?.buckets().reduce((sum, { valueUs, count }) => sum + count * Math.min(valueUs, medianUs), 0);
    return sumSec + (ranUs ?? 0) / 1e6;
  }, 0);
}

/**
 * At every scrape well inside the load, at least as many are open as the clients held; other callers can only add. It must also be more
 * than before the load: a gauge that is high whatever happens does not follow the load.
 */
function judgeSockets(check: CheckInfo, signal: MetricSignal, facts: MetricFacts): Finding {
  const connected = connectedBySecond(facts);
  if (connected.size === 0) return lacking(check, 'no-data', 'the load held no socket open');
  const held = duringLoad(signal, facts).flatMap((at) => {
    const second = Math.floor((facts.observed.atMs[at.scrape] ?? 0) / 1000);
    const around = [second - 1, second, second + 1].map((one) => connected.get(one));
    if (around.some((one) => one === undefined)) return [];
    // A socket's seconds don't begin with the clock's, so one more or less may fall into one second.
    const expected = Math.floor(Math.min(...around.map((one) => one ?? 0)) + 1e-6);
    return expected === 0 ? [] : [{ ...at, expected }];
  });
  if (held.length === 0) return lacking(check, 'no-data', 'not scraped while sockets were held open');
  // Not `<`: NaN is not less.
  const bad = held.filter(({ value, expected }) => !(value >= expected) || value === Infinity);
  const worst = bad[0];
  if (worst !== undefined && bad.length === 1) {
    const seen = `${countText(worst.value)} in one scrape while clients held ${countText(worst.expected)} open`;
    return lacking(check, 'inconclusive', `${seen}: the scrape may have come just as they closed`);
  }
  const highest = Math.max(...held.map(({ value }) => value));
  const before = gaugeValues(signal, facts)[0] ?? 0;
  if (worst === undefined && highest <= before) {
    const seen = `never above the ${countText(before)} from before the load in ${plural(held.length, 'scrape')} while clients held sockets open`;
    if (held.length === 1 || mayHideOthers(signal, facts))
      return lacking(check, 'inconclusive', `${seen}: sockets of others may have closed`);
    return fact(check, false, { summary: seen });
  }
  return property(check, {
    samples: held.length,
    bad: bad.length,
    summary:
      worst === undefined
        ? `at least what clients held open in all of ${plural(held.length, 'scrape')}, up to ${countText(highest)}`
        : `${countText(worst.value)} while clients held ${countText(worst.expected)} open, in ${countText(bad.length)} of ${plural(held.length, 'scrape')}`,
    evidence: bad.slice(0, 3).map(({ scrape, value, expected }) => ({
      label: scrapeText(facts.observed, scrape),
      value: `${signal.name} ${value}, clients held at least ${expected}`,
    })),
  });
}

/** Connected sockets by Unix second: the sample of a socket's second is the connected part of it, in µs. */
function connectedBySecond({ plan, recording }: MetricFacts): Map<number, number> {
  const connected = new Map<number, number>();
  for (const { name } of endpointsOf(plannedJourneys(plan)).filter(({ owed }) => owed.by === 'second')) {
    for (const { second, sumUs } of recording.endpoints.get(name)?.seconds ?? [])
      connected.set(second, (connected.get(second) ?? 0) + sumUs / 1e6);
  }
  return connected;
}

function judgeReturn(check: CheckInfo, signal: MetricSignal, facts: MetricFacts): Finding {
  const values = gaugeValues(signal, facts);
  const [first, last] = [values[0] ?? 0, values.at(-1) ?? null];
  if (last === null) return lacking(check, 'no-data', 'absent from the last scrape');
  if (!Number.isFinite(first) || !Number.isFinite(last))
    return lacking(check, 'inconclusive', `${signal.name} is not a finite number`);
  const summary = `${countText(first)} before the load, ${countText(last)} after it`;
  if (last <= first) return fact(check, true, { summary });
  if (!facts.exclusive) return lacking(check, 'inconclusive', `${summary}: work of others, or never counted down`);
  if (signal.movedBy === 'running-debates' && !debatesEnded(facts)) {
    return lacking(check, 'inconclusive', `${summary}: some of the load's debates may still run`);
  }
  return fact(check, false, { summary: `${summary}: what ended was not counted down` });
}

/** By the server's own histogram of debates. */
function debatesEnded({ observed, contract, signals, ...facts }: MetricFacts): boolean {
  const series = seriesOf(observed, locationOf(contract, signals.debateDuration), '_count');
  return totalIncrease(series, observed.atMs.length) >= debatesCreated(facts);
}
