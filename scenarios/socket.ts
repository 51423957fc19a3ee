/**
 * One WebSocket to Aragora: the handshake with its subprotocol, frames parsed into events, close codes. Records `ws-connect`, `ws-frames`
 * and `ws-close`.
 */
import { clearTimeout, setTimeout } from 'k6/timers';
import { type MessageEvent, WebSocket } from 'k6/websockets';
import type { SampleOutcome } from '../lib/core/sample-outcome.ts';
import {
  SOCKET_TIMEOUT_MS,
  socketAskedAt,
  socketClosedAt,
  socketLeftAt,
  socketReadyAt,
  wsClose,
  wsConnect,
  wsFrames,
} from '../lib/journeys/websocket.ts';
import { eventsOf, type StreamEvent } from './content/frame.ts';
import { identity, record, recordMoment } from './kit.ts';
import { plan } from './settings.ts';

export interface SocketHandlers {
  /** The handshake is done, and `connection_info` has arrived. */
  onReady(openedAtMs: number): void;
  /** `live`: it came in an array, as present events do. Replayed events come as objects, one in each frame. */
  onEvent(event: StreamEvent, atMs: number, live: boolean): void;
  /** The connection is lost or never came; called exactly once, also after `close()`. */
  onGone(atMs: number): void;
}

/** Close codes that the server may send to a well-behaved client: normal, and going away (RFC 6455 §7.4.1). */
const FRIENDLY_CLOSE = [1000, 1001];

export class Socket {
  readonly #handlers: SocketHandlers;
  readonly #ws: WebSocket & { readonly protocol: string };
  readonly #startedAtMs = Date.now();
  #openedAtMs: number | undefined;
  #handshake: ReturnType<typeof setTimeout> | undefined;
  #connecting = true;
  #closing = false;
  #gone = false;
  #isReady = false;

  constructor(traceparent: string | null, handlers: SocketHandlers) {
    this.#handlers = handlers;
    recordMoment(socketAskedAt, this.#startedAtMs);
    const headers = identity(traceparent);
    // k6 supports the subprotocol and reports the agreed one; only its types say otherwise.
    const protocols = [plan.subprotocol] as unknown as null;
    this.#ws = new WebSocket(plan.wsUrl, protocols, { headers, tags: { name: 'ws' } }) as WebSocket & {
      protocol: string;
    };
    this.#handshake = setTimeout(() => this.#refuse('timeout'), SOCKET_TIMEOUT_MS);
    this.#ws.onopen = () => this.#opened();
    this.#ws.onmessage = (message) => message && this.#received(message);
    this.#ws.onerror = (error) => this.#failed(String(error?.error));
    this.#ws.onclose = (event?: { code?: number }) => this.#closed(event?.code);
  }

