/**
 * A program of the user's that breaks the server, and puts it right again. It is run without a shell, with two arguments: `begin` or `end`,
 * and the name of the fault. `end` runs after each `begin`, also after one that failed, and at Ctrl-C.
 */
import type { ActiveFault, CommandCall } from '../../core/server-fault.ts';
import { checkProgram, runOwnProgram } from '../../process/own-program.ts';

export interface FaultCommand {
  readonly file: string;
  /** Where what it says is appended. */
  readonly logFile: string;
  /** A call is killed after so long; default 30 s. */
  readonly limitMs?: number;
}

const LIMIT_MS = 30_000;

/** @param signal ends `begin`; nothing but its limit ends `end`. */
export async function beginCommand(name: string, command: FaultCommand, signal: AbortSignal): Promise<ActiveFault> {
  const begin = await called('begin', name, { ...command, signal });
  return {
    end: async () => {
      const end = await called('end', name, command);
      const witness = { kind: 'command', file: command.file, name, begin, end } as const;
      if (end.exitCode === 0) return { witness };
      return { witness, stillOn: `the fault ${name} may still be on: ${command.file} end ${name}: ${end.how}` };
    },
  };
}

async function called(
  deed: 'begin' | 'end',
  name: string,
  { file, logFile, limitMs = LIMIT_MS, signal }: FaultCommand & { readonly signal?: AbortSignal },
): Promise<CommandCall> {
  const beganMs = performance.now();
  const { end, trouble } = await runOwnProgram({ file, args: [deed, name], logFile, limitMs, signal });
  const tookMs = Math.round(performance.now() - beganMs);
  return { exitCode: end?.exitCode ?? null, how: trouble ?? 'it exited with 0', tookMs };
}

/** @throws SloError `usage` for what can't be run at all. */
export function checkFaultCommand(file: string): void {
  checkProgram('--fault-command', file, '"begin" or "end", and the name of the fault');
}
