/** moto, which stands in for CloudWatch Logs: a virtual environment from requirements.lock, every package pinned by hash. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, type MakeOptions } from '../../lib/stack/cache.ts';

const LOCK_FILE = join(import.meta.dirname, 'requirements.lock');
const FLAGS = ['--disable-pip-version-check', '--no-input', '--require-hashes', '--only-binary=:all:'];

/** The environment's interpreter, installed now unless the cache has it. Throws SloError `prerequisite-missing`. */
export async function motoPython(options: MakeOptions): Promise<string> {
  const folder = await cached(
    {
      name: 'moto-5.2.1',
      madeFrom: [await readFile(LOCK_FILE, 'utf8')],
      usually: 'half a minute',
      make: async (unfinished, run) => {
        await run('python3', ['-m', 'venv', unfinished]);
        await run(join(unfinished, 'bin/python'), ['-m', 'pip', 'install', ...FLAGS, '-r', LOCK_FILE]);
      },
    },
    options,
  );
  return join(folder, 'bin/python');
}
