/** The part of the target's behaviour that can change while it runs: waits, and faults of answers and of debates. */
import { type Behaviour, type DebateFault, type Patch, patched, WAITS, type Wait } from './behaviour.ts';
import type { Clock } from './clock.ts';
import { type DueFault, dueFaults } from './http-faults.ts';
import { parseLaws, type Sampler, sampler } from './laws.ts';
import { picker } from './random.ts';

/** The fault of the next debate, if any. */
export type DueDebateFault = () => DebateFault | undefined;

export interface LiveBehaviour {
  readonly waitMs: (wait: Wait) => number;
  readonly dueFault: DueFault;
  readonly dueDebateFault: DueDebateFault;
  /**
   * From now on it behaves as at its start, with these patches; none, or {}, puts everything right. What a patch says of sockets has no effect.
   * @throws SloError `config-invalid` for a wrong law; nothing has changed then.
   */
  change(...patches: readonly Patch[]): void;
}

export function liveBehaviour(initial: Behaviour, seed: number, clock: Clock): LiveBehaviour {
  let now = carriedOut(initial, seed, clock);
  return {
    waitMs: (wait) => now.waitMs(wait),
    dueFault: (route) => now.dueFault(route),
    dueDebateFault: () => now.dueDebateFault(),
    change: (...patches) => {
      now = carriedOut(patched(initial, patches), seed, clock);
    },
  };
}

function carriedOut(behaviour: Behaviour, seed: number, clock: Clock): Omit<LiveBehaviour, 'change'> {
  return {
    waitMs: waits(behaviour.waits, seed, clock),
    dueFault: dueFaults(behaviour.http, seed),
    dueDebateFault: dueDebateFaults(behaviour.debates, seed),
  };
}

function waits(laws: Behaviour['waits'], seed: number, clock: Clock): (wait: Wait) => number {
  const everywhere = parseLaws(laws.all);
  const samplers = new Map<Wait, Sampler>(
    WAITS.map((wait) => [wait, sampler([...parseLaws(laws[wait]), ...(wait === 'all' ? [] : everywhere)], seed, wait)]),
  );
  return (wait) => samplers.get(wait)?.(clock.nowMs()) ?? 0;
}

function dueDebateFaults(faults: readonly DebateFault[], seed: number): DueDebateFault {
  const armed = faults.map((fault, index) => ({ fault, isDue: picker(fault.pick, seed, `debates/${index}`) }));
  return () => {
    let due: DebateFault | undefined;
    // Each fault counts every debate, also when another fault hits it.
    for (const { fault, isDue } of armed) if (isDue()) due = fault;
    return due;
  };
}