  send(message: object): void {
    if (!this.#gone && !this.#closing) this.#ws.send(JSON.stringify(message));
  }

  /**
   * Closes normally, once the handshake is decided. `onGone` follows when the server has answered, at the latest after the time that a
   * socket has.
   */
  close(): void {
    if (this.#gone || this.#closing) return;
    this.#closing = true;
    this.#left();
    if (!this.#connecting) this.#hangUp();
  }

  #hangUp(): void {
    this.#handshake = setTimeout(() => this.#ended('close-unanswered'), SOCKET_TIMEOUT_MS);
    this.#ws.close();
  }

  #opened(): void {
    this.#openedAtMs = Date.now();
    // No document asks the server to name one, but one that was not offered fails the handshake (RFC 6455, 4.1).
    if (this.#ws.protocol !== '' && this.#ws.protocol !== plan.subprotocol) this.#refuse('subprotocol');
  }

  #received(message: MessageEvent): void {
    if (this.#gone) return;
    const events = eventsOf(message.data);
    record(wsFrames, 0, typeof events === 'string' ? events : 'ok');
    if (typeof events === 'string') return;
    const atMs = message.timestamp;
    const live = String(message.data).startsWith('[');
    for (const event of events) {
      if (event.type === 'connection_info' && this.#connecting) this.#connected();
      if (!this.#connecting) this.#handlers.onEvent(event, atMs, live);
    }
  }

  #connected(): void {
    const openedAtMs = this.#openedAtMs ?? Date.now();
    this.#settle(openedAtMs - this.#startedAtMs, 'ok');
    if (!this.#closing) {
      this.#isReady = true;
      recordMoment(socketReadyAt, Date.now());
    }
    if (this.#closing) this.#hangUp();
    else this.#handlers.onReady(openedAtMs);
  }

  #failed(message: string): void {
    const bound = boundOf(message);
    if (this.#connecting) {
      if (bound !== undefined) this.#refuse(bound);
      else if (this.#openedAtMs === undefined) this.#refuse(handshakeFailure(message));
    } else if (bound !== undefined && !this.#gone) {
      // It is the client that ends it, so its end says nothing of the server.
      record(wsFrames, 0, bound);
      this.#leave();
    }
  }

  #refuse(kind: SampleOutcome): void {
    if (!this.#connecting) return;
    this.#settle(
      Date.now() - this.#startedAtMs,
      this.#openedAtMs !== undefined && kind === 'timeout' ? 'no-connection-info' : kind,
    );
    this.#leave();
    // In k6 2.2.0, closing a socket that is still connecting blocks its event loop forever; k6 itself gives up the dial.
    if (this.#openedAtMs !== undefined) this.#ws.close();
  }

  #settle(latencyMs: number, outcome: SampleOutcome): void {
    this.#connecting = false;
    if (this.#handshake !== undefined) clearTimeout(this.#handshake);
    record(wsConnect, latencyMs, outcome);
  }

  #closed(code: number | undefined): void {
    if (this.#gone) return;
    if (this.#connecting) {
      this.#refuse(code === undefined ? 'handshake-refused' : `close_${code}`);
      return;
    }
    // After our own close, a connection may end without a code. RFC 6455 uses 1006 for a connection that ends so by itself.
    const ended = code ?? (this.#closing ? 1000 : 1006);
    this.#ended(FRIENDLY_CLOSE.includes(ended) ? 'ok' : `close_${ended}`);
  }

  #ended(outcome: SampleOutcome): void {
    if (this.#gone) return;
    record(wsClose, 0, outcome);
    if (outcome === 'ok') recordMoment(socketClosedAt, Date.now());
    this.#leave();
  }

  /** From now on nobody can say that the server has it. */
  #left(): void {
    if (this.#isReady) recordMoment(socketLeftAt, Date.now());
    this.#isReady = false;
  }

  #leave(): void {
    if (this.#gone) return;
    this.#left();
    this.#gone = true;
    if (this.#handshake !== undefined) clearTimeout(this.#handshake);
    this.#handlers.onGone(Date.now());
  }
}

/** Which bound of the engine's (engine/bounds) ended a socket. */
function boundOf(message: string): SampleOutcome | undefined {
  if (message.includes('read limit exceeded')) return 'frame-too-large';
  if (message.includes('bounds: a flood')) return 'flood';
  if (message.includes('bounds: the answer')) return 'answer-too-large';
  return undefined;
}

function handshakeFailure(message: string): SampleOutcome {
  if (message.includes('bad handshake')) return 'handshake-refused';
  if (message.includes('refused')) return 'refused';
  if (message.includes('reset')) return 'reset';
  if (message.includes('timeout')) return 'timeout';
  return 'connection-failed';
}

/**
 * Whether an event with this `loop_id` is of another debate than `debateId`: the ids differ, and both have the form of the server's ids of
 * debates (`adhoc_…`). Aragora 2.11.1 sends some events of a debate twice, once under the internal id of its engine, a bare UUID: that is
 * not another debate.
 */
export function isOfAnother(id: string | undefined, debateId: string | undefined): boolean {
  return id !== debateId && kindOf(id) === kindOf(debateId);
}

function kindOf(id: string | undefined): string {
  return id?.slice(0, id.indexOf('_') + 1) ?? '';
}
