/** The server's counts and the clients' side by side, one row for each endpoint, method and status, with their difference. */
import type { ComparedRequests } from '../../../core/comparison.ts';
import type { HttpRoute } from '../../../core/endpoint.ts';
import { countText } from '../../../core/numbers.ts';
import { areAlike } from '../../../journeys/rules.ts';
import type { MetricSeries } from '../observation.ts';
import { type ClientCounts, clientCounts, secondsInRole } from './clients.ts';
import type { MetricFacts } from './facts.ts';
import { isPath } from './path.ts';
import { increaseOf, locationOf, seriesOf } from './series.ts';

export interface ReconciledEndpoint {
  readonly counts: ClientCounts;
  readonly rows: readonly ComparedRequests[];
  /** Answers that the server did not count under their status. */
  readonly lost: number;
  /** What the server counted beyond them, except requests for which nobody can say (`unsure`), and those of the harness itself. */
  readonly surplus: number;
  readonly server: number;
}

/** How many requests the harness itself sends beside the load, at most: to a finished debate, and after the load to see the last span come. */
const OWN_REQUESTS = 10;
/** It reads these, which a journey of one's own may do, too. */
const READ_BY_HARNESS: readonly HttpRoute[] = [
  { method: 'GET', path: '/api/debates/{id}' },
  { method: 'GET', path: '/api/health/services' },
];

/** How much more than the clients' answers the server may count. */
function mayBeBeyond(counts: ClientCounts): number {
  return counts.unsure + (READ_BY_HARNESS.some((read) => areAlike(counts, read)) ? OWN_REQUESTS : 0);
}

/** For each HTTP endpoint of the load. */
export function reconciled(facts: MetricFacts): ReconciledEndpoint[] {
  const location = locationOf(facts.contract, facts.signals.requestCounter);
  const series = seriesOf(facts.observed, location);
  return clientCounts(facts).map((counts) => {
    const own = series.filter(
      ({ labels }) => isPath(counts.path, labels['endpoint']) && labels['method'] === counts.method,
    );
    const server = new Map<string, number>();
    for (const one of own) {
      const status = one.labels['status'] ?? '';
      server.set(status, (server.get(status) ?? 0) + increaseOf(one, facts.observed.atMs.length));
    }
    const statuses = [...new Set([...counts.byStatus.keys(), ...server.keys()])].sort();
    const rows = statuses
      .map((status) => ({
        endpoint: counts.endpoint,
        method: counts.method,
        path: counts.path,
        status,
        clients: counts.byStatus.get(status) ?? 0,
        server: server.get(status) ?? 0,
        explanation: '',
      }))
      .filter((row) => row.clients + row.server > 0);
    const lost = rows.reduce((sum, row) => sum + Math.max(0, row.clients - row.server), 0);
    const beyond = rows.reduce((sum, row) => sum + Math.max(0, row.server - row.clients), 0);
    const total = rows.reduce((sum, row) => sum + row.server, 0);
    return { counts, rows, lost, surplus: Math.max(0, beyond - mayBeBeyond(counts)), server: total };
  });
}

/** What the server counted under labels that no client of the load sent, and that the harness did not ask for itself. */
export interface Stray {
  readonly series: MetricSeries;
  readonly count: number;
}

/** The harness scrapes at most twice a second, and some times more until the numbers no longer change. */
const SCRAPES_PER_SEC = 2;
const LAST_SCRAPES = 30;

