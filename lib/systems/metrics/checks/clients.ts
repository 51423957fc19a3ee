/** What the clients know about their HTTP requests: how many were answered with which status, and for how many nobody can say. */
import {
  type Endpoint,
  type EndpointRole,
  endpointsInRole,
  endpointsOf,
  type HttpRoute,
  owedByArrival,
} from '../../../core/endpoint.ts';
import { type EndpointRecording, type EndpointSecond, failedCount, type LoadResult } from '../../../core/recording.ts';
import { sampleOutcome, wasAnswered } from '../../../core/sample-outcome.ts';
import { plannedJourneys } from '../../../core/timeline.ts';
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
  const described = endpointsOf(plannedJourneys(plan));
  return Object.entries(contract.routes).map(([endpoint, route]) => {
    const unsent = described.find(({ name }) => name === endpoint)?.unsentOutcomes ?? [];
    const { byStatus, unsure } = answersIn(recording.endpoints.get(endpoint), unsent);
    const answered = [...byStatus.values()].reduce((sum, count) => sum + count, 0);
    return { endpoint, ...route, byStatus, answered, unsure: unsure + cutOff(endpoint, plan, load) };
  });
}

/** @param unsent outcomes with which nothing was sent to this endpoint. */
function answersIn(
  recorded: EndpointRecording | undefined,
  unsent: readonly string[],
): Pick<ClientCounts, 'byStatus' | 'unsure'> {
  const byStatus = new Map<string, number>();
  const add = (status: string, count: number) => {
    if (count > 0) byStatus.set(status, (byStatus.get(status) ?? 0) + count);
  };
  let unsure = 0;
  for (const { count, failed } of recorded?.seconds ?? []) {
    let ok = count;
    for (const [outcome, failures] of Object.entries(failed)) {
      ok -= failures;
      const facts = sampleOutcome(outcome);
      if (facts.reached === 'no' || unsent.includes(outcome)) continue;
      if (wasAnswered(facts)) add(String(facts.status ?? 200), failures);
      else unsure += failures;
    }
    add('200', ok);
  }
  return { byStatus, unsure };
}

/** Requests of arrivals that were cut off in the middle; a run that went to its end has none. */
function cutOff(endpoint: Endpoint, plan: MetricFacts['plan'], load: LoadResult): number {
  if (load.reason.kind === 'finished') return 0;
  const asking = plannedJourneys(plan).filter((journey) => owedByArrival(journey).includes(endpoint));
  return load.journeys
    .filter(({ journey }) => asking.some(({ name }) => name === journey))
    .reduce((sum, { offered, delivered, dropped }) => sum + Math.max(0, offered - delivered - dropped), 0);
}

/** Whether a label's value is this path; `{id}` stands for any one segment. */
export function isPath(path: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  const [wanted, seen] = [path.split('/'), value.split('/')];
  return (
    wanted.length === seen.length &&
    wanted.every((segment, at) => segment === seen[at] || (segment === '{id}' && seen[at] !== ''))
  );
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
