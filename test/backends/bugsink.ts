/** Bugsink, which takes what SDKs send to Sentry, and Sentry's SDK for Python: a virtual environment, every package pinned by hash. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, type MakeOptions } from '../../lib/stack/cache.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import { type Backend, HOST, launch, temporaryFolder } from '../../lib/stack/process.ts';

/** Its settings, what prepares it, and a server that reports with the SDK. */
const FOLDER = join(import.meta.dirname, 'bugsink');
const LOCK_FILE = join(FOLDER, 'requirements.lock');
const FLAGS = ['--disable-pip-version-check', '--no-input', '--require-hashes', '--only-binary=:all:'];
const READY_MS = 120_000;

function settings(database: string): Record<string, string> {
  return { PYTHONPATH: FOLDER, DJANGO_SETTINGS_MODULE: 'bugsink_conf', BUGSINK_DB: database };
}

/** The environment, with a Bugsink that was prepared; installed now unless the cache has it. Throws SloError `prerequisite-missing`. */
export async function bugsinkFolder(options: MakeOptions): Promise<string> {
  const sources = ['requirements.lock', 'bugsink_conf.py', 'prepare.py'];
  return cached(
    {
      name: 'bugsink-2.6.1',
      madeFrom: await Promise.all(sources.map((name) => readFile(join(FOLDER, name), 'utf8'))),
      usually: 'two minutes',
      make: async (unfinished, run) => {
        const python = join(unfinished, 'bin/python');
        await run('python3', ['-m', 'venv', unfinished]);
        await run(python, ['-m', 'pip', 'install', ...FLAGS, '-r', LOCK_FILE]);
        const env = settings(join(unfinished, 'prepared.sqlite3'));
        await writeFile(join(unfinished, 'keys.json'), await run(python, [join(FOLDER, 'prepare.py')], { env }));
      },
    },
    options,
  );
}

const progress = { onProgress: (line: string) => console.log(line) };

export interface Bugsink extends Backend {
  /** Where a server has to report. */
  readonly dsn: string;
  /** The list of what arrived: its API below `/api/canonical/0`. */
  read(path: string): Promise<unknown>;
}

/** An empty one. */
export async function launchBugsink(): Promise<Bugsink> {
  const made = await bugsinkFolder(progress);
  const [folder, [port]] = await Promise.all([temporaryFolder('bugsink'), freePorts(1)]);
  const database = join(folder, 'db.sqlite3');
  await copyFile(join(made, 'prepared.sqlite3'), database);
  const keys = JSON.parse(await readFile(join(made, 'keys.json'), 'utf8')) as Record<string, string>;
  const backend = await launch({
    name: 'bugsink',
    url: `http://${HOST}:${port}`,
    file: join(made, 'bin/python'),
    args: ['-m', 'gunicorn', '--bind', `${HOST}:${port}`, '--workers', '1', '--threads', '4', 'bugsink.wsgi'],
    env: settings(database),
    folder,
    readyPath: '/health/ready',
    readyWithinMs: READY_MS,
  });
  return {
    ...backend,
    dsn: `http://${keys['key']}@${HOST}:${port}/${keys['project']}`,
    read: async (path) => {
      const headers = { authorization: `Bearer ${keys['token']}` };
      const answer = await fetch(`${backend.url}/api/canonical/0${path}`, { headers });
      if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
      return answer.json();
    },
  };
}
