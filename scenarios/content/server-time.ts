/**
 * Whether the times that a server gives go on as the client's own clock does. The two clocks may be apart, by any time: what is compared is
 * how far they are apart, by each time that is given. Pure; it remembers how far.
 */
import { isoTime } from '../../lib/core/iso-time.ts';
import type { SampleOutcome } from '../../lib/core/sample-outcome.ts';

/** Clocks that are set during the load, and several servers with clocks of their own. */
const SLACK_MS = 5000;
/** Further from the client's clock than this, a number is no time of day, but for example the time since a start. */
const TIME_OF_DAY_MS = 10 * 365 * 86_400_000;
/** From here on a number of seconds would lie in the year 5138, so it is of milliseconds. */
export const LEAST_MS = 1e11;

/** A time that a server gave, and when it can have been taken, by the client's clock. */
export interface GivenTime {
  readonly serverMs: number;
  readonly earliestMs: number;
  readonly latestMs: number;
}

/** So much is the server's clock before the client's, at least and at most. */
interface Apart {
  readonly leastMs: number;
  readonly mostMs: number;
}

export class ServerTimes {
  #known: Apart | undefined;
  /** How many times have shown it. */
  #seen = 0;
  /** By the last time that did not fit. */
  #other: Apart | undefined;

  /** What is wrong with a time; undefined when nothing is. */
  problem({ serverMs, earliestMs, latestMs }: GivenTime): SampleOutcome | undefined {
    if (!(Math.abs(serverMs - latestMs) < TIME_OF_DAY_MS)) return undefined;
    const own = { leastMs: serverMs - latestMs, mostMs: serverMs - earliestMs };
    let both = together(own, this.#known);
    // Of two times either may be wrong: the third one decides.
    if (both === undefined && this.#seen === 1 && this.#other !== undefined) both = together(own, this.#other);
    if (both === undefined) {
      this.#other = own;
      return 'time-contradicted';
    }
    this.#known = both;
    this.#other = undefined;
    this.#seen += 1;
    return undefined;
  }
}

/** undefined: they contradict each other. */
function together(one: Apart, other: Apart | undefined): Apart | undefined {
  const leastMs = Math.max(one.leastMs, other?.leastMs ?? Number.NEGATIVE_INFINITY);
  const mostMs = Math.min(one.mostMs, other?.mostMs ?? Number.POSITIVE_INFINITY);
  return leastMs > mostMs + SLACK_MS ? undefined : { leastMs, mostMs };
}

/** A time as a server wrote it. */
export interface Moment {
  /** Unix ms; NaN: it is none. */
  readonly atMs: number;
  /** Whether it says from where it counts. A time without a zone may be of the server's own place, hours from its header `Date`. */
  readonly isSure: boolean;
}

const DATE_AND_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;
/** As long as a time in UTC is in its usual form, `2026-11-28T12:00:00.000Z`. */
const USUAL_CHARS = 24;

/** Of seconds or milliseconds since 1970, or a date with its time. */
export function momentOf(value: unknown): Moment {
  if (typeof value === 'number') return { atMs: value < LEAST_MS ? value * 1000 : value, isSure: true };
  if (typeof value !== 'string' || !DATE_AND_TIME.test(value)) return { atMs: Number.NaN, isSure: false };
  // The usual form first: each answer about health has one, and the engine of k6 takes ten times as long for the others.
  const usualMs = value.length <= USUAL_CHARS && value.endsWith('Z') ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(usualMs)) return { atMs: usualMs, isSure: true };
  const sureMs = isoTime(value)?.atMs ?? null;
  return { atMs: sureMs ?? Date.parse(value), isSure: sureMs !== null };
}
