/** Whether the gauge of open sockets follows the sockets that the load held open. */
import { endpointsOf } from '../../../core/endpoint.ts';
import { leastOf, mostOf } from '../../../core/extent.ts';
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { fact, lacking, openByOthers, property } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { MetricSignal } from '../signals.ts';
import { howOld, type LateAt } from './counted-down.ts';
import { type MetricFacts, scrapeText } from './facts.ts';
import { duringLoad, type GaugeAt, gaugeValues, isNumberOf, mayHideOthers } from './gauge-values.ts';
import { tooHigh } from './open-bounds.ts';
import { tooFewSockets } from './surely-open.ts';

/**
 * At every scrape well inside the load, at least as many are open as the clients held; other callers can only add. It must also be more
 * than before the load: a gauge that is high whatever happens does not follow the load.
 */
export function judgeSockets(check: CheckInfo, signal: MetricSignal, facts: MetricFacts): Finding {
  const connected = connectedBySecond(facts);
  if (connected.size === 0) return lacking(check, 'no-data', 'the load held no socket open');
  const values = gaugeValues(signal, facts);
  const held = heldOpen(duringLoad(signal, facts), { connected, old: howOld(facts, values) }, facts);
  if (held.length === 0) return lacking(check, 'no-data', 'no scrape got new numbers while sockets were held open');
  // NaN, infinities and numbers below zero are less or more than what was held.
  const part = held.find(({ value }) => Number.isFinite(value) && value >= 0 && !isNumberOf(value));
  if (part !== undefined)
    return fact(check, false, {
      summary: `not a number of sockets: ${part.value} at ${scrapeText(facts.observed, part.scrape)}`,
    });
  // Not `<`: NaN is not less.
  const bad = held.filter(({ value, expected }) => !(value >= expected) || value === Infinity);
  const worst = bad[0];
  if (worst !== undefined && bad.length === 1) {
    const seen = `${countText(worst.value)} in one scrape while clients held ${countText(worst.expected)} open`;
    return lacking(check, 'inconclusive', `${seen}: the scrape may have come just as they closed`);
  }
  const highest = mostOf(held.map(({ value }) => value));
  const before = values[0] ?? 0;
  if (worst === undefined && highest <= before) {
    const seen = `never above the ${countText(before)} from before the load in ${plural(held.length, 'scrape')} while clients held sockets open`;
    if (mayHideOthers(signal, facts)) return openByOthers(check, `${seen}: sockets of others may have closed`);
    if (held.length === 1) return lacking(check, 'inconclusive', `${seen}: it may have come just as they closed`);
    return fact(check, false, { summary: seen });
  }
  const beyond = worst === undefined ? (tooHigh(signal, facts, values) ?? tooFewSockets(facts, values)) : null;
  if (beyond !== null) return fact(check, false, { summary: beyond });
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

interface HeldAt extends GaugeAt {
  /** At least so many sockets were open. */
  readonly expected: number;
}

interface Held {
  readonly connected: ReadonlyMap<number, number>;
  readonly old: LateAt;
}

/** Scrapes well inside the load, at which clients held sockets open. */
function heldOpen(during: readonly GaugeAt[], { connected, old }: Held, { observed }: MetricFacts): HeldAt[] {
  return during.flatMap((at) => {
    const atMs = observed.atMs[at.scrape] ?? 0;
    const second = Math.floor(atMs / 1000);
    const first = Math.min(second - 1, Math.floor((atMs - old(at.scrape)) / 1000));
    const around = Array.from({ length: second + 2 - first }, (_, index) => connected.get(first + index));
    if (around.some((one) => one === undefined)) return [];
    // A socket's seconds don't begin with the clock's, so one more or less may fall into one second.
    const expected = Math.floor(leastOf(around.map((one) => one ?? 0)) + 1e-6);
    return expected === 0 ? [] : [{ ...at, expected }];
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
