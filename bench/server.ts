/** The Go server of the benchmarks as a process: built, started, asked for its count, stopped. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SloError } from '../lib/core/error.ts';
import { Child, endText } from '../lib/process/child.ts';

const MODULE_DIR = fileURLToPath(new URL('server/', import.meta.url));

const READY_MS = 10_000;
const STOP_MS = 5_000;

export interface Server {
  readonly url: string;
  /** Requests answered so far, exactly. */
  count(): Promise<number>;
  stop(): Promise<void>;
}

/** Builds into `dir` and starts it. @throws SloError `prerequisite-missing` when it can't be built. */
export async function startServer(dir: string): Promise<Server> {
  const binary = join(dir, 'server');
  const built = spawnSync('go', ['build', '-trimpath', '-buildvcs=false', '-o', binary, '.'], {
    cwd: MODULE_DIR,
    encoding: 'utf8',
  });
  if (built.status !== 0) {
    const why = built.error?.message ?? built.stderr.trim();
    throw new SloError('prerequisite-missing', `the server of the benchmarks could not be built: ${why}`, {
      hint: 'it needs Go on PATH',
    });
  }
  const child = new Child(binary, { args: [], stdio: ['pipe', 'pipe', 'inherit'], patienceMs: STOP_MS });
  const url = await child.firstLine(AbortSignal.timeout(READY_MS));
  if (url === undefined) throw new Error(`the server of the benchmarks did not start: ${endText(await child.exited)}`);
  return {
    url,
    count: async () => Number(await (await fetch(`${url}/count`)).text()),
    stop: async () => void (await child.stop()),
  };
}
