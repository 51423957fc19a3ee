/** How long clients themselves stood still at times: what they then see comes to them later than it came to their machine. */
import { mostLateness } from '../core/generators.ts';
import type { LoadResult } from '../core/recording.ts';

/** Whoever starts an arrival so late may notice an answer so late. One in a hundred starts was later; 0 where none was measured. */
export function stoodStillUsIn({ generators }: Pick<LoadResult, 'generators'>): number {
  return mostLateness(generators)?.p99 ?? 0;
}

/** The longest of these times. It may concern a single answer, so it excuses few. */
export function longestStallUsIn({ generators }: Pick<LoadResult, 'generators'>): number {
  return mostLateness(generators)?.max ?? 0;
}
