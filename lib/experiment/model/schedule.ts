/**
 * Owns when which side is loaded, and after which pairs the answer is looked for. Fixed before the first block, by the seed.
 * Refuses to know what is measured. Pure.
 */
import { Random } from '../../core/random.ts';

/** Fewer pairs have no spread to speak of. */
export const LEAST_PAIRS = 6;
const GROWTH = 1.5;

/** Which side comes first in pair `index` (0 = the first): a fair coin of the seed, so that no rhythm of the machine favours a side. */
export function orderOf(seed: number, index: number): 'ab' | 'ba' {
  return new Random(seed, 'pair', index).uint32() < 2 ** 31 ? 'ab' : 'ba';
}

/** 6, 9, 13 … `mostPairs`: few looks, each half as many pairs again, the last at the end. [] where there are fewer than six pairs. */
export function looksOf(mostPairs: number): number[] {
  if (mostPairs < LEAST_PAIRS) return [];
  const looks: number[] = [];
  for (let pairs = LEAST_PAIRS; pairs * 1.2 < mostPairs; pairs = Math.floor(pairs * GROWTH)) looks.push(pairs);
  return [...looks, mostPairs];
}
