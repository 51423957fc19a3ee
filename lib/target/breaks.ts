/**
 * Owns the catalogue of named breaks: each a patch of the target's behaviour and the one finding that must catch it.
 * Refuses to know how a patch is carried out and how findings are reached.
 *
 * How each is kept to one finding (a failed request counts as over every latency limit of its endpoint):
 * - p50: the median above its limit, p95 and p99 inside. p95: 11 % of the requests above the p95 limit, below the p99
 *   limit. p99: 2.6 % above the p99 limit, so that p95 holds. Choices are evenly spread, so shares are exact.
 * - availability: 0.5 % of the requests of one route fail: five times what 99.9 % of all HTTP requests allows if that
 *   route is all of them, three times at 60 %, and half of what its own p99 allows. `dominant` names that route: the
 *   load must be at least 60 % of it, and at least 2,000 requests of it. Failed creations would take agent responses
 *   with them: run those breaks without the agents journey.
 * - WebSocket handshakes: just the 201st is hit. By then long-lived sockets are connected, so one agents arrival fails,
 *   which a p99 of at least 475 samples forgives. Frames, pings: only sockets that ping are hit, which agents' do not.
 * - closes: after the first agent message, when the agents journey has its answer and uptime is not counted.
 * - uptime: friendly closes (1000, 1001) of sockets that ping, so that only the time without connection is at fault.
 */
import { nearest } from '../config/nearest.ts';
import { SloError } from '../core/error.ts';
import type { Closing, Disorder, FaultyRoute, HttpFaultKind, Patch, SocketFault, Wait } from './behaviour.ts';

export interface Break {
  /** Dotted, unique, e.g. `latency.health.p95`. */
  readonly name: string;
  /** One sentence: what the server does wrong. */
  readonly description: string;
  /** Id of the finding that must fail, and no other. */
  readonly finding: string;
  /** The kind of failure that the finding shows as evidence; absent where nothing fails, only takes long. */
  readonly shows?: string;
  /** The HTTP route that must dominate the load for the finding to be decided alone. */
  readonly dominant: FaultyRoute;
  readonly patch: Patch;
}

/** Endpoint, typical wait, and waits just above its p50, p95 and p99 limits, ms. */
const LATENCY: readonly (readonly [wait: Wait, fastMs: number, overMs: readonly [number, number, number]])[] = [
  ['health', 1, [14, 75, 150]],
  ['debates-list', 5, [140, 700, 1400]],
  ['debates-create', 5, [140, 700, 1400]],
  // Nearer to the limits than the others: every slow one keeps a client busy.
  ['agent-response', 70, [2200, 5500, 11_000]],
  ['consensus', 5, [70, 300, 700]],
];

const latency: Break[] = LATENCY.flatMap(([wait, fastMs, [p50Ms, p95Ms, p99Ms]]) => [
  slow(`${wait}.p50`, wait, 'p50', `constant(${p50Ms}ms)`),
  slow(`${wait}.p95`, wait, 'p95', `bimodal(${fastMs}ms,${p95Ms}ms,0.11)`),
  slow(`${wait}.p99`, wait, 'p99', `bimodal(${fastMs}ms,${p99Ms}ms,0.026)`),
]);

const latencyShapes: Break[] = [
  slow('debates-list.p50.lognormal', 'debates-list', 'p50', 'lognormal(140ms,0.3)'),
  slow('consensus.p50.lognormal', 'consensus', 'p50', 'lognormal(70ms,0.3)'),
  slow('health.p50.stalls', 'health', 'p50', 'stall(50ms,40ms)'),
  slow('health.p95.stalls', 'health', 'p95', 'stall(400ms,85ms)'),
  slow('consensus.p95.stalls', 'consensus', 'p95', 'stall(1s,300ms)'),
];

function slow(name: string, wait: Wait, percentile: string, law: string): Break {
  return {
    name: `latency.${name}`,
    description: `${wait} takes ${law}`,
    finding: `latency.${wait}.${percentile}`,
    dominant: 'health',
    patch: { waits: { [wait]: law } },
  };
}

const FAILING_SHARE = 0.005;

