/** The reference server of a drill: a process of its own, on a port that it keeps, whose behaviour changes while it runs. */

import { SloError } from '../../core/error.ts';
import { type EmbeddedTarget, startEmbeddedTarget } from '../../embedded/process.ts';
import { fetchText } from '../../http/backend.ts';
import { freePorts } from '../../stack/ports.ts';
import type { Patch } from '../../target/behaviour.ts';

export interface DrilledServer {
  readonly httpUrl: string;
  /** Aborted when its process ends though nobody asked for it, or can't be started again. Its reason is a text that says so. */
  readonly lost: AbortSignal;
  /** From now on it behaves as at its start, with this patch. Resolves when it does. */
  change(patch: Patch): Promise<void>;
  /** Ends its process; resolves when it is gone. */
  end(): Promise<void>;
  /** Starts it again at the same address if it was ended, with counters at 0. It then behaves as at its start. */
  heal(): Promise<void>;
  stop(): Promise<void>;
}

/** Agents answer at once, so that a debate takes little of the machine. */
const ARGS = ['--latency', 'agent-response=constant(5ms)', '--latency', 'agent-call=constant(5ms)'];

export async function startServer(signal: AbortSignal): Promise<DrilledServer> {
  // Another program gets none of these ports while the server is down.
  const [port] = await freePorts(1);
  const lost = new AbortController();
  const start = async (): Promise<EmbeddedTarget> => {
    const started = await startEmbeddedTarget([...ARGS, '--port', `${port}`], signal);
    void started.exited.then(() => {
      if (running === started) lost.abort('the server ended by itself');
    });
    return started;
  };
  /** null while it is down on purpose. */
  let running: EmbeddedTarget | null = null;
  const end = async (): Promise<void> => {
    const ending = running;
    running = null;
    await ending?.stop();
  };
  const first = await start();
  running = first;
  const { httpUrl } = first;
  const change = async (patch: Patch): Promise<void> => {
    const url = `${httpUrl}/_reference/behaviour`;
    const answer = await fetchText(url, { method: 'POST', body: JSON.stringify(patch), signal });
    if (!answer.ok) throw new SloError('target-unreachable', answer.reason, { hint: answer.hint });
  };
  return {
    httpUrl,
    lost: lost.signal,
    change,
    end,
    heal: async () => {
      if (running !== null) return await change({});
      running = await start().catch((error: unknown) => {
        lost.abort(error instanceof SloError ? error.message : String(error));
        throw error;
      });
    },
    stop: end,
  };
}
