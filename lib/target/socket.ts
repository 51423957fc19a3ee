/** The WebSocket side: handshake, subscriptions, pings, delivery of debate events. The only importer of ws in the target. */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Closing, Wait } from './behaviour.ts';
import type { Clock } from './clock.ts';
import type { Debate, DebateEvent, DebateStore } from './debate-store.ts';
import type { Distortion } from './distortion.ts';
import { type Retell, retellerOf } from './event-lies.ts';
import { type Reorder, reorderer } from './event-order.ts';
import { authorized } from './http.ts';
import type { Metrics } from './metrics.ts';
import { outageLeftMs, type SocketFaults } from './socket-faults.ts';
import { answerMessage, type Client, closeWith, loopList, send } from './socket-messages.ts';
import type { Truth } from './truth.ts';

export interface SocketDeps {
  readonly clock: Clock;
  readonly store: DebateStore;
  readonly metrics: Metrics;
  readonly truth: Truth;
  readonly faults: SocketFaults;
  readonly waitMs: (wait: Wait) => number;
  readonly token: string | undefined;
  /** A browser with another Origin is closed with 4003. */
  readonly allowedOrigins: readonly string[];
  /** New sockets above this number in a minute are closed with 4029. */
  readonly maxSocketsPerMin: number;
  readonly frame: Distortion['frame'];
}

export interface Sockets {
  /** Handles the upgrades of a server on these paths. */
  attach(server: Server, paths: readonly string[]): void;
  publish(debate: Debate, events: readonly DebateEvent[]): void;
  /** Closes every socket with 1001, and ends those that don't follow, also during their handshake. Later ones are cut off. */
  stop(): Promise<void>;
}

export const SUBPROTOCOL = 'aragora-v1';
/** A longer message is closed with 1009. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
const HEARTBEAT_MS = 15_000;
const GOODBYE_MS = 200;
/** A handshake that is left hanging is dropped after this time, as a proxy in front would do. No sensible client waits so long. */
const HANG_MS = 8_000;

interface Hub extends SocketDeps {
  /** Every connection that was taken from an HTTP server, which no longer knows it: accepted, waiting or refused. */
  readonly connections: Set<Duplex>;
  isStopped: boolean;
  readonly clients: Set<Client>;
  readonly subscribers: Map<string, Set<Client>>;
}

export function createSockets(deps: SocketDeps): Sockets {
  const hub: Hub = { ...deps, connections: new Set(), isStopped: false, clients: new Set(), subscribers: new Map() };
  const deliveries = new WeakMap<Debate, Delivery>();
  const admit = handshaker(hub);
  deps.clock.every(HEARTBEAT_MS, () => heartbeat(hub));
  for (const { everyMs, code } of deps.faults.outages) {
    deps.clock.every(everyMs, () => {
      for (const client of hub.clients) if (client.pings > 0) client.socket.close(code);
    });
  }
  return {
    attach: (server, paths) => {
      server.on('upgrade', (request, socket, head) => admit(paths, request, socket, head));
    },
    publish: (debate, events) => {
      const delivery = deliveries.get(debate) ?? deliveryOf(deps.faults);
      deliveries.set(debate, delivery);
      for (const changed of delivery.retell(events.map(delivery.changed)))
        for (const frame of delivery.reorder(changed)) deliver(hub, debate.id, frame);
      if (delivery.closing === null || events[0]?.type !== 'agent_message') return;
      for (const { socket } of hub.subscribers.get(debate.id) ?? []) closeWith(socket, delivery.closing);
    },
    stop: async () => {
      hub.isStopped = true;
      await Promise.all([...hub.clients].map(({ socket }) => goodbye(socket)));
      for (const connection of hub.connections) connection.destroy();
    },
  };
}

/** How the events of one debate are delivered. */
interface Delivery {
  readonly changed: (event: DebateEvent) => DebateEvent;
  readonly retell: Retell;
  readonly reorder: Reorder;
  readonly closing: Closing | null;
}

function deliveryOf(faults: SocketFaults): Delivery {
  const disorder = faults.due('order');
  const lie = faults.due('events');
  const isEmpty = faults.due('empty-messages') !== undefined;
  return {
    changed: isEmpty ? withoutWords : (event) => event,
    retell: lie === undefined ? (frame) => [frame] : retellerOf(lie.how),
    reorder: disorder === undefined ? (frame) => [frame] : reorderer(disorder.how),
    closing: faults.due('close-after-message')?.code ?? null,
  };
}

function withoutWords(event: DebateEvent): DebateEvent {
  return event.type === 'agent_message' ? { ...event, data: { ...event.data, content: '' } } : event;
}

function deliver(hub: Hub, debateId: string, events: readonly DebateEvent[]): void {
  const clients = hub.subscribers.get(debateId);
  if (clients === undefined) return;
  const frame = JSON.stringify(events);
  for (const [place, client] of [...clients].entries()) send(hub, client, frame, place);
}

