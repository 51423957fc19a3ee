/** Starts a stack that outlives the command: a process of its own holds it, and the command shows what that one says until all of it runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SloError } from '../core/error.ts';
import { makeFolder } from '../record/index.ts';
import { readState, type StackState } from './state.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/aragora-slo.mjs', import.meta.url));
const LOOK_EVERY_MS = 100;

export interface BackgroundRequest {
  readonly dir: string;
  /** What follows `aragora-slo`. */
  readonly words: readonly string[];
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Resolves once it is up. @throws SloError with what it said last when it ends before, and the signal's reason, once it has ended. */
export async function startInBackground({ dir, words, onProgress, signal }: BackgroundRequest): Promise<StackState> {
  makeFolder(dir);
  const log = join(dir, 'stack.log');
  rmSync(log, { force: true });
  const output = openSync(log, 'a');
  const child = spawn(process.execPath, [PROGRAM, ...words], { detached: true, stdio: ['ignore', 'ignore', output] });
  closeSync(output);
  const ended = endOf(child);
  const said = new Said(log, onProgress);
  for (;;) {
    const isOver = await Promise.race([ended, sleep(LOOK_EVERY_MS).then(() => null)]);
    said.showMore();
    if (isOver !== null) throw failure(said.lines, log);
    if (signal.aborted) {
      child.kill('SIGINT');
      await ended;
      signal.throwIfAborted();
    }
    const state = readState(dir);
    if (state?.process.pid === child.pid && state?.phase === 'up') {
      child.unref();
      return state;
    }
  }
}

function endOf(child: ChildProcess): Promise<'ended'> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve('ended'));
    child.once('error', () => resolve('ended'));
  });
}

/** Its error, with the lines after it: they are a hint, or the end of a part's log. */
function failure(lines: readonly string[], log: string): SloError {
  const at = lines.findLastIndex((line) => line.startsWith('error: '));
  const [first = 'the stack ended before it was up', ...hints] = at === -1 ? [] : lines.slice(at);
  const hint = hints.map((line) => line.trim()).filter((line) => line !== '');
  return new SloError('prerequisite-missing', first.replace(/^error: /, ''), {
    hint: hint.length > 0 ? hint.join('\n  ') : `all that it said is in ${log}`,
  });
}

/** What the process says, line by line, but for its error: that is this command's own. */
class Said {
  readonly #path: string;
  readonly #onProgress: (line: string) => void;
  lines: readonly string[] = [];

  constructor(path: string, onProgress: (line: string) => void) {
    this.#path = path;
    this.#onProgress = onProgress;
  }

  showMore(): void {
    const before = this.lines.length;
    const text = readFileSync(this.#path, 'utf8');
    this.lines = text.split('\n').slice(0, -1);
    const error = this.lines.findIndex((line) => line.startsWith('error: '));
    for (const line of this.lines.slice(before, error === -1 ? undefined : error)) this.#onProgress(line);
  }
}
