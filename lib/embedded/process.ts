/** Starts the reference target as a separate process, so that it does not share an event loop with the harness. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SloError } from '../core/error.ts';

export interface EmbeddedTarget {
  readonly httpUrl: string;
  readonly wsUrl: string;
  stop(): Promise<void>;
  /** Resolves when its process is gone, for whatever reason. */
  readonly exited: Promise<void>;
}

/** Makes Node run TypeScript. */
const SOURCES = new URL('../../bin/sources.mjs', import.meta.url).href;
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
/** Some 1 s on an idle machine. */
const READY_MS = 60_000;
const STOP_MS = 5_000;

/** @throws SloError when it does not say within its deadline where it listens; its own error is passed on. */
export async function startEmbeddedTarget(args: readonly string[], signal: AbortSignal): Promise<EmbeddedTarget> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, ['--import', SOURCES, MAIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A Ctrl-C at the terminal is for the harness, which ends its children in order.
    detached: true,
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4096);
  });
  const killNow = (): void => {
    child.kill('SIGKILL');
  };
  process.on('exit', killNow);
  const exited = once(child, 'exit').then(
    () => undefined,
    (error: Error) => {
      complaint = error.message;
    },
  );
  void exited.then(() => process.off('exit', killNow));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const deadline = setTimeout(killNow, STOP_MS);
    await exited;
    clearTimeout(deadline);
  };
  const lines = createInterface({ input: child.stdout });
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(READY_MS)]);
  try {
    const [line] = (await Promise.race([once(lines, 'line', { signal: deadline }), exited.then(() => [])])) as [
      string?,
    ];
    if (line === undefined) throw new Error('it ended before it was ready');
    const { httpUrl, wsUrl } = JSON.parse(line) as { httpUrl: string; wsUrl: string };
    return { httpUrl, wsUrl, stop, exited };
  } catch (cause) {
    await stop();
    signal.throwIfAborted();
    const said = complaint.trim().split('\n').at(-1) ?? '';
    throw new SloError(
      'prerequisite-missing',
      `the reference target did not start: ${said || String((cause as Error).message)}`,
      { cause },
    );
  }
}
