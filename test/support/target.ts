/** What the target's own tests share: a socket that remembers its frames. */
import { WebSocket } from 'ws';
import { DebateStore } from '../../lib/target/debate-store.ts';
import { uniform } from '../../lib/target/random.ts';
import { SUBPROTOCOL } from '../../lib/target/socket-door.ts';
import type { Target } from '../../lib/target/target.ts';

export interface Frame {
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly seq?: number;
  readonly timestamp?: number;
}

/** A client whose events can be waited for; the events of frames that are arrays come one after the other. */
export class TestSocket {
  readonly socket: WebSocket;
  readonly texts: string[] = [];
  readonly events: Frame[] = [];
  readonly closed: Promise<number>;

  constructor(url: string, protocols: string | string[] = SUBPROTOCOL, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, protocols, { headers });
    this.socket.on('error', () => {});
    this.closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.socket.on('message', (data, isBinary) => {
      this.texts.push(isBinary ? 'binary' : String(data));
      const value: unknown = parse(String(data));
      for (const event of Array.isArray(value) ? value : [value]) this.events.push(event as Frame);
    });
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The first event of the type; rejects when the socket closes before. */
  async event(type: string): Promise<Frame> {
    for (;;) {
      const found = this.events.find((event) => event?.type === type);
      if (found !== undefined) return found;
      const message = new Promise((resolve) => this.socket.once('message', resolve)).then(() => false);
      const isOver = await Promise.race([message, this.closed.then(() => true)]);
      if (isOver) throw new Error(`closed before a ${type} came; came: ${this.texts.join(' ')}`);
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // Kept as it is: a test looks for it in `texts`.
  }
}

/** Resolves once `holds` returns true. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/**
 * Debates of a target whose ids are known beforehand, all of them made here. So a watcher is there before the first event, however slow the
 * machine is.
 */
export class ForeseenDebates {
  readonly #target: Target;
  /** Draws the same ids as the target. */
  readonly #twin: DebateStore;

  constructor(target: Target, seed = 1) {
    this.#target = target;
    this.#twin = new DebateStore(uniform(seed, 'debate ids'));
  }

  /** Subscribes the client, which has no subscription yet, to the next debate, and then makes it. */
  watchedBy(client: TestSocket): Promise<string> {
    return this.next(async (id) => {
      client.send({ type: 'subscribe', debate_id: id });
      await client.event('sync');
    });
  }

  /** Makes the next debate, once `before` is done with its id. */
  async next(before: (id: string) => Promise<void> = async () => {}): Promise<string> {
    const { id } = this.#twin.create('', [], 1);
    await before(id);
    const made = await createDebate(this.#target);
    if (made !== id) throw new Error(`the debate ${id} was foreseen, ${made} was made`);
    return id;
  }
}

export async function createDebate(target: Target, body: object = {}): Promise<string> {
  const answer = await post(target, JSON.stringify({ question: 'Is this long enough?', rounds: 1, ...body }));
  return ((await answer.json()) as { debate_id: string }).debate_id;
}

export function post(target: Target, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${target.httpUrl}/api/debates`, { method: 'POST', body, headers });
}
