/**
 * Which failures may be the doing of a generator that had no time. A client that stands still stops waiting although the answer is there, and
 * what it would have done next fails, too.
 */
import { type EndpointRole, endpointsInRole } from '../core/endpoint.ts';
import { mostOf } from '../core/extent.ts';
import type { EndpointSecond } from '../core/recording.ts';
import { sampleOutcome } from '../core/sample-outcome.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { SOCKET_TIMEOUT_MS } from '../journeys/websocket.ts';
import type { Context } from './context.ts';

/** Failures of an arrival whose step before had failed. */
const AFTER: Readonly<Record<string, EndpointRole>> = { 'no-socket': 'opens-socket', 'no-debate': 'starts-debate' };
const CLOSE = 'ws-close';

/** How many failures of a second an overloaded generator excuses. */
export function excusedIn(context: Context, { failed }: Pick<EndpointSecond, 'failed'>): number {
  return Object.entries(failed).reduce((sum, [kind, count]) => sum + (isExcused(context, kind) ? count : 0), 0);
}

function isExcused(context: Context, kind: string): boolean {
  const role = AFTER[kind];
  return sampleOutcome(kind).gaveUp || (role !== undefined && areGivenUp(context, inRole(context, role)));
}

/** Whether no socket was closed or refused: clients alone stopped waiting for them. */
export function areSocketsGivenUp(context: Context): boolean {
  return areGivenUp(context, [...inRole(context, 'opens-socket'), CLOSE]);
}

function inRole({ plan }: Context, role: EndpointRole): readonly string[] {
  return endpointsInRole(plannedJourneys(plan), role);
}

function areGivenUp({ recording }: Context, endpoints: readonly string[]): boolean {
  const seconds = endpoints.flatMap((endpoint) => recording.endpoints.get(endpoint)?.seconds ?? []);
  return seconds.every(({ failed }) => Object.keys(failed).every((kind) => sampleOutcome(kind).gaveUp));
}

/** A client that stands still for half of the shortest time for which it waits may stop waiting too early. */
const LEAST_STANDSTILL_US = (SOCKET_TIMEOUT_MS * 1000) / 2;

/** Why clients may have stopped waiting although the answer was there; null when they can't have. */
export function whyGivenUp({ generator, load }: Context): string | null {
  if (generator.kind === 'fit') return null;
  const stoodStillUs = load.generators.map(({ startLatenessUs }) => startLatenessUs?.max ?? 0);
  const isLong = generator.kind === 'starved' || mostOf(stoodStillUs) >= LEAST_STANDSTILL_US;
  return isLong ? generator.why : null;
}