const availability: Break[] = [
  ...[404, 429, 500, 502, 503, 504].map((status) => fails('health', `status-${status}`, { kind: 'status', status })),
  fails('health', 'garbage', { kind: 'body', body: '<html>Bad gateway</html>', contentType: 'text/html' }),
  fails('health', 'truncated-json', { kind: 'body', body: '{"status":"heal' }),
  fails('health', 'empty', { kind: 'body', body: '' }),
  fails('health', 'unhealthy', { kind: 'body', body: '{"status":"unhealthy"}' }),
  fails('health', 'redirect', { kind: 'redirect', location: '/login' }),
  fails('health', 'cut', { kind: 'cut' }),
  fails('health', 'reset', { kind: 'reset' }),
  fails('health', 'hang', { kind: 'hang' }),
  fails('debates-list', 'status-500', { kind: 'status', status: 500 }),
  fails('debates-list', 'status-429', { kind: 'status', status: 429 }),
  fails('debates-list', 'wrong-shape', { kind: 'body', body: '{"error":"temporarily unavailable"}' }),
  fails('debates-list', 'truncated-json', { kind: 'body', body: '{"debates":[{"id":' }),
  fails('debates-create', 'success-false', { kind: 'body', body: '{"success":false,"error":"at capacity"}' }),
  fails('debates-create', 'no-id', { kind: 'body', body: '{"success":true}' }),
  fails('debates-create', 'status-503', { kind: 'status', status: 503 }),
  fails('consensus', 'status-404', { kind: 'status', status: 404 }),
  fails('consensus', 'not-json', { kind: 'body', body: 'converged' }),
];

function fails(route: FaultyRoute, name: string, fault: HttpFaultKind): Break {
  return {
    name: `availability.${route}.${name}`,
    description: `${FAILING_SHARE * 100} % of ${route} requests get ${JSON.stringify(fault)}`,
    finding: 'availability.api',
    dominant: route,
    patch: { http: [{ ...fault, route, share: FAILING_SHARE }] },
  };
}

const LATE_HANDSHAKE = { from: 200, count: 1 };
const SOME_PINGS = { share: 0.2 };
const PONG = '{"type":"pong","data":{"client_ts":$ts,"server_ts":0}}';

const handshakes: Break[] = [
  ...[400, 401, 426, 503, 'reset', 'hang'].map((status) =>
    socket(
      `connect.${typeof status === 'number' ? `status-${status}` : status}`,
      'connect',
      `the 201st handshake ends in ${status}`,
      {
        kind: 'refuse',
        status: status as number | 'reset' | 'hang',
        pick: LATE_HANDSHAKE,
      },
    ),
  ),
  socket('connect.no-subprotocol', 'connect', 'the 201st handshake lacks the subprotocol', {
    kind: 'no-subprotocol',
    pick: LATE_HANDSHAKE,
  }),
  socket('connect.no-info', 'connect', 'the 201st socket is sent no connection_info', {
    kind: 'connection-info',
    instead: null,
    pick: LATE_HANDSHAKE,
  }),
];

const pings: Break[] = [
  pong('unanswered', 'is not answered', null),
  pong('wrong-ts', 'is answered with another client_ts', PONG.replace('$ts', '1')),
  pong('no-data', 'is answered without data', '{"type":"pong"}'),
  pong('echoed', 'is answered with a ping', '{"type":"ping","ts":$ts}'),
  socket('pings.answered-twice', 'ping', 'one ping in five is answered twice', extra(PONG)),
  {
    ...socket('pings.late', 'ping', 'one ping in twenty is answered after 6 s'),
    patch: { waits: { 'ws-ping': 'bimodal(0ms,6s,0.05)' } },
  },
];

function pong(name: string, what: string, instead: string | null): Break {
  return socket(`pings.${name}`, 'ping', `one ping in five ${what}`, { kind: 'pong', instead, pick: SOME_PINGS });
}

const subscriptions: Break[] = [
  sync('unanswered', 'is not answered', null),
  sync(
    'denied',
    'is denied',
    '{"type":"error","data":{"message":"Permission denied: debates:read required","code":403}}',
  ),
  sync('no-state', 'is confirmed without state', '{"type":"subscribed","data":{"debate_id":"$id"}}'),
];

