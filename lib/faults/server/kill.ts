/** The embedded server's process is killed, and started again at the same address. */
import type { ActiveFault, Ended } from '../../core/server-fault.ts';
import type { RestartableTarget } from '../../embedded/restartable.ts';
import { wordsOf } from './active.ts';

/** @param signal after it the server is not started again: the run is over. */
export async function beginKill(target: RestartableTarget, forMs: number, signal: AbortSignal): Promise<ActiveFault> {
  const pid = target.now.child.pid ?? 0;
  await target.kill();
  const goneAtMs = Date.now();
  let restarting: Promise<Ended> | undefined;
  const restarted = async (): Promise<Ended> => {
    const gone = { kind: 'kill', pid, goneAtMs, again: null } as const;
    if (signal.aborted) return { witness: gone };
    try {
      await target.startAgain();
      const again = { pid: target.now.child.pid ?? 0, atMs: Date.now() };
      return { witness: { ...gone, again } };
    } catch (error) {
      return { witness: gone, stillOn: `the server was not started again: ${wordsOf(error)}` };
    }
  };
  const restart = (): Promise<Ended> => (restarting ??= restarted());
  const timer = setTimeout(() => void restart(), forMs);
  return {
    end: () => {
      clearTimeout(timer);
      return restart();
    },
  };
}
