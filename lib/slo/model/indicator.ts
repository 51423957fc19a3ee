/**
 * What a server's metrics show of an objective: the share of bad requests, as PromQL. A server knows less of it than a client, and every
 * difference that a limit or a metric makes is said.
 */
import { type Endpoint, endpointsOf, type HttpRoute } from '../../core/endpoint.ts';
import { unreachable } from '../../core/error.ts';
import { msText } from '../../core/numbers.ts';
import type { AvailabilityObjective, LatencyObjective, Objective } from '../../core/plan.ts';
import { JOURNEYS } from '../../journeys/index.ts';
import { FAILED_CALL } from '../../systems/metrics/checks/agent-calls.ts';
import { locationOf } from '../../systems/metrics/checks/series.ts';
import type { MetricSignal } from '../../systems/metrics/signals.ts';
import { boundsOf, isMissing, type Names } from './bounds.ts';
import { exact, type Window } from './burn.ts';
import { type Asked, matcher, sumOfRates } from './selector.ts';

export interface Indicator {
  /** Of all requests, that may be bad. */
  readonly budget: number;
  /** `answers with status 5xx`. */
  readonly bad: string;
  /** The share of bad requests in a window. It has no value where there were no requests. */
  readonly ratio: (window: Window) => string;
  /** Where this is not what a run judges. */
  readonly notes: readonly string[];
}

/** Why no metric shows it. */
export interface LeftOut {
  readonly why: string;
}

export function indicatorOf(objective: Objective, names: Names): Indicator | LeftOut {
  switch (objective.kind) {
    case 'latency':
      return latency(objective, names);
    case 'availability':
      return availability(objective, names);
    case 'uptime':
      return { why: 'only clients know how long they were connected' };
    case 'protocol':
      return { why: 'only clients see what they get' };
    case 'external':
      return { why: 'only a monitor outside of the server sees it' };
    default:
      return unreachable(objective);
  }
}

function latency({ endpoint, percentile, limitMs }: LatencyObjective, names: Names): Indicator | LeftOut {
  const timed = timedBy(endpoint, names);
  if (timed === null) return { why: `${endpoint}: the server times no such thing, only clients see it` };
  const { signal, asked, notes } = timed;
  const bound = boundAt(limitMs, signal, names);
  if (typeof bound !== 'number') return bound;
  const { name } = asked.location;
  const isRounded = bound * 1000 !== limitMs;
  const [taken, limit] = [msText(bound * 1000), msText(limitMs)];
  const rounded = `${name} has no bucket up to ${limit}: the next one, up to ${taken}, is taken, so what lies between counts as good`;
  const le = Number.isInteger(bound) ? `le=~"${bound}|${bound}[.]0"` : `le="${bound}"`;
  return {
    budget: exact(1 - percentile / 100),
    bad: `answers that take longer than ${taken}`,
    ratio: (window) => `1 - (
  ${sumOfRates(asked, window, { suffix: '_bucket', more: [le] })}
  /
  (${sumOfRates(asked, window, { suffix: '_count' })} > 0)
)`,
    notes: [...notes, ...(isRounded ? [rounded] : [])],
  };
}

interface Timed {
  readonly signal: MetricSignal;
  readonly asked: Asked;
  readonly notes: readonly string[];
}

/** The histogram that times what an endpoint is about; null: there is none. */
function timedBy(endpoint: Endpoint, { promises: { signals, contract } }: Names): Timed | null {
  const isAgents = isAboutAgents(endpoint);
  const route = contract.routes[endpoint];
  const signal = signals.metrics.find(({ name, type, times }) =>
    isAgents ? type === 'histogram' && times === 'agents' : name === signals.requestDuration,
  );
  if (signal === undefined || (route === undefined && !isAgents)) return null;
  const location = locationOf(contract, signal.name);
  if (route !== undefined && !isAgents) return { signal, asked: { location, routes: [route] }, notes: [] };
  const note = `${location.name} stands for it: it times each call of an agent, without the way to the client`;
  return { signal, asked: { location, routes: null }, notes: [note] };
}

/** In seconds: the bucket of the limit, or the next one. */
function boundAt(limitMs: number, signal: MetricSignal, names: Names): number | LeftOut {
  const { name } = locationOf(names.promises.contract, signal.name);
  const bounds = boundsOf(signal, names);
  if ('why' in bounds) return bounds;
  const bound = bounds.sec.find((sec) => exact(sec * 1000) >= limitMs);
  if (bound !== undefined) return bound;
  const highest = msText((bounds.sec.at(-1) ?? 0) * 1000);
  return { why: `the limit of ${msText(limitMs)} is above ${highest}, the highest bucket of ${name}` };
}

function availability({ endpoints, target }: AvailabilityObjective, names: Names): Indicator | LeftOut {
  const { signals, contract } = names.promises;
  const routes = endpoints.flatMap((endpoint): readonly HttpRoute[] => {
    const route = contract.routes[endpoint];
    return route === undefined ? [] : [route];
  });
  const budget = exact(1 - target);
  if (routes.length === endpoints.length) {
    const location = locationOf(contract, signals.requestCounter);
    const more = [matcher(location, 'status', '5..')];
    return counted({ asked: { location, routes }, more, names }, { budget, bad: 'answers with status 5xx', notes: [] });
  }
  const calls = signals.metrics.find(({ type, counts }) => type === 'counter' && counts === 'agent-messages');
  if (calls === undefined || !endpoints.every(isAboutAgents)) {
    const unseen = endpoints.filter((endpoint) => contract.routes[endpoint] === undefined);
    const isMixed = unseen.every(isAboutAgents);
    return isMixed
      ? { why: `${endpoints.join(', ')}: two metrics count them, which can't be added up` }
      : { why: `${unseen.join(', ')}: the server counts no such thing, only clients see it` };
  }
  const location = locationOf(contract, calls.name);
  const more = [matcher(location, 'status', `(?i:.*(${FAILED_CALL}).*)|[45][0-9][0-9]`)];
  const note = `${location.name} stands for it: it counts each call of an agent, and its status says whether it failed`;
  return counted(
    { asked: { location, routes: null }, more, names },
    { budget, bad: 'failed calls of agents', notes: [note] },
  );
}

interface Counted {
  readonly asked: Asked;
  /** Of the bad ones. */
  readonly more: readonly string[];
  readonly names: Names;
}

function counted({ asked, more, names }: Counted, rest: Omit<Indicator, 'ratio'>): Indicator | LeftOut {
  const { name } = asked.location;
  if (isMissing(name, names)) return { why: `${names.catalogue?.source} has no metric ${name}` };
  return {
    ...rest,
    // Before the first failure there is no series of failures.
    ratio: (window) => `(
  ${sumOfRates(asked, window, { more })}
  or vector(0)
)
/
(${sumOfRates(asked, window)} > 0)`,
  };
}

/** How long agents take to answer has a metric of its own. */
function isAboutAgents(endpoint: Endpoint): boolean {
  return endpointsOf(JOURNEYS).some(({ name, role }) => name === endpoint && role === 'first-answer');
}