function sync(name: string, what: string, instead: string | null): Break {
  return socket(`subscriptions.${name}`, 'subscribe', `every other subscription ${what}`, {
    kind: 'sync',
    instead,
    pick: { share: 0.5 },
  });
}

const ORDERS: Readonly<Record<Disorder, string>> = {
  swapped: 'the events of each frame are reversed',
  'frames-swapped': 'the first agent message comes after what should follow it',
  'duplicate-seq': 'the events of a frame share a sequence number',
  'seq-backwards': 'sequence numbers run backwards within a frame',
  'seq-restarts': 'sequence numbers start again with each frame',
  'delivered-twice': 'each frame comes twice',
};

const orders: Break[] = (Object.keys(ORDERS) as Disorder[]).map((how) =>
  socket(`order.${how}`, 'order', `in one debate of five ${ORDERS[how]}`, { kind: 'order', how, pick: { share: 0.2 } }),
);

const frames: Break[] = (
  [
    ['not-json', 'heartbeat', false],
    ['truncated-json', '{"type":"heartbeat","data":{', false],
    ['number', '42', false],
    ['no-type', '{"data":{"status":"ok"}}', false],
    ['binary', '{"type":"heartbeat"}', true],
  ] as const
).map(([name, frame, binary]) =>
  socket(
    `frames.${name}`,
    'frames',
    `one pong in five is followed by the ${binary ? 'binary' : 'text'} frame ${frame}`,
    extra(frame, binary),
  ),
);

function extra(frame: string, binary = false): SocketFault {
  return { kind: 'extra-frame', frame, binary, pick: SOME_PINGS };
}

const closes: Break[] = ([1008, 1011, 1013, 4003, 4029, 'abort'] satisfies Closing[]).map((code) =>
  socket(`close.${code}`, 'close', `one debate in twenty loses its listeners (${code}) after the first agent message`, {
    kind: 'close-after-message',
    code,
    pick: { share: 0.05 },
  }),
);

const uptime: Break[] = [
  { ...socket('drops.third-ping', '', 'sockets are closed with 1001 at their third ping', drop(3, 1001)) },
  { ...socket('drops.each-ping', '', 'sockets are closed with 1000 at their first ping', drop(1, 1000)) },
  socket('drops.outages', '', 'no socket is served for 0.9 s of every 3 s', outage(3000, 900)),
  socket('drops.long-outage', '', 'no socket is served for 2 s of every 5 s', outage(5000, 2000)),
  {
    ...socket('drops.slow-return', '', 'sockets are closed at their third ping and handshakes take 0.8 s'),
    patch: { sockets: [drop(3, 1001)], waits: { 'ws-connect': 'constant(800ms)' } },
  },
];

function drop(ping: number, code: Closing): SocketFault {
  return { kind: 'close-at-ping', ping, code, pick: { share: 1 } };
}

function outage(everyMs: number, forMs: number): SocketFault {
  return { kind: 'outage', everyMs, forMs, code: 1001 };
}

/** @param about which `websocket.` finding catches it; '' for the uptime objective. */
function socket(name: string, about: string, description: string, fault?: SocketFault): Break {
  return {
    name: `ws.${name}`,
    description,
    finding: about === '' ? 'availability.websocket' : `websocket.${about}`,
    dominant: 'health',
    patch: fault === undefined ? {} : { sockets: [fault] },
  };
}

/** Every break, grouped by what it breaks. */
export const BREAKS: readonly Break[] = [
  ...latency,
  ...latencyShapes,
  ...availability,
  ...handshakes,
  ...pings,
  ...subscriptions,
  ...orders,
  ...frames,
  ...closes,
  ...uptime,
];

/** The break of that name. Throws SloError("usage") with the nearest name when there is none. */
export function breakNamed(name: string): Break {
  const found = BREAKS.find((known) => known.name === name);
  if (found !== undefined) return found;
  const names = BREAKS.map((known) => known.name);
  const guess = nearest(name, names);
  const family = names.filter((known) => known.startsWith(`${name.split('.')[0]}.`));
  throw new SloError('usage', `there is no break "${name}"`, {
    hint: `${guess === undefined ? '' : `did you mean "${guess}"? `}legal: ${(family.length > 0 ? family : names).join(', ')}`,
  });
}
