/** What the reference target's own process does to itself when it is ordered to: its thread is busy, it holds memory, its clock is wrong. */
import { setTimeout as sleep } from 'node:timers/promises';

/** All of it at once: what an order leaves out ends. */
export interface PressureOrder {
  /** So much of the time its thread is busy, 0 to 100. */
  readonly cpuPercent?: number;
  /** Memory that it holds besides. */
  readonly memoryBytes?: number;
  /** How far its clock is ahead of the machine's; negative: behind. */
  readonly clockMs?: number;
}

/** Whether anything of it is more than nothing. */
export function isPressure({ cpuPercent = 0, memoryBytes = 0, clockMs = 0 }: PressureOrder): boolean {
  return cpuPercent !== 0 || memoryBytes !== 0 || clockMs !== 0;
}

export interface PressureAnswer {
  /** Time for which its thread was busy by order, since it started. */
  readonly burntMs: number;
  readonly heldBytes: number;
  /** By its own clock, Unix. */
  readonly nowMs: number;
}

const TURN_MS = 50;
const MOST_MS = 2 * TURN_MS;
const CHUNK_BYTES = 8 * 1024 * 1024;

export class Pressure {
  #cpuShare = 0;
  #burntMs = 0;
  #turns: NodeJS.Timeout | undefined;
  #held: Buffer[] = [];

  /** Resolves when it is carried out. */
  async obey({ cpuPercent = 0, memoryBytes = 0, clockMs = 0 }: PressureOrder): Promise<PressureAnswer> {
    stepClock(clockMs);
    await this.#hold(memoryBytes);
    this.#burn(cpuPercent / 100);
    const heldBytes = this.#held.reduce((sum, { length }) => sum + length, 0);
    return { burntMs: this.#burntMs, heldBytes, nowMs: Date.now() };
  }

  /** Piece by piece, so that requests are answered in between. */
  async #hold(bytes: number): Promise<void> {
    const chunks = Math.ceil(bytes / CHUNK_BYTES);
    if (this.#held.length > chunks) this.#held = this.#held.slice(0, chunks);
    while (this.#held.length < chunks) {
      // What is never written to takes no memory.
      this.#held.push(Buffer.alloc(CHUNK_BYTES, 1));
      await sleep(1);
    }
  }

  #burn(share: number): void {
    if (share === this.#cpuShare) return;
    clearInterval(this.#turns);
    this.#cpuShare = share;
    if (share === 0) return;
    let lastMs = performance.now();
    this.#turns = setInterval(() => {
      const nowMs = performance.now();
      // Requests are answered between two turns, so none is long, also where the machine was busy with others.
      const ms = Math.min(nowMs - lastMs, MOST_MS) * share;
      lastMs = nowMs;
      while (performance.now() < nowMs + ms);
      this.#burntMs += performance.now() - nowMs;
    }, TURN_MS);
  }
}

const RealDate = globalThis.Date;

/** For this process alone. Durations are measured by another clock, as everywhere. */
function stepClock(byMs: number): void {
  const nowMs = (): number => RealDate.now() + byMs;
  const stepped = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [nowMs()] : args, newTarget),
    get: (target, key) => (key === 'now' ? nowMs : Reflect.get(target, key)),
  });
  globalThis.Date = byMs === 0 ? RealDate : stepped;
}
