/**
 * How late a gauge shows what has ended: because the server counts down late, sets the gauge from time to time, or a cache keeps the
 * exposition. What it does after the load, when nothing begins any more, it may do during the load as well.
 */
import type { EndpointSecond } from '../../../core/recording.ts';
import type { MetricFacts } from './facts.ts';
import { goodOf } from './ledger.ts';
import type { Moments } from './moments.ts';

/** Without a sign that it takes longer. A server may clean up before it counts down. */
const LATE_MS = 1000;

/** So much later it may show at a scrape what was true; Infinity: nobody can say. */
export type LateAt = (scrape: number) => number;

/** A server may set a gauge from time to time. */
const SET_EVERY_MS = 5000;

/** @param lastEndMs when the last one that clients know of had ended; 0: they know of none. */
export function shownLate(facts: MetricFacts, values: readonly (number | null)[], lastEndMs: number): LateAt {
  const { atMs } = facts.observed;
  const first = values[0] ?? 0;
  const old = howOld(facts, values);
  // One that never changes shows nothing, however late.
  if (new Set(values).size === 1) return old;
  const backAtMs = atMs.find((at, scrape) => at >= lastEndMs && (values[scrape] ?? Infinity) <= first);
  const afterLoadMs = lastEndMs === 0 ? 0 : (backAtMs ?? Infinity) - lastEndMs;
  return (scrape) => Math.max(afterLoadMs, old(scrape));
}

/** How old its value may be at a scrape, whether it counts down late or not. */
export function howOld(facts: MetricFacts, values: readonly (number | null)[]): LateAt {
  const isSet = new Set(values).size > 1;
  return (scrape) => Math.max(LATE_MS, isSet ? sameForMs(facts, values, scrape) : sinceBeforeMs(facts, scrape));
}

function sinceBeforeMs({ observed: { atMs } }: MetricFacts, scrape: number): number {
  return (atMs[scrape] ?? 0) - (atMs[Math.max(0, scrape - 1)] ?? 0);
}

/** The value may have been taken right after the last scrape that had another one. */
function sameForMs(
  { observed: { atMs }, repeats }: MetricFacts,
  values: readonly (number | null)[],
  scrape: number,
): number {
  const sinceMs = (other: number) => (atMs[scrape] ?? 0) - (atMs[other] ?? 0);
  let before = Math.max(0, scrape - 1);
  while (before > 0 && values[before] === values[scrape] && (repeats.has(before + 1) || sinceMs(before) < SET_EVERY_MS))
    before -= 1;
  return sinceMs(before);
}

/** When the last one ended, Unix ms; by seconds alone, it may have been up to a second later. The last moment is in the last second, unless the load went on for longer than moments are written down. */
export function lastEndOf(seconds: readonly EndpointSecond[], moments: Moments | null): number {
  const lastSecondMs = 1000 * Math.max(0, ...seconds.flatMap((one) => (goodOf(one) > 0 ? [one.second] : [])));
  return Math.max(lastSecondMs, moments?.timesMs.at(-1) ?? 0);
}
