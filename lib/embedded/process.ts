/** Starts the reference target as a separate process, so that it does not share an event loop with the harness. */
import { SloError } from '../core/error.ts';
import { within } from '../core/within.ts';
import { Child } from '../process/child.ts';
import { PROGRAM } from './program.ts';

export interface EmbeddedTarget {
  readonly httpUrl: string;
  readonly wsUrl: string;
  stop(): Promise<void>;
  /** Resolves when its process is gone, for whatever reason. */
  readonly exited: Promise<void>;
}

/** Some 1 s on an idle machine. */
const READY_MS = 60_000;
const STOP_MS = 5_000;

/** @throws SloError when it does not say within its deadline where it listens; its own error is passed on. */
export async function startEmbeddedTarget(args: readonly string[], signal: AbortSignal): Promise<EmbeddedTarget> {
  signal.throwIfAborted();
  const child = new Child(process.execPath, {
    args: [...PROGRAM, ...args],
    stdio: ['pipe', 'pipe', 'pipe'],
    patienceMs: STOP_MS,
  });
  let complaint = '';
  child.output(2).on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4096);
  });
  const exited = child.exited.then(({ startError }) => {
    if (startError !== undefined) complaint = startError.message;
  });
  const stop = async (): Promise<void> => {
    await child.stop();
  };
  try {
    const line = await within({ ms: READY_MS, signal }, (soon) => child.firstLine(soon));
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
