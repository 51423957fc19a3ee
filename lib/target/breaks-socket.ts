/**
 * The breaks of the WebSocket.
 *
 * Each is made so that only one finding fails:
 * - Handshakes: only the 201st is hit. By then the long-lived sockets are connected, so one agents arrival fails.
 * - Frames and pings: only sockets that ping are hit, which those of agents do not.
 * - Closes: after the first agent message, when the agents journey has its answer and uptime is not counted.
 * - Uptime: friendly closes (1000, 1001) of sockets that ping, so only the time without connection is wrong.
 */
import type { SampleOutcome } from '../core/sample-outcome.ts';
import type { Closing, Disorder, SocketFault } from './behaviour.ts';
import type { Break } from './break-felt.ts';

const LATE_HANDSHAKE = { from: 200, count: 1 };
const SOME_PINGS = { share: 0.2 };
const PONG = '{"type":"pong","data":{"client_ts":$ts,"server_ts":0}}';

const OTHER_STATE =
  '{"type":"sync","loop_id":"$id","debate_id":"$id","data":{"debate_id":"$id","task":"Should tabs be spaces?","ended":true}}';

const IMPOSSIBLE_STATE =
  '{"type":"sync","loop_id":"$id","debate_id":"$id","data":{"debate_id":"$id","ended":true,"duration":-7}}';

const OTHER_TEXTS =
  '{"type":"sync","loop_id":"$id","debate_id":"$id","data":{"debate_id":"$id","ended":true,"messages":[{"agent":"demo","content":"I have changed my mind: do nothing."}]}}';

const handshakes: Break[] = [
  ...[400, 401, 426, 503].map((status) => refused(`status-${status}`, 'handshake-refused', status)),
  refused('reset', 'reset', 'reset'),
  refused('hang', 'timeout', 'hang'),
  socket(
    { name: 'connect.other-subprotocol', about: 'connect', shows: 'subprotocol' },
    'the 201st handshake names a subprotocol that was not offered',
    {
      kind: 'other-subprotocol',
      pick: LATE_HANDSHAKE,
    },
  ),
  socket(
    { name: 'connect.no-info', about: 'connect', shows: 'no-connection-info' },
    'the 201st socket is sent no connection_info',
    {
      kind: 'connection-info',
      instead: null,
      pick: LATE_HANDSHAKE,
    },
  ),
];

function refused(name: string, shows: SampleOutcome, status: number | 'reset' | 'hang'): Break {
  const fault = { kind: 'refuse', status, pick: LATE_HANDSHAKE } as const;
  return socket(
    { name: `connect.${name}`, about: 'connect', shows: shows },
    `the 201st handshake ends in ${status}`,
    fault,
  );
}

const pings: Break[] = [
  pong('unanswered', 'timeout', 'is not answered', null),
  pong('wrong-ts', 'unasked-pong', 'is answered with another client_ts', PONG.replace('$ts', '1')),
  pong('time-back', 'time-went-back', 'is answered with a time long ago', PONG),
  pong('no-data', 'unasked-pong', 'is answered without data', '{"type":"pong"}'),
  pong('echoed', 'timeout', 'is answered with a ping', '{"type":"ping","ts":$ts}'),
  socket(
    { name: 'pings.answered-twice', about: 'ping', shows: 'unasked-pong' },
    'one ping in five is answered twice',
    extra(PONG),
  ),
  {
    ...socket({ name: 'pings.late', about: 'ping', shows: 'timeout' }, 'one ping in twenty is answered after 6 s'),
    // It was asked for, only too long ago.
    neverShows: 'unasked-pong',
    patch: { waits: { 'ws-ping': 'bimodal(0ms,6s,0.05)' } },
  },
];

function pong(name: string, shows: SampleOutcome, what: string, instead: string | null): Break {
  const fault = { kind: 'pong', instead, pick: SOME_PINGS } as const;
  return socket({ name: `pings.${name}`, about: 'ping', shows: shows }, `one ping in five ${what}`, fault);
}

const subscriptions: Break[] = [
  sync('unanswered', 'is not answered', null),
  sync(
    'denied',
    'is denied',
    '{"type":"error","data":{"message":"Permission denied: debates:read required","code":403}}',
  ),
  {
    ...sync('other-debate', 'is answered with the state of another debate', OTHER_STATE),
    ...{ shows: 'sync-contradicted' },
  },
  {
    ...sync('below-zero', 'is answered with a state whose duration is below zero', IMPOSSIBLE_STATE),
    ...{ shows: 'sync-contradicted' },
  },
  {
    ...sync('other-texts', 'is answered with a text that no agent said', OTHER_TEXTS),
    ...{ shows: 'sync-contradicted' },
  },
  sync('no-state', 'is confirmed without state', '{"type":"subscribed","data":{"debate_id":"$id"}}'),
];

