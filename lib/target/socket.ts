/** The WebSocket side: who is connected, who follows which debate, heartbeats, and the debate events that each gets. */
import type { IncomingMessage, Server } from 'node:http';
import type { WebSocket } from 'ws';
import type { Debate, DebateEvent, DebateStore } from './debate-store.ts';
import type { Distortion } from './distortion.ts';
import type { Metrics } from './metrics.ts';
import { type Delivery, deliveryOf } from './socket-delivery.ts';
import { createDoor, type DoorDeps } from './socket-door.ts';
import { answerMessage, type Client, closeWith, loopList, send } from './socket-messages.ts';

export interface SocketDeps extends DoorDeps {
  readonly store: DebateStore;
  readonly metrics: Metrics;
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

const HEARTBEAT_MS = 15_000;
const GOODBYE_MS = 200;

interface Hub extends SocketDeps {
  readonly clients: Set<Client>;
  readonly subscribers: Map<string, Set<Client>>;
}

export function createSockets(deps: SocketDeps): Sockets {
  const hub: Hub = { ...deps, clients: new Set(), subscribers: new Map() };
  const deliveries = new WeakMap<Debate, Delivery>();
  const door = createDoor(deps, (socket, request) => welcome(hub, socket, request));
  deps.clock.every(HEARTBEAT_MS, () => heartbeat(hub));
  for (const { everyMs, code } of deps.faults.outages) {
    deps.clock.every(everyMs, () => {
      for (const client of hub.clients) if (client.pings > 0) client.socket.close(code);
    });
  }
  return {
    attach: (server, paths) => {
      server.on('upgrade', (request, socket, head) => door.admit(paths, request, socket, head));
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
      door.close();
      await Promise.all([...hub.clients].map(({ socket }) => goodbye(socket)));
      door.cutOff();
    },
  };
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
