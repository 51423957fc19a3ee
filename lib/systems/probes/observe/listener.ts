/** One WebSocket of the probes: its frames as events, its answers to pings, the states that it got, how it was closed. */
import { openSocket, type WebSocket } from '../../../http/socket.ts';
import { type Asking, isObject } from './asking.ts';

/** As long as the load's sockets wait for a handshake, and for a pong. */
const OPEN_MS = 5000;
const PONG_MS = 5000;
/** What is kept of one server at most: a hundred times what a debate sends. More ends the connection, as a flood ends one of the load. */
export const MOST_EVENTS = 50_000;
const MOST_CHARS = 8 * 1024 * 1024;
const FLOOD = `flood: more than ${MOST_EVENTS / 1000},000 events or 8 MiB came, and the connection was ended here`;

/** An event or an answer, and when it came. */
export interface Heard {
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly atMs: number;
}

export class Listener {
  readonly heard: Heard[] = [];
  readonly openedAtMs = Date.now();
  /** Whether what comes is kept. Nothing is while the load runs: memory must not grow with it. */
  isListening = true;
  #chars = 0;
  /** Why it was ended here, and not by the server; null: it was not. */
  ended: string | null = null;
  closed: { readonly code: number; readonly atMs: number } | null = null;
  #socket: WebSocket | undefined;

  /** @returns why it did not open; null when it did. */
  async open(asking: Asking): Promise<string | null> {
    const { server, access, signal } = asking;
    asking.requests += 1;
    const opened = await openSocket({
      url: server.wsUrl,
      subprotocol: server.subprotocol,
      access,
      timeoutMs: OPEN_MS,
      signal,
      onText: (text) => this.#hear(text),
      onEnded: (words) => {
        this.ended = words;
      },
    });
    signal.throwIfAborted();
    if (!opened.ok) return opened.words;
    this.#socket = opened.socket;
    opened.socket.once('close', (code) => {
      this.closed = { code, atMs: Date.now() };
    });
    return null;
  }

  /** When the last event of a debate came; 0: none did. */
  get heardAtMs(): number {
    return this.heard.findLast(({ fields }) => 'seq' in fields)?.atMs ?? 0;
  }

  get isOpen(): boolean {
    return this.#socket !== undefined && this.#socket.readyState === this.#socket.OPEN;
  }

  send(message: object): void {
    if (this.isOpen) this.#socket?.send(JSON.stringify(message));
  }

  /** A ping of the WebSocket protocol itself, so that no proxy takes the connection for idle. */
  keepAwake(): void {
    if (this.isOpen) this.#socket?.ping();
  }

  /** Whether a ping is answered in time. */
  async pong(asking: Asking): Promise<boolean> {
    const ts = Date.now();
    const before = this.heard.length;
    const isAnswered = () =>
      this.heard.slice(before).some(({ type, data }) => type === 'pong' && data['client_ts'] === ts);
    this.send({ type: 'ping', ts });
    await asking.until(() => isAnswered() || !this.isOpen, PONG_MS);
    return isAnswered();
  }

  leave(): void {
    this.#socket?.terminate();
  }

  #hear(text: string): void {
    if (!this.isListening || this.ended !== null) return;
    this.#chars += text.length;
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return; // The load's own sockets report frames that are not JSON.
    }
    for (const fields of Array.isArray(frame) ? frame : [frame]) {
      if (!isObject(fields) || typeof fields['type'] !== 'string') continue;
      const data = isObject(fields['data']) ? fields['data'] : {};
      if (this.heard.length === MOST_EVENTS || this.#chars > MOST_CHARS) {
        this.#giveUp();
        return;
      }
      this.heard.push({ type: fields['type'], fields, data, atMs: Date.now() });
    }
  }

  #giveUp(): void {
    this.ended = FLOOD;
    this.leave();
  }
}