function sync(name: string, what: string, instead: string | null): Break {
  return socket(
    { name: `subscriptions.${name}`, about: 'subscribe', shows: 'timeout' },
    `every other subscription ${what}`,
    {
      kind: 'sync',
      instead,
      pick: { share: 0.5 },
    },
  );
}

const ORDERS: Readonly<Record<Disorder, readonly [shows: SampleOutcome, what: string]>> = {
  swapped: ['seq-backwards', 'the events of each frame are reversed'],
  'frames-swapped': ['seq-backwards', 'the first agent message comes after what should follow it'],
  'duplicate-seq': ['seq-repeated', 'the events of a frame share a sequence number'],
  'seq-backwards': ['seq-backwards', 'sequence numbers run backwards within a frame'],
  'seq-restarts': ['seq-backwards', 'sequence numbers start again with each frame'],
  'delivered-twice': ['seq-backwards', 'each frame comes twice'],
};

const orders: Break[] = (Object.keys(ORDERS) as Disorder[]).map((how) => {
  const [shows, what] = ORDERS[how];
  const fault = { kind: 'order', how, pick: { share: 0.2 } } as const;
  return socket({ name: `order.${how}`, about: 'order', shows: shows }, `in one debate of five ${what}`, fault);
});

const frames: Break[] = (
  [
    ['not-json', 'not-json', 'heartbeat', false],
    ['truncated-json', 'not-json', '{"type":"heartbeat","data":{', false],
    ['number', 'unknown-shape', '42', false],
    ['error-for-type', 'unknown-shape', '{"type":"Error: internal error"}', false],
    ['no-type', 'unknown-shape', '{"data":{"status":"ok"}}', false],
    ['binary', 'binary', '{"type":"heartbeat"}', true],
  ] as const
).map(([name, shows, frame, binary]) => {
  const description = `one pong in five is followed by the ${binary ? 'binary' : 'text'} frame ${frame}`;
  return socket({ name: `frames.${name}`, about: 'frames', shows: shows }, description, extra(frame, binary));
});

function extra(frame: string, binary = false): SocketFault {
  return { kind: 'extra-frame', frame, binary, pick: SOME_PINGS };
}

const closes: Break[] = ([1008, 1011, 1013, 4003, 4029, 'abort'] satisfies Closing[]).map((code) => {
  const description = `one debate in twenty loses its listeners (${code}) after the first agent message`;
  const fault = { kind: 'close-after-message', code, pick: { share: 0.05 } } as const;
  // A connection that ends without a close frame is 1006 to the client.
  return socket(
    { name: `close.${code}`, about: 'close', shows: `close_${code === 'abort' ? 1006 : code}` },
    description,
    fault,
  );
});

const uptime: Break[] = [
  down('third-ping', 'sockets are closed with 1001 at their third ping', drop(3, 1001)),
  down('each-ping', 'sockets are closed with 1000 at their first ping', drop(1, 1000)),
  down('outages', 'no socket is served for 0.9 s of every 3 s', outage(3000, 900)),
  down('long-outage', 'no socket is served for 2 s of every 5 s', outage(5000, 2000)),
  {
    ...down('slow-return', 'sockets are closed at their third ping and handshakes take 0.8 s'),
    patch: { sockets: [drop(3, 1001)], waits: { 'ws-connect': 'constant(800ms)' } },
  },
];

function down(name: string, description: string, fault?: SocketFault): Break {
  return {
    ...socket({ name: `drops.${name}`, about: '', shows: 'down' }, description, fault),
    finding: 'availability.websocket',
  };
}

function drop(ping: number, code: Closing): SocketFault {
  return { kind: 'close-at-ping', ping, code, pick: { share: 1 } };
}

function outage(everyMs: number, forMs: number): SocketFault {
  return { kind: 'outage', everyMs, forMs, code: 1001 };
}

interface Named {
  readonly name: string;
  /** The `websocket.` finding that catches it. */
  readonly about: string;
  /** The failure kind that shows. */
  readonly shows: SampleOutcome;
}

function socket({ name, about, shows }: Named, description: string, fault?: SocketFault): Break {
  return {
    name: `ws.${name}`,
    description,
    finding: `websocket.${about}`,
    shows,
    dominant: 'health',
    patch: fault === undefined ? {} : { sockets: [fault] },
  };
}

export const SOCKET_BREAKS: readonly Break[] = [
  ...handshakes,
  ...pings,
  ...subscriptions,
  ...orders,
  ...frames,
  ...closes,
  ...uptime,
];
