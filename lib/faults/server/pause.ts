/** The embedded server's process stands still, and goes on. */
import type { ActiveFault, Ended } from '../../core/server-fault.ts';
import type { RestartableTarget } from '../../embedded/restartable.ts';
import { Child, endText } from '../../process/child.ts';
import { statOf } from '../../process/stat.ts';
import { polled } from './active.ts';

const STOPPED = 'T';
/** A process stops at once, unless it waits for a disk. */
const SOON_MS = 2_000;

/**
 * Lets the process go on when the harness is gone, however it ended: then its stdin ends. Otherwise the process would stand still for ever, and
 * never notice that it is alone.
 */
const GUARD = 'read -r _; kill -s CONT "$1"';

function guardOf(pid: number): Child {
  const stdio = ['pipe', 'ignore', 'ignore'] as const;
  return new Child('/bin/sh', { args: ['-c', GUARD, 'sh', `${pid}`], stdio: [...stdio], patienceMs: SOON_MS });
}

export async function beginPause(target: RestartableTarget, forMs: number): Promise<ActiveFault> {
  const { child } = target.now;
  const pid = child.pid ?? 0;
  const state = async (): Promise<string> => (await statOf(pid))?.state ?? 'gone';
  const guard = guardOf(pid);
  if (guard.pid === undefined) throw new Error(endText(await guard.exited));
  child.pause();
  const first = await polled(state, (its) => its === STOPPED, SOON_MS);
  const stoppedAtMs = Date.now();
  let continuing: Promise<Ended> | undefined;
  const continued = async (): Promise<Ended> => {
    const last = await state();
    child.resume();
    const continuedAtMs = Date.now();
    const after = await polled(state, (its) => its !== STOPPED, SOON_MS);
    await guard.stop();
    const witness = { kind: 'pause', pid, stoppedAtMs, continuedAtMs, states: [first, last, after] } as const;
    return { witness, ...(after === STOPPED && { stillOn: `process ${pid} does not go on` }) };
  };
  const resume = (): Promise<Ended> => (continuing ??= continued());
  const timer = setTimeout(() => void resume(), forMs);
  return {
    end: () => {
      clearTimeout(timer);
      return resume();
    },
  };
}
