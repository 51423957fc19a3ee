/** The journey `websocket`, and the endpoints that every socket of the load has. */
import type { JourneyEndpoint } from '../core/endpoint.ts';
import type { SocketsDescriptor } from '../core/journey.ts';
import { MOMENT, serverTime } from './kept.ts';

/** How long a WebSocket may take to open, to answer a ping, or to answer a subscription. */
export const SOCKET_TIMEOUT_MS = 5_000;
/** A client that lost its connection connects again after this time, and not before. */
export const RECONNECT_MS = 250;

/** There is a sample each time that it happens, and nobody knows beforehand how often. */
const unowed = { fromDue: false, owed: { by: 'nobody' } } as const;

export const wsConnect = {
  name: 'ws-connect',
  samples: 'latency',
  ...unowed,
  role: 'opens-socket',
} as const satisfies JourneyEndpoint;
export const wsPing = { name: 'ws-ping', samples: 'latency', ...unowed } as const satisfies JourneyEndpoint;
export const wsSubscribe = { name: 'ws-subscribe', samples: 'latency', ...unowed } as const satisfies JourneyEndpoint;
export const wsFrames = {
  name: 'ws-frames',
  samples: 'property',
  ...unowed,
  role: 'carries-events',
} as const satisfies JourneyEndpoint;
export const wsOrder = {
  name: 'ws-order',
  samples: 'property',
  ...unowed,
  role: 'carries-events',
} as const satisfies JourneyEndpoint;
export const wsUptime = {
  name: 'ws-uptime',
  samples: 'property',
  fromDue: false,
  owed: { by: 'second' },
} as const satisfies JourneyEndpoint;
export const wsClose = {
  name: 'ws-close',
  samples: 'property',
  ...unowed,
  role: 'closes-socket',
} as const satisfies JourneyEndpoint;

/** Of each socket: the client asked for it. */
export const socketAskedAt = { name: 'socket-asked-at', ...MOMENT, role: 'socket-asked-at' } as const;
/** It was connected for sure. */
export const socketReadyAt = { name: 'socket-ready-at', ...MOMENT, role: 'socket-ready-at' } as const;
/** From then on it is not sure. */
export const socketLeftAt = { name: 'socket-left-at', ...MOMENT, role: 'socket-left-at' } as const;
/** It was closed for sure. */
export const socketClosedAt = { name: 'socket-closed-at', ...MOMENT, role: 'socket-closed-at' } as const;
export const socketMoments = [
  socketAskedAt,
  socketReadyAt,
  socketLeftAt,
  socketClosedAt,
] as const satisfies JourneyEndpoint[];

export const websocket = {
  name: 'websocket',
  title: 'holds a WebSocket open, pings, and subscribes to a finished debate',
  kind: 'sockets',
  script: { path: 'scenarios/websocket.ts', function: 'default' },
  endpoints: [wsConnect, wsPing, wsSubscribe, wsFrames, wsOrder, wsUptime, wsClose, serverTime, ...socketMoments],
  needsDebate: true,
  usesSocket: true,
  preflightPaths: [],
} as const satisfies SocketsDescriptor;