/** Only where nothing but the load calls the server; [] where it may be others' traffic. */
export function strays(facts: MetricFacts): Stray[] {
  if (!facts.exclusive) return [];
  const { observed, contract, signals, plan } = facts;
  const routes = clientCounts(facts);
  const found = seriesOf(observed, locationOf(contract, signals.requestCounter))
    .filter(
      ({ labels: { endpoint, method } }) => !routes.some((one) => isPath(one.path, endpoint) && one.method === method),
    )
    .map((series) => ({ series, count: increaseOf(series, observed.atMs.length) }));
  const ranSec = ((observed.atMs.at(-1) ?? 0) - (observed.atMs[0] ?? 0)) / 1000;
  const sockets = secondsInRole(facts, 'opens-socket').reduce((sum, { count }) => sum + count, 0);
  const own = new Map([
    [pathOf(observed.url), LAST_SCRAPES + SCRAPES_PER_SEC * ranSec],
    [pathOf(plan.target.wsUrl), sockets + OWN_REQUESTS],
  ]);
  // A server may count a scrape under the name of what handles it.
  const placeOf = ({ series: { labels } }: Stray) => {
    const endpoint = labels['endpoint'] ?? '';
    if (own.has(endpoint)) return endpoint;
    return /metrics/i.test(endpoint) ? pathOf(observed.url) : undefined;
  };
  const isTooMany = (one: Stray) => {
    const place = placeOf(one);
    const same = found.filter((other) => placeOf(other) === place);
    return same.reduce((sum, { count }) => sum + count, 0) > (own.get(place ?? '') ?? OWN_REQUESTS);
  };
  return found.filter((one) => one.count > 0 && isTooMany(one));
}

function pathOf(url: string): string {
  return /^\w+:\/\/[^/]*(\/[^?#]*)/.exec(url)?.[1] ?? '/';
}

/** The same as lines of the report's comparison, with an explanation for each difference; [] when the server has no counter to compare with. */
export function requestRows(facts: MetricFacts): ComparedRequests[] {
  const { signals, observed, contract, exclusive } = facts;
  if (seriesOf(observed, locationOf(contract, signals.requestCounter)).length === 0) return [];
  const endpoints = reconciled(facts);
  const times = multiple(endpoints);
  return endpoints.flatMap(({ rows, counts }) =>
    rows.map((row) => ({ ...row, explanation: differenceText(row, counts, { times, exclusive, observed }) })),
  );
}

function differenceText(
  { clients, server }: ComparedRequests,
  counts: ClientCounts,
  { times, exclusive, observed }: Pick<MetricFacts, 'exclusive' | 'observed'> & { readonly times: number | null },
): string {
  const beyond = server - clients;
  if (beyond === 0) return '';
  if (beyond < 0)
    return observed.settled
      ? `${countText(-beyond)} not counted under this endpoint, method and status`
      : `${countText(-beyond)} not counted yet: the numbers were still changing`;
  if (times !== null) return `each counted ${times} times`;
  const { unsure } = counts;
  if (beyond > unsure && beyond <= mayBeBeyond(counts))
    return `${countText(beyond)} that the harness itself asks beside the load, or that clients sent without getting a complete answer`;
  if (beyond <= unsure) return `${countText(beyond)} that clients sent without getting a complete answer`;
  return exclusive
    ? `${countText(beyond)} too many: nothing else calls the server`
    : `${countText(beyond)} more than the load sent: traffic of others, or double counting`;
}

/** 5xx answers that were counted under another status; the finding on failures reports them. */
export function misfiledFailures({ rows }: ReconciledEndpoint): number {
  const beyond = (some: ReconciledEndpoint['rows'], sign: 1 | -1) =>
    some.reduce((sum, { clients, server }) => sum + Math.max(0, sign * (clients - server)), 0);
  return Math.min(
    beyond(rows.filter(isFailure), 1),
    beyond(
      rows.filter((row) => !isFailure(row)),
      -1,
    ),
  );
}

export function isFailure({ status }: ReconciledEndpoint['rows'][number]): boolean {
  return /^5\d\d$/.test(status);
}

/** How often each request is counted, if it is the same whole number above 1 everywhere; else null. */
export function multiple(endpoints: readonly ReconciledEndpoint[]): number | null {
  const rows = endpoints.flatMap((one) => one.rows);
  const ratio = (rows[0]?.server ?? 0) / (rows[0]?.clients || 1);
  return Number.isInteger(ratio) && ratio > 1 && rows.every((row) => row.clients * ratio === row.server) ? ratio : null;
}
