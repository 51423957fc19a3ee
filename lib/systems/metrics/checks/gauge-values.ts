/** The values of a gauge: at each scrape, and while the load ran. */

import type { MetricSignal } from '../signals.ts';
import type { MetricFacts } from './facts.ts';
import { locationOf, numberAt, seriesOf } from './series.ts';

/**
 * Sum over a gauge's series, scrape by scrape. One that is declared and has no sample counts as none, because a server may leave out what is
 * 0. null where a Prometheus has no sample of anything.
 */
export function gaugeValues(signal: MetricSignal, { observed, contract }: MetricFacts): (number | null)[] {
  const series = seriesOf(observed, locationOf(contract, signal.name));
  const all = observed.families.flatMap((family) => family.series);
  return observed.atMs.map((_, scrape) => {
    const values = series.map((one) => numberAt(one, scrape)).filter((value) => value !== null);
    const isThere = values.length > 0 || all.some(({ values }) => (values[scrape] ?? null) !== null);
    return isThere ? values.reduce((sum, value) => sum + value, 0) : null;
  });
}

export interface GaugeAt {
  readonly scrape: number;
  readonly value: number;
}

/** Without repeats: a copy that a cache kept does not say what was true when it was given. */
export function duringLoad(signal: MetricSignal, facts: MetricFacts): GaugeAt[] {
  const { startedAtMs, endedAtMs } = facts.load;
  return gaugeValues(signal, facts).flatMap((value, scrape) => {
    const atMs = facts.observed.atMs[scrape] ?? 0;
    const isOfLoad = atMs > startedAtMs && atMs < endedAtMs && !facts.repeats.has(scrape);
    return value !== null && isOfLoad ? [{ scrape, value }] : [];
  });
}

/**
 * Whether other callers, whose work ends while the load's begins, could keep the gauge from rising: not if nobody else calls, and not if it
 * never changes.
 */
export function mayHideOthers(signal: MetricSignal, facts: MetricFacts): boolean {
  return !facts.exclusive && new Set(gaugeValues(signal, facts)).size > 1;
}

/** Whether there can be so many of something. */
export function isNumberOf(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}
