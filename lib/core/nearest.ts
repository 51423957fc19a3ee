/** "Did you mean": the legal name closest to a wrong one. */
import { closest, distance } from 'fastest-levenshtein';

/** The legal name nearest to `word` by edit distance; undefined when none is similar enough. */
export function nearest(word: string, legal: readonly string[]): string | undefined {
  if (legal.length === 0) return undefined;
  const candidate = closest(word, [...legal]);
  return distance(word, candidate) <= Math.max(2, Math.floor(candidate.length / 3)) ? candidate : undefined;
}

const FEW = 3;

/** The three legal names nearest to `word`, where there are too many to list. */
export function nearestFew(word: string, legal: readonly string[]): string[] {
  return [...legal].sort((a, b) => distance(word, a) - distance(word, b)).slice(0, FEW);
}

/** `legal values: a, b, c` after the nearest one: the hint of every "unknown name" error. */
export function legalValues(word: string, legal: readonly string[], what = 'values'): string {
  const guess = nearest(word, legal);
  return `${guess === undefined ? '' : `did you mean "${guess}"? `}legal ${what}: ${legal.join(', ')}`;
}
