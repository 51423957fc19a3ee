/**
 * The command by which a team breaks its server and heals it again. It is run without a shell, with two arguments: the name of the alert, and
 * `start` or `stop`. Whatever it starts that way, it has to end that way: `stop` runs after each `start`, also after one that failed.
 */
import { SloError } from '../../core/error.ts';
import { checkProgram, runOwnProgram } from '../../process/own-program.ts';
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

/** By this exit code of `start` it says that it has no fault for the alert, and that nothing is to be stopped. */
export const NO_FAULT = 77;
const LIMIT_MS = 60_000;

export function commandFault(rule: string, { file, logFile, signal, limitMs = LIMIT_MS }: FaultCommand): Fault {
  const program = { file, logFile, limitMs };
  const words = (deed: 'start' | 'stop', trouble: string): string => `${file} … ${deed}: ${trouble}`;
  // `start` is ended by the drill's end. `stop` is not: it has to heal the server.
  const stop = async (): Promise<void> => {
    const { trouble } = await runOwnProgram({ ...program, args: [rule, 'stop'] });
    if (trouble === null) return;
    throw new SloError('target-unreachable', `the fault for ${rule} may still be on: ${words('stop', trouble)}`);
  };
  return {
    what: `${file} ${rule} start`,
    effectMs: 0,
    outlivesDrill: true,
    start: async () => {
      const { end, trouble } = await runOwnProgram({ ...program, args: [rule, 'start'], signal });
      if (end?.exitCode === NO_FAULT) return `${file} has no fault for it`;
      if (trouble === null && !signal.aborted) return null;
      await stop();
      signal.throwIfAborted();
      return trouble === null ? null : words('start', trouble);
    },
    stop,
  };
}

/** @throws SloError `usage` for what can't be run at all. */
export function checkCommand(file: string): void {
  checkProgram('--fault-command', file, 'the name of the alert, and "start" or "stop"');
}
