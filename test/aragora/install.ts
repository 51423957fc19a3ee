/** The virtual environment with the real Aragora: built once from requirements.lock, and cached by what it was built from. */
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { lock } from 'proper-lockfile';
import { SloError } from '../../lib/core/error.ts';

export const ARAGORA_VERSION = '2.11.1';
const LOCK_FILE = path.join(import.meta.dirname, 'requirements.lock');
const OLDEST_PYTHON = 11;
const INSTALL_DEADLINE_MS = 600_000;

export interface InstallOptions {
  /** Receives one line for each thing that is being done; nothing when the cache already has it. */
  readonly onProgress?: (line: string) => void;
}

export interface Installation {
  /** The environment's interpreter. */
  readonly python: string;
  /** The environment's `aragora` command. */
  readonly aragora: string;
  /** false when the cache already had it. */
  readonly built: boolean;
}

/**
 * Where environments are kept: `ARAGORA_SLO_CACHE`, else `aragora-slo` in `XDG_CACHE_HOME`, else in `~/.cache`. Empty variables count as absent.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return env.ARAGORA_SLO_CACHE || path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'aragora-slo');
}

/**
 * Installs Aragora {@link ARAGORA_VERSION} with every dependency pinned by hash, unless the cache has it. Several processes may call this
 * at once: one builds, the others wait. An environment counts only once it is complete; an incomplete one is built again. Throws SloError
 * (`prerequisite-missing`) without a Python ≥ 3.11 that can make virtual environments, or when pip fails.
 */
export async function installAragora({ onProgress = () => {} }: InstallOptions = {}): Promise<Installation> {
  const python = await findPython();
  const requirements = await readFile(LOCK_FILE);
  const hash = createHash('sha256').update(requirements).update(python).digest('hex').slice(0, 16);
  const cache = cacheFolder(process.env);
  const folder = path.join(cache, `aragora-${ARAGORA_VERSION}-${hash}`);
  const complete = path.join(folder, 'complete');
  const found = { python: path.join(folder, 'bin', 'python'), aragora: path.join(folder, 'bin', 'aragora') };
  if (existsSync(complete)) return { ...found, built: false };

  await mkdir(cache, { recursive: true });
  const release = await lock(folder, {
    realpath: false,
    stale: 30_000,
    retries: { forever: true, minTimeout: 500, maxTimeout: 500, maxRetryTime: INSTALL_DEADLINE_MS },
  });
  try {
    if (existsSync(complete)) return { ...found, built: false };
    await rm(folder, { recursive: true, force: true });
    await build(folder, onProgress);
    await writeFile(complete, '');
    return { ...found, built: true };
  } finally {
    await release();
  }
}

/** Version and machine of `python3`, for example `3.11.7 x86_64`: the wheels in an environment depend on these. */
async function findPython(): Promise<string> {
  const code = 'import platform; print(platform.python_version(), platform.machine())';
  const result = await execa('python3', ['-c', code], { reject: false });
  const hint = `install Python ≥ 3.${OLDEST_PYTHON} with its venv module (Debian and Ubuntu: apt install python3 python3-venv)`;
  if (result.failed) {
    throw new SloError('prerequisite-missing', `python3 is needed to run the real Aragora, and could not be run`, {
      hint,
      cause: result,
    });
  }
  const minor = Number(/^3\.(\d+)\./.exec(result.stdout)?.[1] ?? 0);
  if (minor < OLDEST_PYTHON) {
    throw new SloError(
      'prerequisite-missing',
      `python3 must be ≥ 3.${OLDEST_PYTHON} for Aragora ${ARAGORA_VERSION}, got ${result.stdout}`,
      { hint },
    );
  }
  return result.stdout;
}

async function build(folder: string, onProgress: (line: string) => void): Promise<void> {
  onProgress(`creating a virtual environment in ${folder}`);
  const venv = await execa('python3', ['-m', 'venv', folder], { reject: false, all: true });
  if (venv.failed) {
    throw new SloError('prerequisite-missing', `python3 can't make virtual environments: ${lastLine(venv.all)}`, {
      hint: 'install its venv module (Debian and Ubuntu: apt install python3-venv)',
      cause: venv,
    });
  }
  onProgress(`installing Aragora ${ARAGORA_VERSION} (about 40 MB, usually under a minute)`);
  const logFile = path.join(folder, 'install.log');
  const flags = ['--disable-pip-version-check', '--no-input', '--require-hashes', '--only-binary=:all:'];
  const pip = execa(path.join(folder, 'bin', 'python'), ['-m', 'pip', 'install', ...flags, '-r', LOCK_FILE], {
    reject: false,
    all: true,
    timeout: INSTALL_DEADLINE_MS,
  });
  pip.all.pipe(createWriteStream(logFile));
  const result = await pip;
  if (result.failed) {
    throw new SloError('prerequisite-missing', `pip could not install Aragora: ${lastLine(result.all)}`, {
      hint: `see ${logFile}; the packages come from PyPI unless pip is configured otherwise`,
      cause: result,
    });
  }
  onProgress(`installed Aragora ${ARAGORA_VERSION} in ${(result.durationMs / 1000).toFixed(0)} s`);
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
