/** Starts the reference target as a separate process, so that it does not share an event loop with the harness. */
import { createInterface } from 'node:readline';
import { SloError } from '../core/error.ts';
import { within } from '../core/within.ts';
import { Child } from '../process/child.ts';
import type { PressureAnswer, PressureOrder } from './pressure.ts';
import { PROGRAM } from './program.ts';

export interface EmbeddedTarget {
  readonly httpUrl: string;
  readonly wsUrl: string;
  stop(): Promise<void>;
  /** Resolves when its process is gone, for whatever reason. */
  readonly exited: Promise<void>;
  readonly child: Child;
  /** One at a time. Throws when there is no answer in time. */
  order(order: PressureOrder): Promise<PressureAnswer>;
}

/** Some 1 s on an idle machine. */
const READY_MS = 60_000;
const STOP_MS = 5_000;
/** It may be busy, or have gigabytes to fill. */
const ANSWER_MS = 30_000;

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
    // One that a fault made stand still hears of its end only when it goes on.
    child.resume();
    await child.stop();
  };
  const lines = createInterface({ input: child.output(1) })[Symbol.asyncIterator]();
  const order = async (what: PressureOrder): Promise<PressureAnswer> => {
    child.write(`${JSON.stringify(what)}\n`);
    return (await nextOf(lines, { ms: ANSWER_MS, signal })) as PressureAnswer;
  };
  try {
    const { httpUrl, wsUrl } = (await nextOf(lines, { ms: READY_MS, signal })) as { httpUrl: string; wsUrl: string };
    return { httpUrl, wsUrl, stop, exited, child, order };
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

/** The next line, read as JSON. Throws the signal's reason, and when there is none in time. */
async function nextOf(
  lines: AsyncIterator<string>,
  patience: { readonly ms: number; readonly signal: AbortSignal },
): Promise<unknown> {
  return within(patience, async (soon) => {
    soon.throwIfAborted();
    const late = new Promise<never>((_, reject) => {
      soon.addEventListener('abort', () => reject(soon.reason), { once: true });
    });
    const { done, value } = await Promise.race([lines.next(), late]);
    if (done) throw new Error('it ended before it answered');
    return JSON.parse(value);
  });
}
