/** Runs Prometheus with a configuration, on loopback and a free port. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SloError } from '../core/error.ts';
import type { MakeOptions } from './cache.ts';
import { CLOCK_RATE, LARGEST_RATE, noFastClock } from './fast-clock.ts';
import { freePorts } from './ports.ts';
import { type Backend, HOST, launch, temporaryFolder } from './process.ts';
import { stackPrograms } from './programs.ts';

/** How a part of the stack is run. */
export interface PartOptions extends MakeOptions {
  /** Its data and configuration; deleted when it stops. Default: a temporary one. */
  readonly folder?: string | undefined;
  /** Where what it says is appended; default: a file that is deleted with the folder. */
  readonly logFile?: string | undefined;
  /** How many times as fast its time runs; default 1. See fast-clock.ts. */
  readonly clockRate?: number | undefined;
  /** Default: a free one. */
  readonly port?: number | undefined;
}

export interface PrometheusRun extends PartOptions {
  /** The text of prometheus.yml. Paths in it are below the folder. */
  readonly config: string;
  /** Texts of other files in the folder by name, for example rules. */
  readonly files?: Readonly<Record<string, string>>;
  /** Kept for so long; as Prometheus writes durations. */
  readonly retention?: string;
}

export const READY_MS = 120_000;

/** The variables that a clock rate needs. @throws SloError `usage` for a rate that can't be had, here or at all. */
export function clockEnv({ clockRate = 1 }: PartOptions): Readonly<Record<string, string>> {
  if (clockRate === 1) return {};
  if (!Number.isInteger(clockRate) || clockRate < 1 || clockRate > LARGEST_RATE) {
    throw new SloError('usage', `the clock's rate must be a whole number, 1 to ${LARGEST_RATE}, got ${clockRate}`);
  }
  const reason = noFastClock();
  if (reason !== null) throw new SloError('usage', reason, { hint: 'use real time' });
  return { [CLOCK_RATE]: String(clockRate) };
}

/** Resolves once it answers; it may not have scraped anything yet. Throws SloError `prerequisite-missing` when it does not start. */
export async function runPrometheus({ config, files = {}, retention, ...options }: PrometheusRun): Promise<Backend> {
  const programs = await stackPrograms('prometheus', options);
  const folder = await (options.folder ?? temporaryFolder('prometheus'));
  const port = options.port ?? (await freePorts(1))[0];
  const written = { 'prometheus.yml': config, ...files };
  await Promise.all(Object.entries(written).map(([name, text]) => writeFile(join(folder, name), text)));
  return launch({
    name: 'prometheus',
    url: `http://${HOST}:${port}`,
    file: join(programs, 'prometheus'),
    args: [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      ...(retention === undefined ? [] : [`--storage.tsdb.retention.time=${retention}`]),
      `--web.listen-address=${HOST}:${port}`,
    ],
    env: clockEnv(options),
    folder,
    logFile: options.logFile,
    readyPath: '/-/ready',
    readyWithinMs: READY_MS,
    signal: options.signal,
  });
}