function heartbeat(hub: Hub): void {
  const frame = JSON.stringify({
    type: 'heartbeat',
    data: {
      server_time: Date.now() / 1000,
      active_debates: hub.store.running().length,
      connected_clients: hub.clients.size,
    },
  });
  for (const { socket } of hub.clients) socket.send(frame);
}

function goodbye(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => socket.terminate(), GOODBYE_MS);
    socket.once('close', () => {
      clearTimeout(deadline);
      resolve();
    });
    socket.close(1001, 'server stops');
  });
}

type Admit = (paths: readonly string[], request: IncomingMessage, socket: Duplex, head: Buffer) => void;

function handshaker(hub: Hub): Admit {
  let subprotocol = SUBPROTOCOL;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => subprotocol,
  });
  return (paths, request, socket, head) => {
    socket.on('error', () => {}); // A client may go away at any time; that is no error of the server.
    if (hub.isStopped) return void socket.destroy();
    hub.connections.add(socket);
    socket.once('close', () => hub.connections.delete(socket));
    const refusal = refusalOf(hub, paths, request);
    if (refusal !== null) {
      hub.truth.socket('refused');
      return refuse(hub.clock, socket, refusal);
    }
    const waitMs = hub.waitMs('ws-connect') + outageLeftMs(hub.faults.outages, hub.clock.nowMs());
    hub.clock.after(waitMs, () => {
      subprotocol = hub.faults.due('other-subprotocol') === undefined ? SUBPROTOCOL : `${SUBPROTOCOL}-other`;
      server.handleUpgrade(request, socket, head, (webSocket) => welcome(hub, webSocket, request));
    });
  };
}

type Refusal = number | 'reset' | 'hang';

/** The answer to a refused handshake, mostly an HTTP status; null when it is accepted. */
function refusalOf(hub: Hub, paths: readonly string[], request: IncomingMessage): Refusal | null {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (!paths.includes(path)) return 404;
  if (!authorized(request, hub.token)) return 401;
  const fault = hub.faults.due('refuse');
  if (fault !== undefined) return fault.status;
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return offered.includes(SUBPROTOCOL) ? null : 400;
}

function refuse(clock: Clock, socket: Duplex, status: Refusal): void {
  if (status === 'hang') {
    clock.after(HANG_MS, () => socket.destroy());
    return;
  }
  if (status === 'reset') return void (socket as Socket).resetAndDestroy();
  const body = JSON.stringify({ error: 'WebSocket handshake refused', code: status });
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nConnection: close\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

const recentSockets = new WeakMap<Hub, { minute: number; count: number }>();

/** The code with which a new socket is closed at once, as in the real server; null when it may stay. */
function closeCodeOf(hub: Hub, request: IncomingMessage): number | null {
  const minute = Math.floor(hub.clock.nowMs() / 60_000);
  const recent = recentSockets.get(hub);
  const count = recent?.minute === minute ? recent.count + 1 : 1;
  recentSockets.set(hub, { minute, count });
  if (count > hub.maxSocketsPerMin) return 4029;
  const origin = request.headers.origin;
  return origin !== undefined && !hub.allowedOrigins.includes(origin) ? 4003 : null;
}

function welcome(hub: Hub, socket: WebSocket, request: IncomingMessage): void {
  socket.on('error', () => {}); // Reported by the close that follows: 1009, or 1006 for a broken connection.
  const code = closeCodeOf(hub, request);
  if (code !== null) {
    socket.close(code, code === 4003 ? 'Origin not allowed' : 'Rate limit exceeded');
    return;
  }
  const client: Client = { socket, debateId: null, pings: 0, connectedMs: hub.clock.nowMs(), silentMs: null };
  hub.clients.add(client);
  hub.truth.socket('opened');
  hub.metrics.sockets(hub.clients.size);
  const fault = hub.faults.due('connection-info');
  const info = fault === undefined ? connectionInfo(hub) : fault.instead;
  if (info !== null) socket.send(info);
  socket.send(loopList(hub.store));
  socket.on('message', (data, isBinary) => answerMessage(hub, client, String(data), isBinary));
  socket.once('close', () => farewell(hub, client));
}

function connectionInfo(hub: Hub): string {
  const data = { authenticated: hub.token !== undefined, client_id: 'reference...', write_access: true };
  return JSON.stringify({ type: 'connection_info', data });
}

function farewell(hub: Hub, client: Client): void {
  hub.clients.delete(client);
  if (client.debateId !== null) unsubscribe(hub, client, client.debateId);
  hub.truth.socket('closed');
  hub.metrics.sockets(hub.clients.size);
}

function unsubscribe(hub: Hub, client: Client, debateId: string): void {
  const others = hub.subscribers.get(debateId);
  others?.delete(client);
  if (others?.size === 0) hub.subscribers.delete(debateId);
}
