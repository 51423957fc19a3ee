/** What a k6 binary is: its version, and whether it has our `hdr` output. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { SloError } from '../core/error.ts';
import { runCommand } from './command.ts';

export interface Engine {
  readonly path: string;
  /** For example `v2.2.0`. */
  readonly version: string;
  /** `hdr`: it writes the records of lib/core/engine-protocol.ts. `json`: a stock k6, read through `json=-`. */
  readonly source: 'hdr' | 'json';
}

/** The k6 that the scenarios and flags are written for. */
const OLDEST_MAJOR = 2;
/** k6 lists its extensions with the Go package that registered each, so an `hdr` output of somebody else is not taken for ours. */
const OUR_OUTPUT = /^\s+aragora\.dev\/slo\/engine\S* .*\bhdr \[output\]$/m;

/**
 * Runs `path version`. Throws SloError `prerequisite-missing` when it can't be run, is not a k6, or is older than v2. `origin` says in the
 * message who named it, for example `ARAGORA_SLO_K6`.
 */
export async function probeEngine(
  path: string,
  origin: string,
  options: { readonly env: NodeJS.ProcessEnv; readonly signal?: AbortSignal | undefined; readonly hint: string },
): Promise<Engine> {
  const answer = await runCommand(path, ['version'], options);
  // k6 prints the name of its file first.
  const version = /^\S+ (v(\d+)\.\S+) \(.*\bgo\d/m.exec(answer.stdout);
  const complaint = answer.startError?.message ?? firstLine(answer.stdout) ?? firstLine(answer.stderr) ?? 'nothing';
  if (answer.exitCode !== 0 || version?.[1] === undefined) {
    throw new SloError(
      'prerequisite-missing',
      `${origin} is "${path}": expected a k6 that answers "k6 version", got ${complaint}`,
      {
        hint: options.hint,
      },
    );
  }
  if (Number(version[2]) < OLDEST_MAJOR) {
    throw new SloError(
      'prerequisite-missing',
      `${origin} is "${path}": expected k6 v${OLDEST_MAJOR} or newer, got ${version[1]}`,
      {
        hint: options.hint,
      },
    );
  }
  return { path, version: version[1], source: OUR_OUTPUT.test(answer.stdout) ? 'hdr' : 'json' };
}

function firstLine(text: string): string | undefined {
  const line = text.trim().split('\n', 1)[0];
  return line === undefined || line === '' ? undefined : JSON.stringify(line.slice(0, 200));
}

/** The first executable called `name` on `env.PATH`; undefined when there is none. */
export async function findOnPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const candidate = join(folder, name + suffix);
    const executable = access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== '' && (await executable)) return candidate;
  }
  return undefined;
}
