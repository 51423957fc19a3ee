/**
 * Owns what a difference and its interval are called, and how long runs would have to be to call one that can't be told.
 * Refuses to know where they come from.
 */
import type { PercentileDifference } from '../core/difference.ts';
import { studentQuantile } from './binomial.ts';
import type { Contrast } from './contrast.ts';

type Told = Pick<PercentileDifference, 'verdict' | 'notSlower' | 'secondsToTell' | 'reason'>;

interface Judging {
  readonly smallestMs: number;
  /** Whether such a difference is no chance, all comparisons considered. */
  readonly beyondChance: boolean;
  /** Error that a single call may have, about. */
  readonly perCall: number;
  /** Length of the runs. */
  readonly seconds: number;
}

/** Longer runs than a day are no advice. */
const MOST_SECONDS = 86_400;

/**
 * slower, faster: a difference that is no chance, and at least the smallest that matters. same: the interval lies within the smallest
 * either way. Else it can't be told.
 */
export function judgeContrast(contrast: Contrast, judging: Judging): Told {
  const { difference, lower, upper } = contrast;
  const { smallestMs, beyondChance } = judging;
  if (beyondChance && difference >= smallestMs) return { ...TOLD, verdict: 'slower', notSlower: false };
  const notSlower = upper <= smallestMs;
  if (beyondChance && difference <= -smallestMs) return { ...TOLD, verdict: 'faster', notSlower };
  if (notSlower && lower >= -smallestMs) return { ...TOLD, verdict: 'same', notSlower };
  const reason = Math.abs(difference) >= smallestMs ? 'it may be chance' : 'whether it matters is open';
  return { ...untold(reason, secondsToTell(contrast, judging)), notSlower };
}

const TOLD = { secondsToTell: null, reason: '' } as const;

/** `seconds` that it would take; a length that is no advice, or null, is not told. */
export function untold(reason: string, seconds: number | null): Told {
  const advised = seconds === null || !(seconds <= MOST_SECONDS) ? null : Math.ceil(seconds);
  return { verdict: 'cannot-tell', notSlower: false, secondsToTell: advised, reason };
}

/** An interval narrows with the square root of the time; the difference is taken to stay. */
function secondsToTell({ difference, lower, upper }: Contrast, judging: Judging): number {
  const { smallestMs, perCall, seconds } = judging;
  const size = Math.abs(difference);
  if (size < smallestMs) return seconds * (Math.max(upper - difference, difference - lower) / (smallestMs - size)) ** 2;
  const towardsNone = difference > 0 ? difference - lower : upper - difference;
  const stricter = studentQuantile(1 - perCall / 2, Infinity) / studentQuantile(0.975, Infinity);
  return seconds * Math.max(1, (stricter * towardsNone) / size) ** 2;
}
