/** A program of the user's, run without a shell: with a limit, its output in a log, and how it ended in words. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SloError } from '../core/error.ts';
import { Child, type ChildEnd, endText } from './child.ts';

export interface OwnProgram {
  /** With a slash in it a file, else looked up on PATH. */
  readonly file: string;
  readonly args: readonly string[];
  /** Where what it says is appended. */
  readonly logFile: string;
  /** Then it is killed, with all that it started. */
  readonly limitMs: number;
  /** Ends it earlier; absent: nothing does. */
  readonly signal?: AbortSignal | undefined;
}

export interface Ran {
  /** undefined: it did not end in time, and was killed. */
  readonly end: ChildEnd | undefined;
  /** Why it did not go well, in one line; null: it exited with 0. */
  readonly trouble: string | null;
}

const PATIENCE_MS = 2_000;
/** The end of what it said is enough for its last line. */
const READ_BYTES = 64 * 1024;

/** Never throws for what the program does. */
export async function runOwnProgram({ file, args, logFile, limitMs, signal }: OwnProgram): Promise<Ran> {
  const log = openSync(logFile, 'a');
  const from = statSync(logFile).size;
  const child = new Child(file, { args, stdio: ['ignore', log, log], patienceMs: PATIENCE_MS, group: true });
  closeSync(log);
  child.stopOn(signal, () => {});
  const over = new AbortController();
  const late = sleep(limitMs, undefined, { signal: over.signal }).catch(() => undefined);
  const end = await Promise.race([child.exited, late]);
  over.abort();
  if (end === undefined) await child.stop();
  if (end?.exitCode === 0) return { end, trouble: null };
  const how = end === undefined ? `it did not end within ${limitMs / 1000} s, and was killed` : endText(end);
  const last = lastLine(logFile, from);
  return { end, trouble: `${how}${last === '' ? '' : `: ${last}`}` };
}

function lastLine(logFile: string, from: number): string {
  const { size } = statSync(logFile);
  const begin = Math.max(from, size - READ_BYTES);
  const said = Buffer.alloc(size - begin);
  const log = openSync(logFile, 'r');
  try {
    readSync(log, said, 0, said.length, begin);
  } finally {
    closeSync(log);
  }
  return said.toString('utf8').trim().split('\n').at(-1) ?? '';
}

/** @param how it is called, for a hint. @throws SloError `usage` for what can't be run at all. */
export function checkProgram(option: string, file: string, how: string): void {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const places = file.includes('/') ? [file] : folders.map((folder) => join(folder, file));
  const found = places.flatMap((place) => statSync(place, { throwIfNoEntry: false }) ?? []);
  const hint = `it is run without a shell, with two arguments: ${how}`;
  if (found.length === 0) throw new SloError('usage', `${option}: there is no program "${file}"`, { hint });
  if (found.some((one) => one.isFile() && (one.mode & 0o111) !== 0)) return;
  throw new SloError('usage', `${option}: "${file}" can't be run as a program`, { hint: `${hint}; chmod +x` });
}
