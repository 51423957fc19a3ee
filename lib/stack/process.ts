/** The life of one part of the stack: free ports, its own data folder, readiness, and an end that leaves nothing running. */
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SloError } from '../core/error.ts';
import { within } from '../core/within.ts';
import { Child, endText } from '../process/child.ts';

export const HOST = '127.0.0.1';
const POLL_MS = 50;
const TERM_DEADLINE_MS = 15_000;
const CONDITION_MS = 90_000;
const ANSWER_MS = 5_000;
const SHOWN_LINES = 20;

export interface Backend {
  /** URL of its API, without a slash at the end. */
  readonly url: string;
  /** undefined: it could not be started. */
  readonly pid: number | undefined;
  /** Resolves when it has ended, for whatever reason: how. */
  readonly exited: Promise<string>;
  /** SIGTERM, then SIGKILL; resolves when it has ended and its data is deleted. May be called again. */
  stop(): Promise<void>;
}

export interface Launch {
  readonly name: string;
  readonly url: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Its data and configuration; deleted by `stop`. */
  readonly folder: string;
  /** Where what it says is appended; default: a file in `folder`. */
  readonly logFile?: string | undefined;
  /** Path below `url` that answers 200 once it can be used; or whether it can be used, for what is no HTTP server. */
  readonly readyPath: string | (() => Promise<boolean>);
  readonly readyWithinMs: number;
  /** Ends the wait, and the program. */
  readonly signal?: AbortSignal | undefined;
}

export function temporaryFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `aragora-slo-${name}-`));
}

/** Resolves once it answers. Rejects with the end of its log when it exits or is not ready in time, and with the signal's reason. */
export async function launch({ name, url, file, args, env, folder, ...rest }: Launch): Promise<Backend> {
  const { logFile = join(folder, `${name}.log`), signal, ...ready } = rest;
  const log = openSync(logFile, 'a');
  const environment = { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder, ...env };
  const child = new Child(file, {
    args,
    cwd: folder,
    env: environment,
    stdio: ['ignore', log, log],
    patienceMs: TERM_DEADLINE_MS,
  });
  closeSync(log);
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const exited = child.exited.then(endText);
  const backend = { url, pid: child.pid, exited, stop: () => (stopping ??= stop()) };
  const isWaitedFor = (): boolean => child.end === undefined && signal?.aborted !== true;
  const problem = await Promise.race([exited, untilReady(url, ready, isWaitedFor)]);
  if (signal?.aborted) await backend.stop();
  signal?.throwIfAborted();
  if (problem === null) return backend;
  const tail = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
  await backend.stop();
  throw new SloError('prerequisite-missing', `${name} did not become ready: ${problem}\n${tail}`);
}

/** null when it is ready. */
async function untilReady(
  url: string,
  { readyPath, readyWithinMs }: Pick<Launch, 'readyPath' | 'readyWithinMs'>,
  isWaitedFor: () => boolean,
): Promise<string | null> {
  const isReady = typeof readyPath === 'string' ? () => answers(url + readyPath) : readyPath;
  const deadlineMs = Date.now() + readyWithinMs;
  while (isWaitedFor() && Date.now() < deadlineMs) {
    if (await isReady()) return null;
    await sleep(POLL_MS);
  }
  const what = typeof readyPath === 'string' ? `GET ${url}${readyPath} did not answer 200` : `${url} did not answer`;
  return `${what} within ${readyWithinMs / 1000} s`;
}

function answers(url: string): Promise<boolean> {
  const asked = within({ ms: ANSWER_MS }, async (signal) => {
    const response = await fetch(url, { signal });
    await response.arrayBuffer();
    return response.status === 200;
  });
  // Nothing listens yet, or it has no time yet.
  return asked.catch(() => false);
}

/** Resolves once `holds` returns true. Rejects with `what` when it does not within 90 s. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + CONDITION_MS;
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error(`not ${what} within ${CONDITION_MS / 1000} s`);
    await sleep(POLL_MS);
  }
}
