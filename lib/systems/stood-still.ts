/** How long clients themselves stood still at times: what they then see comes to them later than it came to their machine. */
import { mostLateness } from '../core/generators.ts';
import type { LoadResult } from '../core/recording.ts';

type Generated = Pick<LoadResult, 'generators'>;

/** µs. Whoever starts an arrival so late may notice an answer so late. One in a hundred starts was later; 0 where none was measured. */
export function stoodStillUsIn({ generators }: Generated): number {
  return mostLateness(generators)?.p99 ?? 0;
}

/** µs. The longest of these times. It may concern a single answer, so it excuses few. */
export function longestStallUsIn({ generators }: Generated): number {
  return mostLateness(generators)?.max ?? 0;
}

/** On a machine that holds its load the median is 1 to 5 ms, beside two endless loops as well. */
const ALWAYS_LATE_US = 10_000;

/**
 * µs by which half of all arrivals started late, where clients waited for their machine all the time; else null. An answer then waits in several
 * queues of that machine, so it may be noticed later than any arrival started: with a median of 140 ms, three answers in ten were later than 99
 * starts of 100 (1.6 s).
 */
export function alwaysLateUsIn({ generators }: Generated): number | null {
  const halfUs = mostLateness(generators)?.p50 ?? 0;
  return halfUs > ALWAYS_LATE_US ? halfUs : null;
}
