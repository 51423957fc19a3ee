/** Runs a short command to its end. A non-zero exit code is data, not an error. */
import { EXIT_CODE, SloError } from '../core/error.ts';
import { Child } from '../process/child.ts';

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

/** A compiler that is asked to end may have files to delete. */
const PATIENCE_MS = 10_000;

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
  const child = new Child(file, {
    args,
    env: options.env,
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    patienceMs: PATIENCE_MS,
    group: true,
  });
  child.stopOn(options.signal, () => {});
  let stdout = '';
  let stderr = '';
  child
    .output(1)
    .setEncoding('utf8')
    .on('data', (chunk: string) => {
      stdout += chunk;
    });
  child
    .output(2)
    .setEncoding('utf8')
    .on('data', (chunk: string) => {
      stderr += chunk;
      options.onStderr?.(chunk);
    });
  const { exitCode, startError } = await child.closed;
  if (options.signal?.aborted) {
    await child.stop();
    throw interrupted(file);
  }
  return { exitCode, stdout, stderr, ...(startError === undefined ? {} : { startError }) };
}

export function interrupted(what: string): SloError {
  return new SloError('interrupted', `interrupted while waiting for ${what}`, { exitCode: EXIT_CODE.interrupted });
}
