/** Which side is loaded when, and after which pairs the result is looked at. The seed fixes it before the first block. Pure. */
import { Random } from '../../core/random.ts';

/** Fewer pairs don't show a spread. */
export const LEAST_PAIRS = 6;
const GROWTH = 1.5;

/** Which side comes first in pair `index` (0 = the first). The seed tosses a fair coin, so no rhythm of the machine favours a side. */
export function orderOf(seed: number, index: number): 'ab' | 'ba' {
  return new Random(seed, 'pair', index).uint32() < 2 ** 31 ? 'ab' : 'ba';
}

/** 6, 9, 13 … `mostPairs`: few looks, each after half as many pairs more, the last at the end. [] for fewer than six pairs. */
export function looksOf(mostPairs: number): number[] {
  if (mostPairs < LEAST_PAIRS) return [];
  const looks: number[] = [];
  for (let pairs = LEAST_PAIRS; pairs * 1.2 < mostPairs; pairs = Math.floor(pairs * GROWTH)) looks.push(pairs);
  return [...looks, mostPairs];
}
