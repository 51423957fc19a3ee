/** The Go server of the benchmarks as a process: built, started, asked for its count, stopped. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SloError } from '../lib/core/error.ts';

const MODULE_DIR = fileURLToPath(new URL('server/', import.meta.url));

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
  const child = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { url, count: async () => Number(await (await fetch(`${url}/count`)).text()), stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.stdin?.end();
  await exited;
}
