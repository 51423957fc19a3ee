/** Runs a short command to its end. A non-zero exit code is data, not an error. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { EXIT_CODE, SloError } from '../core/error.ts';

export interface CommandResult {
  /** null when a signal ended it, or it never started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it could not be started, for example because it does not exist. */
  readonly startError?: NodeJS.ErrnoException;
}

export interface CommandOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
  /** Receives stderr as it comes. */
  readonly onStderr?: (chunk: string) => void;
}

/**
 * Runs `file` (found on `env.PATH`) without a shell and without stdin, in its own process group, so that an abort also ends its children.
 * Throws SloError `interrupted` when `signal` aborts, after the command has ended.
 */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  if (options.signal?.aborted) throw interrupted(file);
  const child = start(file, args, options);
  if (child instanceof Error) return { exitCode: null, stdout: '', stderr: '', startError: child };
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    options.onStderr?.(chunk);
  });
  const kill = (): void => killGroup(child);
  const killNow = (): void => killGroup(child, 'SIGKILL');
  options.signal?.addEventListener('abort', kill, { once: true });
  process.on('exit', killNow);
  try {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    if (options.signal?.aborted) throw interrupted(file);
    return { exitCode, stdout, stderr };
  } catch (error) {
    if (error instanceof SloError) throw error;
    return { exitCode: null, stdout, stderr, startError: error as NodeJS.ErrnoException };
  } finally {
    options.signal?.removeEventListener('abort', kill);
    process.off('exit', killNow);
  }
}

/** Some reasons for not starting are thrown at once (the file is being written, the environment is too large); others come as an event. */
function start(file: string, args: readonly string[], { env, cwd }: CommandOptions) {
  try {
    return spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, signal);
  } catch (error) {
    // It ended just now.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export function interrupted(what: string): SloError {
  return new SloError('interrupted', `interrupted while waiting for ${what}`, { exitCode: EXIT_CODE.interrupted });
}
