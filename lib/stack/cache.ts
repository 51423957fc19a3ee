/** Folders with a finished build or installation: made once, under a lock, and named by what they were made from. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SloError } from '../core/error.ts';
import { cacheDir } from '../engine/cache.ts';
import { interrupted, runCommand } from '../engine/command.ts';
import { tryLock } from '../engine/lock.ts';
import { findOnPath } from '../engine/probe.ts';

export interface MakeOptions {
  /** Receives one line for each thing that is being done; nothing when the cache already has it. */
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Recipe {
  /** For example `loki-v3.7.8`. */
  readonly name: string;
  /** Everything that the result depends on: versions, checksums, flags. */
  readonly madeFrom: readonly string[];
  /** For people, for example `about 3 minutes`. */
  readonly usually: string;
  /** Fills `folder`, which is empty. What it leaves behind counts only when it resolves. */
  readonly make: (folder: string, run: RunStep) => Promise<void>;
}

export interface StepOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a command of the build at low priority, with its output in the log. Throws SloError `prerequisite-missing` when it fails; returns
 * stdout.
 */
export type RunStep = (file: string, args: readonly string[], options?: StepOptions) => Promise<string>;

const WAIT_MS = 500;
const PROGRESS_EVERY_MS = 15_000;
const SHOWN_LINES = 12;

/**
 * The folder with what `recipe` makes, made now unless the cache has it. Several processes may ask at once: one makes it, the others wait.
 * The log is `<folder>.log`. Throws SloError: `prerequisite-missing` when it can't be made, `storage` when the cache can't be written,
 * `interrupted`.
 */
export async function cached(recipe: Recipe, options: MakeOptions): Promise<string> {
  const folder = folderOf(recipe);
  if (existsSync(folder)) return folder;
  const cache = cacheDir(process.env);
  try {
    await mkdir(cache, { recursive: true });
    const release = await lockOf(folder, recipe.name, options);
    try {
      if (!existsSync(folder)) await make(recipe, folder, options);
      return folder;
    } finally {
      await release();
    }
  } catch (error) {
    if (error instanceof SloError) throw error;
    throw new SloError('storage', `${recipe.name} can't be kept in "${cache}": ${(error as Error).message}`, {
      hint: 'set ARAGORA_SLO_CACHE to a directory that can be written',
      cause: error,
    });
  }
}

/** The same folder, if the cache has it. */
export function cachedAlready(recipe: Named): string | null {
  const folder = folderOf(recipe);
  return existsSync(folder) ? folder : null;
}

type Named = Pick<Recipe, 'name' | 'madeFrom'>;

function folderOf({ name, madeFrom }: Named): string {
  const hash = createHash('sha256').update(JSON.stringify([process.platform, process.arch, ...madeFrom]));
  return join(cacheDir(process.env), `${name}-${hash.digest('hex').slice(0, 16)}`);
}

async function lockOf(folder: string, name: string, { onProgress, signal }: MakeOptions): Promise<() => Promise<void>> {
  for (let isNoted = false; ; isNoted = true) {
    if (signal?.aborted) throw interrupted(`the build of ${name}`);
    const release = await tryLock(folder);
    if (release !== undefined) return release;
    if (!isNoted) onProgress(`waiting for another process that is making ${name}`);
    await sleep(WAIT_MS);
  }
}

async function make({ name, usually, make: fill }: Recipe, folder: string, { onProgress, signal }: MakeOptions) {
  const startedAtMs = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAtMs) / 1000)} s`;
  const log: string[] = [];
  const unfinished = `${folder}.tmp`;
  onProgress(`making ${name}, once; usually ${usually} on 2 cores`);
  const reporter = setInterval(() => onProgress(`making ${name}: ${elapsed()}`), PROGRESS_EVERY_MS);
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    await fill(unfinished, (file, args, options = {}) =>
      runStep([file, ...args], options, { name, lines: log, path: `${folder}.log`, signal }),
    );
    await rename(unfinished, folder);
    onProgress(`made ${name} in ${elapsed()}`);
  } finally {
    clearInterval(reporter);
    await writeFile(`${folder}.log`, log.join('\n'));
    await rm(unfinished, { recursive: true, force: true });
  }
}

interface Making {
  /** What is made. */
  readonly name: string;
  /** Of all steps; written when the last one has ended. */
  readonly lines: string[];
  readonly path: string;
  readonly signal: AbortSignal | undefined;
}

async function runStep(
  command: readonly string[],
  { cwd, env = {} }: StepOptions,
  { name, lines, path, signal }: Making,
): Promise<string> {
  lines.push(`$ ${command.join(' ')}`);
  const environment = { ...process.env, ...env };
  const [file = '', ...args] = command;
  if (!isAbsolute(file) && (await findOnPath(file, environment)) === undefined) throw absent(file, name);
  // Most machines have it. Without it the build is only less polite.
  const nice = await findOnPath('nice', environment);
  const [program, words] = nice === undefined ? [file, args] : [nice, ['-n', '10', ...command]];
  const result = await runCommand(program, words, {
    env: environment,
    signal,
    ...(cwd === undefined ? {} : { cwd }),
  });
  lines.push(result.stdout, result.stderr);
  if (result.exitCode === 0) return result.stdout;
  const said = result.startError?.message ?? (result.stderr.trim() === '' ? result.stdout : result.stderr);
  const last = said.trim().split('\n').slice(-SHOWN_LINES).join('\n');
  throw new SloError('prerequisite-missing', `${command.slice(0, 2).join(' ')} failed:\n${last}`, {
    hint: `all of it is in ${path}`,
  });
}

function absent(program: string, name: string): SloError {
  const install = program === 'go' ? 'install Go 1.21 or newer (https://go.dev/dl)' : `install "${program}"`;
  return new SloError(
    'prerequisite-missing',
    `"${program}" is needed to make ${name}, once, and no folder of PATH has it`,
    { hint: `${install}, or add its folder to PATH` },
  );
}
