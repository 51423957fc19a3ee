/** The answers to what a client sends over its WebSocket, frame by frame as the real server spells them. */
import type { WebSocket } from 'ws';
import type { Closing, Wait } from './behaviour.ts';
import type { Clock } from './clock.ts';
import { type DebateStore, syncState } from './debate-store.ts';
import type { Distortion } from './distortion.ts';
import type { SocketFaults } from './socket-faults.ts';
import type { Truth } from './truth.ts';

export interface Client {
  readonly socket: WebSocket;
  /** The debate it is subscribed to; a new subscription replaces the old one. */
  debateId: string | null;
  pings: number;
  readonly connectedMs: number;
  /** How long it had been connected when it first said something; null: it has said nothing. */
  silentMs: number | null;
}

export interface MessageDeps {
  readonly clock: Clock;
  readonly store: DebateStore;
  readonly truth: Truth;
  readonly faults: SocketFaults;
  readonly waitMs: (wait: Wait) => number;
  readonly subscribers: Map<string, Set<Client>>;
  readonly frame: Distortion['frame'];
}

/** Sends one frame to one client, as it is changed on its way. `place`: among the clients of its debate; null: it is about none. */
export function send({ frame }: Pick<MessageDeps, 'frame'>, client: Client, right: string, place: number | null): void {
  const text = frame === undefined ? right : frame(right, { place, silentMs: client.silentMs ?? 0 });
  if (text !== null) client.socket.send(text);
}

export function closeWith(socket: WebSocket, code: Closing): void {
  if (code === 'abort') socket.terminate();
  else socket.close(code);
}

export function loopList(store: DebateStore): string {
  const loops = store.running();
  return frame('loop_list', { loops, count: loops.length });
}

export function answerMessage(deps: MessageDeps, client: Client, text: string, isBinary: boolean): void {
  client.silentMs ??= deps.clock.nowMs() - client.connectedMs;
  if (isBinary) {
    sendError(client, { code: 'BINARY_NOT_SUPPORTED', message: 'Binary messages not supported' });
    return;
  }
  const message = parseMessage(text);
  if (message === null) {
    const category = { error_category: 'validation', error_type: 'invalid_json' };
    sendError(client, { message: 'Invalid JSON format', ...category });
    return;
  }
  // The real server ignores types that it does not know, and so does this one.
  const { type, ts = 0, debate_id: debateId, loop_id: loopId, replay_from_seq: replayFrom } = message;
  if (type === 'ping') ping(deps, client, ts);
  else if (type === 'subscribe') subscribe(deps, client, debateId || loopId, replayFrom);
  else if (type === 'get_loops') client.socket.send(loopList(deps.store));
}

function sendError(client: Client, data: Readonly<Record<string, unknown>>): void {
  client.socket.send(frame('error', data));
}

function parseMessage(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null; // Not JSON is the client's mistake, answered with an error frame.
  }
}

function frame(type: string, data: unknown, more: Record<string, unknown> = {}): string {
  return JSON.stringify({ type, ...more, data });
}

function ping(deps: MessageDeps, client: Client, clientTs: unknown): void {
  const { faults, truth, clock } = deps;
  client.pings += 1;
  truth.socket('pings');
  const fault = faults.due('pong');
  const closing = faults.dueAtPing(client.pings);
  clock.after(deps.waitMs('ws-ping'), () => {
    if (client.socket.readyState !== client.socket.OPEN) return;
    const pong =
      fault === undefined
        ? frame('pong', { client_ts: clientTs, server_ts: Date.now() })
        : (fault.instead?.replaceAll('$ts', String(clientTs)) ?? null);
    if (pong !== null) {
      send(deps, client, pong, null);
      truth.socket('pongs');
      const extra = faults.due('extra-frame');
      if (extra !== undefined) {
        client.socket.send(extra.frame.replaceAll('$ts', String(clientTs)), { binary: extra.binary });
      }
    }
    if (closing !== undefined) closeWith(client.socket, closing.code);
  });
}

function subscribe(deps: MessageDeps, client: Client, wanted: unknown, replayFrom: unknown): void {
  if (typeof wanted !== 'string') {
    sendError(client, { message: 'subscribe requires debate_id' });
    return;
  }
  deps.truth.socket('subscriptions');
  if (client.debateId !== null) deps.subscribers.get(client.debateId)?.delete(client);
  client.debateId = wanted;
  const others = deps.subscribers.get(wanted);
  if (others === undefined) deps.subscribers.set(wanted, new Set([client]));
  else others.add(client);
  if (typeof replayFrom === 'number') replay(deps, client, wanted, replayFrom);
  else sendState(deps, client, wanted);
}

/** `sync`, and for a running debate its `debate_start` again, because events before the subscription are not delivered. */
function sendState(deps: MessageDeps, client: Client, id: string): void {
  const debate = deps.store.get(id);
  const fault = deps.faults.due('sync');
  if (fault === undefined) {
    const data = debate === undefined ? { debate_id: id, status: 'waiting' } : syncState(debate);
    send(deps, client, frame('sync', data, { loop_id: id, debate_id: id }), null);
  } else if (fault.instead !== null) {
    client.socket.send(fault.instead.replaceAll('$id', id));
  }
  if (debate === undefined || debate.end !== null) return;
  const { task, agents } = debate;
  client.socket.send(frame('debate_start', { debate_id: id, status: 'in_progress', task, agents }, { loop_id: id }));
}

function replay(deps: MessageDeps, client: Client, id: string, fromSeq: number): void {
  const events = deps.store.get(id)?.events ?? [];
  const missed = events.filter((event) => event.seq > fromSeq);
  const latest = events.at(-1)?.seq ?? 0;
  const known = { debate_id: id, from_seq: fromSeq, event_count: missed.length };
  const range = { buffer_oldest_seq: events[0]?.seq ?? 0, buffer_latest_seq: latest };
  client.socket.send(frame('replay_start', { ...known, ...range }));
  for (const event of missed) client.socket.send(JSON.stringify(event));
  client.socket.send(frame('replay_end', { debate_id: id, replayed_count: missed.length, latest_seq: latest }));
}
