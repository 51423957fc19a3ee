/** Several generators that make one load: where one of them does not come to its end, the others are ended too. */
import { setMaxListeners } from 'node:events';
import type { LoadReason } from '../core/recording.ts';

export interface StartableGenerator {
  readonly id: string;
  /** Runs it to its end, or until the signal is aborted. */
  run(signal: AbortSignal): Promise<LoadReason>;
}

/**
 * Starts all at once, and waits for all. The reason is that of the first one that failed; `interrupted` and `decided-early` come to all of
 * them alike, so they name none.
 * @throws what a generator throws, once all have ended.
 */
export async function loadTogether(
  generators: readonly StartableGenerator[],
  signal: AbortSignal,
): Promise<LoadReason> {
  const ended: LoadReason[] = [];
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  // Each of them listens, and Node would take more than ten for a leak.
  setMaxListeners(0, either);
  const all = generators.map(async ({ id, run }) => {
    try {
      const reason = await run(either);
      ended.push(generators.length === 1 ? reason : named(reason, id));
      if (isFailure(reason)) failure.abort('another generator ended');
    } catch (error) {
      failure.abort('another generator failed');
      throw error;
    }
  });
  const thrown = (await Promise.allSettled(all)).find((one) => one.status === 'rejected');
  if (thrown !== undefined) throw thrown.reason;
  return ended.find(isFailure) ?? ended.find(({ kind }) => kind === 'decided-early') ?? { kind: 'finished' };
}

function isFailure({ kind }: LoadReason): boolean {
  return kind !== 'finished' && kind !== 'decided-early';
}

function named(reason: LoadReason, generator: string): LoadReason {
  return isFailure(reason) && reason.kind !== 'interrupted' ? { ...reason, generator } : reason;
}
