/** How many of something had happened by a moment, as exactly as clients wrote it down: see lib/core/moment.ts. */
import { type EndpointRole, endpointsInRole } from '../../../core/endpoint.ts';
import { MOMENT_MS, MOMENTS_FOR_MS, timeOfMoment } from '../../../core/moment.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import type { MetricFacts } from './facts.ts';
import { recordingsInRole } from './ledger.ts';

/** A cycle begins this long before the load. */
const BEFORE_MS = 5000;
/** The clocks of several generators may be apart. */
const APART_MS = 200;

/** What each is a moment of. */
const OF = {
  'debate-sent-at': 'starts-debate',
  'debate-heard-at': 'debate-end',
  'debate-spoken-at': 'debate-end',
  'debate-ended-at': 'debate-end',
  'socket-asked-at': 'opens-socket',
  'socket-ready-at': 'opens-socket',
  'socket-left-at': 'opens-socket',
  'socket-closed-at': 'closes-socket',
} as const satisfies Partial<Record<EndpointRole, EndpointRole>>;

export type MomentRole = keyof typeof OF;
export type HappenedBy = (atMs: number) => number;

export interface Moments {
  /** At most so many, whatever is inexact. */
  readonly atMost: HappenedBy;
  readonly atLeast: HappenedBy;
  /** Unix ms, ascending. */
  readonly timesMs: readonly number[];
}

/** null where a journey did not write them down, as in older run folders. */
export function momentsOf(facts: MetricFacts, role: MomentRole): Moments | null {
  const journeys = plannedJourneys(facts.plan);
  const has = (journey: (typeof journeys)[number], wanted: EndpointRole) =>
    endpointsInRole([journey], wanted).length > 0;
  if (journeys.some((journey) => has(journey, OF[role]) && !has(journey, role))) return null;
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
