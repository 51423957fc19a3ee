/**
 * The command by which a team breaks its server and heals it again. It is run without a shell, with two arguments: the name of the alert, and
 * `start` or `stop`. Whatever it starts that way, it has to end that way: `stop` runs after each `start`, also after one that failed.
 */
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SloError } from '../../core/error.ts';
import { Child, type ChildEnd, endText } from '../../process/child.ts';
import type { Fault } from '../stack.ts';

export interface FaultCommand {
  /** A program; with a slash in it a file, else looked up on PATH. */
  readonly file: string;
  /** Where what it says is appended. */
  readonly logFile: string;
  readonly signal: AbortSignal;
  /** It is killed after so long; default 60 s. */
  readonly limitMs?: number;
}

type Deed = 'start' | 'stop';

/** By this exit code of `start` it says that it has no fault for the alert, and that nothing is to be stopped. */
export const NO_FAULT = 77;
const LIMIT_MS = 60_000;
const PATIENCE_MS = 2_000;

export function commandFault(rule: string, command: FaultCommand): Fault {
  const stop = async (): Promise<void> => {
    const trouble = troubleOf(await run(rule, 'stop', command), 'stop', command);
    if (trouble === null) return;
    throw new SloError('target-unreachable', `the fault for ${rule} may still be on: ${trouble}`);
  };
  return {
    what: `${command.file} ${rule} start`,
    effectMs: 0,
    outlivesDrill: true,
    start: async () => {
      const ended = await run(rule, 'start', command);
      if (ended.end?.exitCode === NO_FAULT) return `${command.file} has no fault for it`;
      const trouble = troubleOf(ended, 'start', command);
      if (trouble === null && !command.signal.aborted) return null;
      await stop();
      command.signal.throwIfAborted();
      return trouble;
    },
    stop,
  };
}

interface Ran {
  /** undefined: it did not end in time, and was killed. */
  readonly end: ChildEnd | undefined;
  /** What it said, of all that is in the log. */
  readonly said: string;
}

/** `start` is ended by the drill's end. `stop` is not: it has to heal the server. */
async function run(
  rule: string,
  deed: Deed,
  { file, logFile, signal, limitMs = LIMIT_MS }: FaultCommand,
): Promise<Ran> {
  const log = openSync(logFile, 'a');
  const from = statSync(logFile).size;
  const child = new Child(file, {
    args: [rule, deed],
    stdio: ['ignore', log, log],
    patienceMs: PATIENCE_MS,
    group: true,
  });
  closeSync(log);
  if (deed === 'start') child.stopOn(signal, () => {});
  const over = new AbortController();
  const late = sleep(limitMs, undefined, { signal: over.signal }).catch(() => undefined);
  const end = await Promise.race([child.exited, late]);
  over.abort();
  if (end === undefined) await child.stop();
  return { end, said: readFileSync(logFile).subarray(from).toString('utf8').trim() };
}

/** null when it went well. */
function troubleOf({ end, said }: Ran, deed: Deed, { file, limitMs = LIMIT_MS }: FaultCommand): string | null {
  if (end?.exitCode === 0) return null;
  const how = end === undefined ? `it did not end within ${limitMs / 1000} s, and was killed` : endText(end);
  const last = said.split('\n').at(-1) ?? '';
  return `${file} … ${deed}: ${how}${last === '' ? '' : `: ${last}`}`;
}

/** @throws SloError `usage` for what can't be run at all. */
export function checkCommand(file: string): void {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const places = file.includes('/') ? [file] : folders.map((folder) => join(folder, file));
  const found = places.flatMap((place) => statSync(place, { throwIfNoEntry: false }) ?? []);
  const hint = 'it is run without a shell, with two arguments: the name of the alert, and "start" or "stop"';
  if (found.length === 0) throw new SloError('usage', `--fault-command: there is no program "${file}"`, { hint });
  if (found.some((one) => one.isFile() && (one.mode & 0o111) !== 0)) return;
  throw new SloError('usage', `--fault-command: "${file}" can't be run as a program`, { hint: `${hint}; chmod +x` });
}
