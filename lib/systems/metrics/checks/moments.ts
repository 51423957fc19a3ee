/** How many of something had happened by a moment, as exactly as clients wrote it down: see lib/core/moment.ts. */
import type { EndpointRole } from '../../../core/endpoint.ts';
import { MOMENT_MS, MOMENTS_FOR_MS, timeOfMoment } from '../../../core/moment.ts';
import type { MetricFacts } from './facts.ts';
import { recordingsInRole } from './ledger.ts';

/** A cycle begins this long before the load. */
const BEFORE_MS = 5000;
/** The clocks of several generators may be apart. */
const APART_MS = 200;

export type HappenedBy = (atMs: number) => number;

export interface Moments {
  /** At most so many, whatever is inexact. */
  readonly atMost: HappenedBy;
  readonly atLeast: HappenedBy;
  /** Unix ms, ascending. */
  readonly timesMs: readonly number[];
}

/** null where nobody wrote them down, as in older run folders. */
export function momentsOf(facts: MetricFacts, role: EndpointRole): Moments | null {
  const fromMs = facts.load.startedAtMs - BEFORE_MS;
  const recordings = recordingsInRole(facts, role);
  if (recordings.length === 0) return null;
  const times = recordings
    .flatMap(({ total }) => total.buckets())
    .map(({ valueUs, count }) => ({ atMs: timeOfMoment(valueUs / 1000, fromMs), count }))
    .sort((a, b) => a.atMs - b.atMs);
  const by = (untilMs: number) => times.reduce((sum, { atMs, count }) => (atMs <= untilMs ? sum + count : sum), 0);
  const slackMs = MOMENT_MS + (facts.load.generators.length > 1 ? APART_MS : 0);
  return {
    atMost: (atMs) => by(atMs + slackMs),
    atLeast: (atMs) => by(atMs - slackMs),
    timesMs: times.map(({ atMs }) => atMs),
  };
}

/** Whether all moments up to this time were written down, and a scrape's time is of a clock that clients share. */
export function areMomentsKnown({ load, observed }: MetricFacts, atMs: number): boolean {
  return observed.source === 'direct' && atMs < load.startedAtMs + MOMENTS_FOR_MS;
}
