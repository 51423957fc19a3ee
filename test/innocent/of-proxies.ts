/** Innocents whose answers and sockets look odd: all of them stand in front of one server in one load, and none touches another. */
import { gzipSync } from 'node:zlib';
import type { Innocent } from './innocent.ts';
import type { Answer, ProxyInnocent } from './proxy.ts';

const HEALTH = /^GET \/api\/health$/;
const LIST = /^GET \/api\/debates$/;
const CREATION = /^POST \/api\/debates$/;
const CONSENSUS = /^GET \/api\/debates\/[^/]+\/convergence$/;

function withHeaders(more: Answer['headers']) {
  return (right: Answer): Answer => ({ ...right, headers: { ...right.headers, ...more } });
}

/** Another text of the same JSON object. */
function written(change: (entries: readonly [string, unknown][]) => string) {
  return (right: Answer): Answer => ({
    ...right,
    body: Buffer.from(change(Object.entries(JSON.parse(right.body.toString()) as object))),
  });
}

/** Two hours from Greenwich. */
function hereText(): string {
  return new Date(Date.now() + 7_200_000).toISOString().replace('Z', '000');
}

function renamed(before: string, after: string) {
  return (event: object): object => ('type' in event && event.type === before ? { ...event, type: after } : event);
}

function anHourAhead(event: object): object {
  return 'timestamp' in event && typeof event.timestamp === 'number'
    ? { ...event, timestamp: event.timestamp + 3600 }
    : event;
}

export const OF_PROXIES: readonly ProxyInnocent[] = [
  {
    name: 'connections closed after each answer',
    because: 'Aragora 2.11 speaks HTTP/1.0, and some balancers keep no connection',
    proxy: { route: HEALTH, answer: withHeaders({ connection: 'close' }) },
  },
  {
    name: 'added headers',
    because: 'whatever stands in front adds its own',
    proxy: {
      answer: withHeaders({
        via: '1.1 front',
        'x-request-id': '7f',
        'set-cookie': 'lb=a; Path=/',
        'server-timing': 'a;dur=1',
      }),
    },
  },
  {
    name: 'a charset in the content type',
    because: 'many frameworks write it',
    proxy: { route: HEALTH, answer: withHeaders({ 'content-type': 'application/json; charset=utf-8' }) },
  },
  {
    name: 'local times without a zone',
    because: '`datetime.now().isoformat()` gives them, and no document asks for a zone',
    proxy: {
      route: HEALTH,
      answer: written((entries) =>
        JSON.stringify(
          Object.fromEntries(entries.map(([key, value]) => [key, key === 'timestamp' ? hereText() : value])),
        ),
      ),
    },
  },
  {
    name: 'compressed answers',
    because: 'a client that names no coding takes any (RFC 9110, 12.5.3)',
    proxy: {
      route: LIST,
      answer: (right) => withHeaders({ 'content-encoding': 'gzip' })({ ...right, body: gzipSync(right.body) }),
    },
  },
  {
    name: '103 Early Hints before an answer',
    because: 'an answer of 1xx is none yet (RFC 8297)',
    proxy: { route: LIST, hints: true },
  },
  {
    name: 'chunked answers',
    because: 'a server need not know the length when it begins',
    proxy: { route: CONSENSUS, chunked: true },
  },
  {
    name: 'keys in another order, and more of them',
    because: 'an object has no order, and a newer release says more',
    proxy: {
      route: CONSENSUS,
      answer: written((entries) => JSON.stringify(Object.fromEntries([['v', [1, null]], ...[...entries].reverse()]))),
    },
  },
  {
    name: 'JSON with spaces and lines',
    because: 'it is the same JSON',
    proxy: { route: CREATION, answer: written((entries) => JSON.stringify(Object.fromEntries(entries), null, 2)) },
  },
  {
    name: 'a balancer in front that sends refused requests again',
    because: 'clients saw good answers only',
    others: true,
    undecided: { 'metrics.requests_total.reconciles': /others/ },
    proxy: { route: HEALTH, again: true },
  },
  {
    name: 'a server that names no subprotocol',
    because: 'no document asks for one',
    proxy: { namesNoSubprotocol: true },
  },
  {
    name: 'events with more keys',
    because: 'a newer release says more',
    proxy: { event: (event) => ({ trace: { hop: 1 }, ...event, schema: 2 }) },
  },
  {
    name: 'rounds that are never announced',
    because: 'no document asks for events about rounds',
    proxy: { event: renamed('round_start', 'working') },
  },
  {
    name: 'events of a clock that is an hour ahead',
    because: 'no client has to have the same time',
    proxy: { event: anHourAhead },
  },
  {
    name: 'pongs in bursts',
    because: 'a proxy may hold small frames back, for less than a client waits',
    proxy: { burst: { of: /"type":"pong"/, forMs: 250 } },
  },
  {
    name: "WebSocket pings of the proxy's own",
    because: 'they keep connections open, and RFC 6455 lets either side send them',
    proxy: { pingsEveryMs: 700 },
  },
];

/** The server itself: what comes late, but within its limits. */
export const OF_SERVERS: readonly Innocent[] = [
  {
    name: 'a first message after 1.8 s and debates of 6 s',
    because: 'the documents allow a first message after 10 s, and say nothing of how long a debate lasts',
  },
];
