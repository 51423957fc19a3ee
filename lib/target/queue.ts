/** The single place where every counted request is served, if the target has a capacity: a queue, first come first served. */

/** Nobody waits longer than this: the request is refused at once, as by a server with a bounded queue. */
const LONGEST_WAIT_MS = 2000;

export interface Queue {
  /** Takes the next place, and returns how long (ms, ≥ 0) until its turn is over; null: refused, and no place taken. */
  enter(nowMs: number): number | null;
}

/** @param perSec requests that it can serve in a second, > 0; undefined: nobody ever waits. */
export function createQueue(perSec: number | undefined): Queue {
  if (perSec === undefined) return { enter: () => 0 };
  const serviceMs = 1000 / perSec;
  let freeAtMs = 0;
  return {
    enter: (nowMs) => {
      const startMs = Math.max(nowMs, freeAtMs);
      if (startMs - nowMs > LONGEST_WAIT_MS) return null;
      freeAtMs = startMs + serviceMs;
      return freeAtMs - nowMs;
    },
  };
}
