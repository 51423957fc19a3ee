/** Runs Alertmanager with a configuration, on loopback and a free port, alone: it joins no cluster. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePorts } from './ports.ts';
import { type Backend, HOST, launch, temporaryFolder } from './process.ts';
import { stackPrograms } from './programs.ts';
import { clockEnv, type PartOptions, READY_MS } from './prometheus.ts';

export interface AlertmanagerRun extends PartOptions {
  /** The text of alertmanager.yml. */
  readonly config: string;
}

/** Resolves once it answers. Throws SloError `prerequisite-missing` when it does not start, for example because it refuses `config`. */
export async function runAlertmanager({ config, ...options }: AlertmanagerRun): Promise<Backend> {
  const programs = await stackPrograms('alertmanager', options);
  const folder = await (options.folder ?? temporaryFolder('alertmanager'));
  const port = options.port ?? (await freePorts(1))[0];
  await writeFile(join(folder, 'alertmanager.yml'), config);
  return launch({
    name: 'alertmanager',
    url: `http://${HOST}:${port}`,
    file: join(programs, 'alertmanager'),
    args: [
      '--config.file=alertmanager.yml',
      '--storage.path=data',
      `--web.listen-address=${HOST}:${port}`,
      '--cluster.listen-address=',
    ],
    env: clockEnv(options),
    folder,
    logFile: options.logFile,
    readyPath: '/-/ready',
    readyWithinMs: READY_MS,
    signal: options.signal,
  });
}
