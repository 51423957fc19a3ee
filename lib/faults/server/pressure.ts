/** What the embedded server's process does to itself by order: its thread is busy, it holds memory, its clock is wrong. Seen from outside where that can be. */
import type { ActiveFault, Ended, ServerFault } from '../../core/server-fault.ts';
import type { PressureAnswer, PressureOrder } from '../../embedded/pressure.ts';
import type { RestartableTarget } from '../../embedded/restartable.ts';
import { memoryOf, statOf } from '../../process/stat.ts';
import { neverBegun, wordsOf } from './active.ts';

type PressureFault = Extract<ServerFault, { kind: 'cpu' | 'memory' | 'clock' }>;

/** What is ordered of one process: an order says all of it. */
export class Orders {
  readonly #target: RestartableTarget;
  #now: PressureOrder = {};

  constructor(target: RestartableTarget) {
    this.#target = target;
  }

  get pid(): number {
    return this.#target.now.child.pid ?? 0;
  }

  give(change: PressureOrder): Promise<PressureAnswer> {
    this.#now = { ...this.#now, ...change };
    return this.#target.now.order(this.#now);
  }
}

export async function beginPressure(fault: PressureFault, orders: Orders): Promise<ActiveFault> {
  try {
    const end = await begun(fault, orders);
    return { end: () => end().catch((error: unknown) => notEnded(fault, error)) };
  } catch (error) {
    return neverBegun(`${fault.kind}: ${wordsOf(error)}`);
  }
}

function notEnded({ kind }: PressureFault, error: unknown): Ended {
  const stillOn = `${kind} may still be on: ${wordsOf(error)}`;
  return { witness: { kind: 'trouble', why: stillOn }, stillOn };
}

function begun(fault: PressureFault, orders: Orders): Promise<() => Promise<Ended>> {
  switch (fault.kind) {
    case 'cpu':
      return beginCpu(fault.percent, orders);
    case 'memory':
      return beginMemory(fault.bytes, orders);
    case 'clock':
      return beginClock(fault.stepMs, orders);
    default:
      throw new Error(`${JSON.stringify(fault satisfies never)} is no pressure`);
  }
}

async function beginCpu(percent: number, orders: Orders): Promise<() => Promise<Ended>> {
  const { pid } = orders;
  const usedBy = async (): Promise<number> => (await statOf(pid))?.cpuMs ?? 0;
  const { burntMs } = await orders.give({ cpuPercent: percent });
  const [beganMs, before] = [performance.now(), await usedBy()];
  return async () => {
    const [forMs, after] = [performance.now() - beganMs, await usedBy()];
    const answer = await orders.give({ cpuPercent: 0 });
    const spent = { forMs, burntMs: answer.burntMs - burntMs, usedMs: after - before };
    return { witness: { kind: 'cpu', pid, ...spent } };
  };
}

async function beginMemory(bytes: number, orders: Orders): Promise<() => Promise<Ended>> {
  const { pid } = orders;
  const held = async (): Promise<number> => (await memoryOf(pid)) ?? 0;
  const beforeBytes = await held();
  await orders.give({ memoryBytes: bytes });
  const first = await held();
  return async () => {
    const heldBytes = Math.min(first, await held());
    await orders.give({ memoryBytes: 0 });
    return { witness: { kind: 'memory', pid, beforeBytes, heldBytes } };
  };
}

async function beginClock(stepMs: number, orders: Orders): Promise<() => Promise<Ended>> {
  const { pid } = orders;
  const ahead = async (clockMs: number): Promise<number> => {
    const askedAtMs = Date.now();
    const { nowMs } = await orders.give({ clockMs });
    return Math.round(nowMs - (askedAtMs + Date.now()) / 2);
  };
  const [before, during] = [await ahead(0), await ahead(stepMs)];
  return async () => {
    const aheadMs = [before, during, await ahead(stepMs), await ahead(0)] as const;
    return { witness: { kind: 'clock', pid, aheadMs } };
  };
}
