/** Verdaccio, a registry of npm packages: installed from a lock file. It keeps what is published to it, and fetches all else from npm's own registry. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cached, type MakeOptions } from '../../lib/stack/cache.ts';
import { freePorts } from '../../lib/stack/ports.ts';
import { type Backend, HOST, launch, temporaryFolder } from '../../lib/stack/process.ts';

const FOLDER = join(import.meta.dirname, 'verdaccio');
const FILES = ['package.json', 'package-lock.json'];
const READY_MS = 60_000;

/** The folder with its `node_modules`, installed now unless the cache has it. Throws SloError `prerequisite-missing`. */
export async function verdaccioFolder(options: MakeOptions): Promise<string> {
  return cached(
    {
      name: 'verdaccio-6.2.9',
      madeFrom: await Promise.all(FILES.map((name) => readFile(join(FOLDER, name), 'utf8'))),
      usually: 'half a minute',
      make: async (unfinished, run) => {
        for (const name of FILES) await copyFile(join(FOLDER, name), join(unfinished, name));
        await run('npm', ['ci', '--ignore-scripts'], { cwd: unfinished });
      },
    },
    options,
  );
}

/** One that has only our packages, of which there are none yet. Anybody may publish. */
export async function launchVerdaccio(): Promise<Backend> {
  const made = await verdaccioFolder({ onProgress: (line) => console.log(line) });
  const [folder, [port], npmRegistry, authority] = await Promise.all([
    temporaryFolder('verdaccio'),
    freePorts(1),
    ofNpm('registry'),
    ofNpm('cafile'),
  ]);
  const ours = { access: '$all', publish: '$all' };
  const config = {
    storage: join(folder, 'storage'),
    uplinks: { npm: { url: npmRegistry, timeout: '60s', max_fails: 100, maxage: '1h' } },
    packages: { 'aragora-slo': ours, '@aragora-slo/*': ours, '**': { access: '$all', proxy: 'npm' } },
    max_body_size: '200mb',
    log: { type: 'stdout', format: 'json', level: 'warn' },
  };
  // YAML is a superset of JSON.
  await writeFile(join(folder, 'config.yaml'), JSON.stringify(config));
  return launch({
    name: 'verdaccio',
    url: `http://${HOST}:${port}`,
    file: process.execPath,
    args: [
      join(made, 'node_modules/verdaccio/bin/verdaccio'),
      '--config',
      'config.yaml',
      '--listen',
      `${HOST}:${port}`,
    ],
    // Where the machine has an authority of its own, npm knows it.
    env: authority === 'null' ? {} : { NODE_EXTRA_CA_CERTS: authority },
    folder,
    readyPath: '/-/ping',
    readyWithinMs: READY_MS,
  });
}

async function ofNpm(key: string): Promise<string> {
  return (await execa('npm', ['config', 'get', key])).stdout.trim();
}
