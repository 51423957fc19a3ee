/** The verdict on a difference and its interval, and how long runs would have to be to decide one that can't be decided yet. */
import type { PercentileDifference } from '../core/difference.ts';
import { studentQuantile } from './binomial.ts';
import type { Contrast } from './contrast.ts';

type Judgement = Pick<PercentileDifference, 'verdict' | 'notSlower' | 'secondsToTell' | 'reason'>;

interface Judging {
  readonly smallestMs: number;
  /** Whether the difference is more than chance, all comparisons considered. */
  readonly beyondChance: boolean;
  /** The error that a single comparison may have, approximately. */
  readonly perCall: number;
  /** Length of the runs. */
  readonly seconds: number;
}

/** A run longer than a day is no useful advice. */
const MOST_SECONDS = 86_400;

/**
 * slower, faster: the difference is more than chance, and at least the smallest that matters. same: the interval lies within ± the
 * smallest. Otherwise it can't be decided.
 */
export function judgeContrast(contrast: Contrast, judging: Judging): Judgement {
  const { difference, lower, upper } = contrast;
  const { smallestMs, beyondChance } = judging;
  if (beyondChance && difference >= smallestMs) return { ...DECIDED, verdict: 'slower', notSlower: false };
  const notSlower = upper <= smallestMs;
  if (beyondChance && difference <= -smallestMs) return { ...DECIDED, verdict: 'faster', notSlower };
  if (notSlower && lower >= -smallestMs) return { ...DECIDED, verdict: 'same', notSlower };
  const reason = Math.abs(difference) >= smallestMs ? 'it may be chance' : 'it is unknown whether it matters';
  return { ...undecided(reason, secondsToTell(contrast, judging)), notSlower };
}

const DECIDED = { secondsToTell: null, reason: '' } as const;

/** `seconds` is the length that would decide it. A length that is no useful advice is left out, like null. */
export function undecided(reason: string, seconds: number | null): Judgement {
  const advised = seconds === null || !(seconds <= MOST_SECONDS) ? null : Math.ceil(seconds);
  return { verdict: 'cannot-tell', notSlower: false, secondsToTell: advised, reason };
}

/** An interval narrows with the square root of the time. The difference is assumed to stay. */
function secondsToTell({ difference, lower, upper }: Contrast, judging: Judging): number {
  const { smallestMs, perCall, seconds } = judging;
  const size = Math.abs(difference);
  if (size < smallestMs) return seconds * (Math.max(upper - difference, difference - lower) / (smallestMs - size)) ** 2;
  const towardsNone = difference > 0 ? difference - lower : upper - difference;
  const stricter = studentQuantile(1 - perCall / 2, Infinity) / studentQuantile(0.975, Infinity);
  return seconds * Math.max(1, (stricter * towardsNone) / size) ** 2;
}
