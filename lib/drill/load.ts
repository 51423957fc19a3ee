/** A small steady load, so that the server has something to count. It is no measurement: nothing is judged by its answers. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpAccess } from '../http/access.ts';
import { Line } from '../http/client.ts';

/** Requests of one real second. */
export interface LoadRates {
  readonly healthPerSec: number;
  readonly debatesPerSec: number;
}

export interface Load {
  /** Of what was due until now, the share that was sent; 1 when nothing was due. */
  share(): number;
  stop(): Promise<void>;
}

/** A server that answers nothing can't take all connections. */
const MOST_OPEN = 64;
const TICK_MS = 20;
const TIMEOUT_MS = 5_000;
const DEBATE = JSON.stringify({ question: 'Should the rollout be staged?', agents: ['demo', 'analyst'], rounds: 1 });

export function startLoad(
  httpUrl: string,
  { healthPerSec, debatesPerSec }: LoadRates,
  { auth, tls }: HttpAccess = {},
): Load {
  const over = new AbortController();
  const lines = new Lines({ auth, tls });
  const kinds = [
    { perSec: healthPerSec, send: () => lines.send(`${httpUrl}/api/health`) },
    { perSec: debatesPerSec, send: () => lines.send(`${httpUrl}/api/debates`, DEBATE) },
  ].map((kind) => ({ ...kind, due: 0 }));
  let [due, sent] = [0, 0];
  const startedMs = performance.now();
  const run = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const elapsedSec = (performance.now() - startedMs) / 1000;
      for (const kind of kinds) {
        for (; kind.due < elapsedSec * kind.perSec; kind.due += 1) {
          due += 1;
          if (kind.send()) sent += 1;
        }
      }
      await sleep(TICK_MS, undefined, { signal: over.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    share: () => (due === 0 ? 1 : sent / due),
    stop: async () => {
      over.abort();
      await running;
      await lines.close();
    },
  };
}

/** Connections that are kept, each for one request at a time. */
class Lines {
  readonly #idle: Line[] = [];
  readonly #all: Line[] = [];
  readonly #closed = new AbortController();
  readonly #access: HttpAccess;

  constructor(access: HttpAccess) {
    this.#access = access;
    // Each request that waits listens.
    setMaxListeners(MOST_OPEN, this.#closed.signal);
  }

  /** false: too many requests wait for their answers. */
  send(url: string, body?: string): boolean {
    const line = this.#idle.pop() ?? this.#another();
    if (line === undefined) return false;
    const message = body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } };
    line
      .send(url, { auth: this.#access.auth, ...message, timeoutMs: TIMEOUT_MS, signal: this.#closed.signal })
      // It throws only when the load is over.
      .catch(() => {})
      .finally(() => this.#idle.push(line));
    return true;
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all(this.#all.map((line) => line.close()));
  }

  #another(): Line | undefined {
    if (this.#all.length >= MOST_OPEN) return undefined;
    const line = new Line(this.#access.tls);
    this.#all.push(line);
    return line;
  }
}
