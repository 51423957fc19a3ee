/** How many lines speak of a request to each endpoint of the load: lines with a trace id that the load sent, and all others. */
import { endpointsOf } from '../../../core/endpoint.ts';
import { JOURNEYS, journeyNamed } from '../../../journeys/index.ts';
import type { SentArrivals } from '../../../observe/sent.ts';
import type { RouteLines } from '../observation.ts';
import { isOfRequest } from './requests.ts';

type Entry = Readonly<Record<string, unknown>>;

export class RouteCounts {
  readonly #routes = endpointsOf(JOURNEYS).flatMap(({ name, http }) =>
    http === undefined
      ? []
      : [{ endpoint: name, method: http.method, path: patternOf(http.path), count: { own: 0, others: 0 } }],
  );

  add(entry: Entry, isOwn: boolean): void {
    if (!isOfRequest(entry)) return;
    const { method, path } = entry;
    if (typeof method !== 'string' || typeof path !== 'string') return;
    const route = this.#routes.find((one) => one.method === method && one.path.test(path));
    if (route !== undefined) route.count[isOwn ? 'own' : 'others'] += 1;
  }

  facts(sent: readonly SentArrivals[]): RouteLines[] {
    return this.#routes.map(({ endpoint, count }) => ({ endpoint, ...count, untraced: untracedAt(endpoint, sent) }));
  }
}

/** Of journeys of which each arrival is one request. 0 where another journey may have asked, too. */
function untracedAt(endpoint: string, sent: readonly SentArrivals[]): number {
  const asking = sent.filter(({ scenarios }) => scenarios.some((name) => asks(name, endpoint)));
  if (asking.some(({ scenarios, started }) => started === undefined || scenarios.some((name) => !isPlain(name))))
    return 0;
  return asking.reduce((sum, { arrivals, started = [] }) => {
    const all = started.reduce((count, one) => count + one.count, 0);
    return sum + Math.max(0, all - arrivals);
  }, 0);
}

/** The engine numbers the scenarios of a journey: engine-protocol.ts. */
function journeyOf(scenario: string) {
  return journeyNamed(scenario.replace(/_\d+$/, ''));
}

function asks(scenario: string, endpoint: string): boolean {
  return journeyOf(scenario)?.endpoints.some(({ name }) => name === endpoint) ?? false;
}

function isPlain(scenario: string): boolean {
  const journey = journeyOf(scenario);
  return journey?.kind === 'arrivals' && journey.isOneRequest;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('{id}', '[^/]+')}/?(?:\\?.*)?$`);
}
