/**
 * Owns the one place that every counted request is served at, where the target has a capacity: a queue, first come first served.
 * Refuses to know requests.
 */

/** Longer than this nobody waits: the request is refused at once, as a server with a bounded queue does. */
const LONGEST_WAIT_MS = 2000;

export interface Queue {
  /** Takes the next place, and says how long (ms, ≥ 0) until its turn is over; null: refused, and no place taken. */
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
