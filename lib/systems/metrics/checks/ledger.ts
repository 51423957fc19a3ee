/**
 * What clients know of the load's debates: how many they saw end, agree and speak, and for how many nobody can say. The journey `agents`
 * writes it down; owed.ts, durations.ts and steps.ts compare the server's metrics with it.
 */
import { type EndpointRole, endpointsInRole } from '../../../core/endpoint.ts';
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { type EndpointRecording, type EndpointSecond, failedCount } from '../../../core/recording.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { lacking, unasked } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import { clientCounts, debatesCreated, secondsInRole } from './clients.ts';
import type { MetricFacts } from './facts.ts';
import { locationOf, numberAt, seriesOf } from './series.ts';

export interface Ledger {
  /** Debates that clients started. */
  readonly created: number;
  /** Of them, those whose end a client saw. */
  readonly ended: number;
  /** Debates of which no client saw the end: they may have ended or not. With those of which it is not known whether they started. */
  readonly open: number;
  readonly messages: number;
  /** The most messages that one debate can have had, because all debates of the load are alike. */
  readonly messagesOfOne: number;
  readonly agreed: number;
}

/** Why there is none. */
export interface NoLedger {
  readonly status: 'unasked' | 'no-data' | 'inconclusive';
  readonly summary: string;
}

export function ledgerOf(facts: MetricFacts): Ledger | NoLedger {
  const created = debatesCreated(facts);
  if (created === 0) return { status: 'no-data', summary: 'the load created no debate' };
  if (endpointsInRole(plannedJourneys(facts.plan), 'debate-end').length === 0)
    return { status: 'unasked', summary: 'clients of this load wrote down nothing of debates' };
  const disorder = secondsInRole(facts, 'carries-events').reduce((sum, { failed }) => sum + failedCount(failed), 0);
  if (disorder > 0) {
    const summary = `what clients saw can't be counted: ${plural(disorder, 'event')} did not come as promised`;
    return { status: 'inconclusive', summary };
  }
  const [ended, messages] = [goodInRole(facts, 'debate-end'), goodInRole(facts, 'agent-message')];
  if (ended === 0) return { status: 'no-data', summary: 'clients saw no debate end' };
  return {
    created,
    ended,
    open: Math.max(0, created - ended) + unsureCreations(facts) + startedBefore(facts),
    messages,
    messagesOfOne: Math.ceil(messages / ended),
    agreed: goodInRole(facts, 'consensus'),
  };
}

export function isLedger(found: Ledger | NoLedger): found is Ledger {
  return !('status' in found);
}

/** The finding of a check that rests on the ledger alone. */
export function withoutLedger(check: CheckInfo, { status, summary }: NoLedger): Finding {
  return status === 'unasked' ? unasked(check, summary) : lacking(check, status, summary);
}

export function openText({ open }: Ledger): string {
  return open === 0 ? '' : `; nobody saw how ${plural(open, 'other debate')} ended`;
}

export function debatesText({ ended }: Ledger): string {
  return `clients saw ${countText(ended)} ${ended === 1 ? 'debate' : 'debates'} end`;
}

function goodInRole(facts: MetricFacts, role: EndpointRole): number {
  return secondsInRole(facts, role).reduce((sum, second) => sum + goodOf(second), 0);
}

export function goodOf({ count, failed }: EndpointSecond): number {
  return count - failedCount(failed);
}

/** The recordings of the endpoints that have a role. */
export function recordingsInRole({ plan, recording }: MetricFacts, role: EndpointRole): EndpointRecording[] {
  return endpointsInRole(plannedJourneys(plan), role).flatMap((endpoint) => recording.endpoints.get(endpoint) ?? []);
}

/** Creations for which nobody knows whether they started a debate. */
export function unsureCreations(facts: MetricFacts): number {
  const starting = endpointsInRole(plannedJourneys(facts.plan), 'starts-debate');
  return clientCounts(facts)
    .filter(({ endpoint }) => starting.includes(endpoint))
    .reduce((sum, { unsure }) => sum + unsure, 0);
}

/**
 * Debates that were running already at the first scrape, for example the one that the harness prepared: they end inside the load. By the
 * server's own gauge; if it has none, the prepared one. Where others may call, a surplus decides nothing, so none is allowed for.
 */
export function startedBefore({ plan, observed, contract, signals, exclusive }: MetricFacts): number {
  if (!exclusive) return 0;
  const running = signals.metrics
    .filter(({ movedBy }) => movedBy === 'running-debates')
    .flatMap(({ name }) => seriesOf(observed, locationOf(contract, name)))
    .flatMap((series) => numberAt(series, 0) ?? []);
  if (running.length > 0) return Math.max(0, ...running.filter(Number.isFinite));
  return plannedJourneys(plan).some(({ needsDebate }) => needsDebate) ? 1 : 0;
}
