/** Builds the load engine with Go, once, however many processes ask for it. */
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SloError } from '../core/error.ts';
import { type CommandResult, interrupted, runCommand } from './command.ts';
import { tryLock } from './lock.ts';
import { stageSources } from './mend.ts';
import { goPlatform, type Platform } from './platform.ts';

/** `-buildvcs` would make the build depend on git. */
export const BUILD_FLAGS = ['-trimpath', '-buildvcs=false', '-ldflags=-s -w'] as const;
/** Only the vendored k6 is patched. */
const VENDORED = '-mod=vendor';
/** How Go reports what it can't fetch: over the network, or from a proxy that answers. */
const NOT_FETCHED = /(?:Get|reading) "?(https?:\/\/[^\s"]+?)"?: (.+)$/m;

export interface BuildOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** What it is built for; default: this machine. */
  readonly platform?: Platform;
}

const POLL_MS = 250;
const PROGRESS_EVERY_MS = 10_000;
const SHOWN_LINES = 12;

/**
 * Makes sure that `target` exists, built from `moduleDir`. A second process that asks meanwhile waits and takes the result; it takes over
 * the lock of a dead process after 10 s. Go's output is kept in `<target>.log`. Throws SloError: `prerequisite-missing` when the build
 * fails, `storage` when the cache can't be written, `interrupted`.
 */
export async function buildEngine(moduleDir: string, target: string, options: BuildOptions): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    const release = await lock(target, options);
    if (release === undefined) return;
    try {
      if (!(await exists(target))) await build(moduleDir, target, options);
    } finally {
      await release();
    }
  } catch (error) {
    if (error instanceof SloError) throw error;
    throw new SloError('storage', `the cache "${dirname(target)}" can't be written: ${(error as Error).message}`, {
      hint: 'set ARAGORA_SLO_CACHE to a directory that can',
      cause: error,
    });
  }
}

/** undefined: another process has built `target` meanwhile. */
async function lock(target: string, { onProgress, signal }: BuildOptions): Promise<(() => Promise<void>) | undefined> {
  for (let isNoted = false; ; isNoted = true) {
    if (signal?.aborted) throw interrupted('the build of the load engine');
    const release = await tryLock(target);
    if (release !== undefined) return release;
    if (!isNoted) onProgress('waiting for another process that is building the load engine');
    await sleep(POLL_MS);
    if (await exists(target)) return undefined;
  }
}

async function build(moduleDir: string, target: string, options: BuildOptions): Promise<void> {
  const { onProgress, signal } = options;
  const startedAtMs = Date.now();
  const unfinished = `${target}.${process.pid}.tmp`;
  const stagingDir = `${target}.${process.pid}.src`;
  let compiled = 0;
  onProgress('building the load engine from engine/ (k6 and its hdr output), once; usually 1 to 2 minutes on 2 cores');
  const reporter = setInterval(() => {
    const elapsedSec = Math.round((Date.now() - startedAtMs) / 1000);
    onProgress(`building the load engine: ${elapsedSec} s, ${compiled} packages compiled`);
  }, PROGRESS_EVERY_MS);
  try {
    const env = await buildEnvironment(options);
    await succeeded(target, stageSources(moduleDir, stagingDir, { env, signal }));
    const compiling = runCommand('go', ['build', '-v', VENDORED, ...BUILD_FLAGS, '-o', unfinished, '.'], {
      cwd: stagingDir,
      env,
      signal,
      onStderr: (chunk) => {
        compiled += chunk.split('\n').filter(isPackageLine).length;
      },
    });
    await succeeded(target, compiling);
    await rename(unfinished, target);
    onProgress(`built the load engine in ${Math.round((Date.now() - startedAtMs) / 1000)} s`);
  } finally {
    clearInterval(reporter);
    await rm(unfinished, { force: true });
    await rm(stagingDir, { recursive: true, force: true });
  }
}

async function succeeded(target: string, running: Promise<CommandResult>): Promise<void> {
  const { exitCode, startError, stderr } = await running;
  await writeFile(`${target}.log`, stderr);
  if (exitCode !== 0) throw buildFailure(startError?.message ?? stderr, `${target}.log`);
}

/**
 * Builds for any machine of the platform, even if the user cross-compiles otherwise, and outside any workspace around the project.
 * Every variable gets a value, because for an empty one Go would use its own config (`go env -w`).
 */
async function buildEnvironment(options: BuildOptions): Promise<NodeJS.ProcessEnv> {
  const machine = { ...(await machineOf(options)), GOAMD64: 'v1', GOARM64: 'v8.0', CGO_ENABLED: '0' };
  return { ...options.env, ...machine, GOFLAGS: '-trimpath', GOWORK: 'off' };
}

/** For this machine, Go knows best what it is: a Node for another architecture may run on it. */
async function machineOf({ env, signal, platform }: BuildOptions): Promise<NodeJS.ProcessEnv> {
  if (platform !== undefined) return goPlatform(platform);
  const host = await runCommand('go', ['env', 'GOHOSTOS', 'GOHOSTARCH'], { env, signal });
  const [os = '', arch = ''] = host.stdout.split('\n');
  return { GOOS: os.trim(), GOARCH: arch.trim() };
}

/** `go build -v` prints each package that it compiles on its own line. */
function isPackageLine(line: string): boolean {
  return /^[\w.~-]+(\/[\w.~-]+)*$/.test(line);
}

/** Lines that report neither compiling nor fetching. */
function isComplaint(line: string): boolean {
  return line.trim() !== '' && !isPackageLine(line) && !line.startsWith('go: downloading ');
}

function buildFailure(said: string, logPath: string): SloError {
  const [, url, why] = NOT_FETCHED.exec(said) ?? [];
  if (url !== undefined) {
    return new SloError('prerequisite-missing', `the load engine can't be built: Go can't fetch ${url}: ${why}`, {
      hint: `Go fetches from where GOPROXY says; all that it says is in ${logPath}; or set ARAGORA_SLO_K6 to a k6 binary`,
    });
  }
  const lines = said.split('\n').filter(isComplaint);
  return new SloError(
    'prerequisite-missing',
    `the load engine can't be built; Go says:\n${lines.slice(-SHOWN_LINES).join('\n')}`,
    {
      hint: `all of it is in ${logPath}; or set ARAGORA_SLO_K6 to a k6 binary`,
    },
  );
}

/** A path that this user can't reach counts as missing; making it then shows why. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
