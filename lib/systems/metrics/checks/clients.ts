/** What the clients know about their HTTP requests: how many were answered with which status, and for how many nobody can say. */
import {
  type Endpoint,
  type EndpointRole,
  endpointsInRole,
  endpointsOf,
  type HttpRoute,
  owedByArrival,
} from '../../../core/endpoint.ts';
import type { RouteCount } from '../../../core/fault.ts';
import { type EndpointSecond, failedCount, type LoadResult } from '../../../core/recording.ts';
import { sampleOutcome, wasAnswered } from '../../../core/sample-outcome.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
import { goodStatusOf, statusOf } from '../../answered.ts';
import type { MetricFacts } from './facts.ts';

/** Method and path as in the contract, for example `/api/debates/{id}/convergence`. */
export interface ClientCounts extends HttpRoute {
  readonly endpoint: Endpoint;
  /** Answers by status. */
  readonly byStatus: ReadonlyMap<string, number>;
  /** Sum of `byStatus`. */
  readonly answered: number;
  /**
   * Requests that were sent and not completely answered, or cut off by an interruption: the server may have counted them or not, under any
   * status.
   */
  readonly unsure: number;
}

type CountedFacts = Pick<MetricFacts, 'plan' | 'recording' | 'contract' | 'load'>;

/** For each HTTP endpoint of the contract, also those without a request. */
export function clientCounts(facts: CountedFacts): ClientCounts[] {
  const { plan, recording, contract, load } = facts;
  return Object.entries(contract.routes).map(([endpoint, route]) => {
    const passed = load.faults?.routes?.[endpoint];
    if (passed !== undefined) return { endpoint, ...route, ...passedOn(passed) };
    const asked = { unsent: unsentAt(facts, endpoint), endpoint, plan };
    const byStatus = new Map<string, number>();
    let unsure = cutOff(endpoint, plan, load);
    for (const second of recording.endpoints.get(endpoint)?.seconds ?? []) {
      const answers = answeredIn(second, asked);
      unsure += answers.unsure;
      for (const [status, count] of answers.byStatus) byStatus.set(status, (byStatus.get(status) ?? 0) + count);
    }
    const answered = [...byStatus.values()].reduce((sum, count) => sum + count, 0);
    return { endpoint, ...route, byStatus, answered, unsure };
  });
}

/**
 * What the layer of faults saw of the server, for clients did not get all of it. A redirect to the path with a slash may be counted under
 * either.
 */
function passedOn({ passed, answered }: RouteCount): Pick<ClientCounts, 'byStatus' | 'answered' | 'unsure'> {
  const byStatus = new Map(Object.entries(answered).filter(([status]) => !status.startsWith('3')));
  const whole = [...byStatus.values()].reduce((sum, count) => sum + count, 0);
  return { byStatus, answered: whole, unsure: passed - whole };
}

/** Outcomes with which nothing was sent to an endpoint. */
export function unsentAt({ plan }: Pick<MetricFacts, 'plan'>, endpoint: Endpoint): readonly string[] {
  return endpointsOf(plannedJourneys(plan)).find(({ name }) => name === endpoint)?.unsentOutcomes ?? [];
}

interface AnsweredAt {
  readonly endpoint: Endpoint;
  /** Outcomes with which nothing was sent. */
  readonly unsent: readonly string[];
  readonly plan: MetricFacts['plan'];
}

/** The answers of one second. */
export function answeredIn(
  { count, failed }: EndpointSecond,
  { unsent, endpoint, plan }: AnsweredAt,
): Pick<ClientCounts, 'byStatus' | 'answered' | 'unsure'> {
  const byStatus = new Map<string, number>();
  const add = (status: string, more: number) => {
    if (more > 0) byStatus.set(status, (byStatus.get(status) ?? 0) + more);
  };
  const goodStatus = goodStatusOf(endpoint, plan);
  let [ok, unsure] = [count, 0];
  for (const [outcome, failures] of Object.entries(failed)) {
    ok -= failures;
    const facts = sampleOutcome(outcome);
    if (facts.reached === 'no' || unsent.includes(outcome)) continue;
    if (wasAnswered(facts)) add(String(statusOf(outcome, endpoint, plan) ?? goodStatus), failures);
    else unsure += failures;
  }
  add(String(goodStatus), ok);
  return { byStatus, answered: [...byStatus.values()].reduce((sum, more) => sum + more, 0), unsure };
}

/** Requests of arrivals that were cut off in the middle; a run that went to its end has none. */
function cutOff(endpoint: Endpoint, plan: MetricFacts['plan'], load: LoadResult): number {
  if (load.reason.kind === 'finished') return 0;
  const asking = plannedJourneys(plan).filter((journey) => owedByArrival(journey).includes(endpoint));
  return load.journeys
    .filter(({ journey }) => asking.some(({ name }) => name === journey))
    .reduce((sum, { offered, delivered, dropped }) => sum + Math.max(0, offered - delivered - dropped), 0);
}

/** Debates that started, as far as the clients know. */
export function debatesCreated(facts: Pick<MetricFacts, 'plan' | 'recording'>): number {
  return secondsInRole(facts, 'starts-debate').reduce((sum, { count, failed }) => sum + count - failedCount(failed), 0);
}

/** What was recorded, second by second, for the endpoints that have a role in the load. */
export function secondsInRole(
  { plan, recording }: Pick<MetricFacts, 'plan' | 'recording'>,
  role: EndpointRole,
): EndpointSecond[] {
  return endpointsInRole(plannedJourneys(plan), role).flatMap(
    (endpoint) => recording.endpoints.get(endpoint)?.seconds ?? [],
  );
}
