/**
 * Owns what the clients know of their HTTP requests: how many were answered with which status, and of how many nobody can say.
 * Refuses to know what the server counted.
 */

import { HTTP_ENDPOINTS } from '../../../core/endpoint.ts';
import { OWED } from '../../../core/plan.ts';
import { type EndpointRecording, failedCount, type LoadResult } from '../../../core/recording.ts';
import type { HttpEndpoint, MetricContract } from '../signals.ts';
import type { MetricFacts } from './facts.ts';

export interface ClientCounts {
  readonly endpoint: HttpEndpoint;
  readonly method: string;
  /** Of the contract, e.g. `/api/debates/{id}/convergence`. */
  readonly path: string;
  /** Answers by status. */
  readonly byStatus: ReadonlyMap<string, number>;
  /** Sum of `byStatus`. */
  readonly answered: number;
  /** Requests that were sent and not answered whole, or cut off by an interruption: the server may have counted them or not, under any status. */
  readonly unsure: number;
}

/** Never on the wire: the connection did not come about. */
const UNSENT = new Set(['refused', 'dns', 'tls']);
const UNSURE = new Set(['timeout', 'reset', 'tcp', 'broken-answer']);

/** Per HTTP endpoint of the load, those without a single request included. */
export function clientCounts({
  recording,
  contract,
  load,
}: Pick<MetricFacts, 'recording' | 'contract' | 'load'>): ClientCounts[] {
  return HTTP_ENDPOINTS.map((endpoint) => {
    const counts = countsOf(endpoint, recording.endpoints.get(endpoint), contract);
    return { ...counts, unsure: counts.unsure + cutOff(endpoint, load) };
  });
}

function countsOf(
  endpoint: HttpEndpoint,
  recorded: EndpointRecording | undefined,
  contract: MetricContract,
): ClientCounts {
  const byStatus = new Map<string, number>();
  const add = (status: string, count: number) => {
    if (count > 0) byStatus.set(status, (byStatus.get(status) ?? 0) + count);
  };
  let unsure = 0;
  for (const { count, failed } of recorded?.seconds ?? []) {
    let ok = count;
    for (const [kind, failures] of Object.entries(failed)) {
      ok -= failures;
      if (UNSURE.has(kind)) unsure += failures;
      else if (wasSent(endpoint, kind)) add(statusOf(kind), failures);
    }
    add('200', ok);
  }
  const answered = [...byStatus.values()].reduce((sum, count) => sum + count, 0);
  return { endpoint, ...contract.routes[endpoint], byStatus, answered, unsure };
}

/** A consensus check without a debate to ask about sends nothing. */
function wasSent(endpoint: HttpEndpoint, kind: string): boolean {
  return !UNSENT.has(kind) && !(endpoint === 'consensus' && kind === 'no-debate');
}

/** `status_503` and `redirect_302` say it; every other kind is something wrong with a 200. */
function statusOf(kind: string): string {
  return /^(?:status|redirect)_(\d+)$/.exec(kind)?.[1] ?? '200';
}

/** Requests of arrivals that were cut off in the middle; in a run that went to its end there are none. */
function cutOff(endpoint: HttpEndpoint, { reason, journeys }: LoadResult): number {
  if (reason.kind === 'finished') return 0;
  return journeys
    .filter(({ journey }) => OWED[journey].includes(endpoint))
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

/** Debates that the clients know to have been started. */
export function debatesCreated({ recording }: Pick<MetricFacts, 'recording'>): number {
  const seconds = recording.endpoints.get('debates-create')?.seconds ?? [];
  return seconds.reduce((sum, { count, failed }) => sum + count - failedCount(failed), 0);
}
