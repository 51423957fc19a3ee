/**
 * Whether the times that a server gives go on as the client's own clock does. The two clocks may be apart, by any time: what is compared is
 * how far they are apart, by each time that is given. Pure; it remembers how far.
 */
import type { SampleOutcome } from '../../lib/core/sample-outcome.ts';

/** Clocks that are set during the load, and several servers with clocks of their own. */
const SLACK_MS = 5000;
/** Further from the client's clock than this, a number is no time of day, but for example the time since a start. */
const TIME_OF_DAY_MS = 10 * 365 * 86_400_000;
/** From here on a number of seconds would lie in the year 5138, so it is of milliseconds. */
const LEAST_MS = 1e11;

/** A time that a server gave, and when it can have been taken, by the client's clock. */
export interface GivenTime {
  readonly serverMs: number;
  readonly earliestMs: number;
  readonly latestMs: number;
}

export class ServerTimes {
  /** So much is the server's clock before the client's, at least and at most. */
  #leastMs = Number.NEGATIVE_INFINITY;
  #mostMs = Number.POSITIVE_INFINITY;
  #seen = 0;

  /** What is wrong with a time; undefined when nothing is. */
  problem({ serverMs, earliestMs, latestMs }: GivenTime): SampleOutcome | undefined {
    if (!(Math.abs(serverMs - latestMs) < TIME_OF_DAY_MS)) return undefined;
    const own = { leastMs: serverMs - latestMs, mostMs: serverMs - earliestMs };
    const leastMs = Math.max(this.#leastMs, own.leastMs);
    const mostMs = Math.min(this.#mostMs, own.mostMs);
    const isContradicted = leastMs > mostMs + SLACK_MS;
    if (!isContradicted) this.#learn({ leastMs, mostMs });
    // Of two times either may be wrong; from then on the second one counts.
    else if (this.#seen === 1) this.#learn(own);
    return isContradicted ? 'time-contradicted' : undefined;
  }

  #learn({ leastMs, mostMs }: { readonly leastMs: number; readonly mostMs: number }): void {
    this.#leastMs = leastMs;
    this.#mostMs = mostMs;
    this.#seen += 1;
  }
}

/** Unix ms of a time as servers write it: seconds or milliseconds since 1970, or a date with its time. NaN: it is none. */
export function timeOf(value: unknown): number {
  if (typeof value === 'number') return value < LEAST_MS ? value * 1000 : value;
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value) ? Date.parse(value) : Number.NaN;
}
