/** The question of a debate that the load starts. Imports only the seeded generator, so that k6 and Node make the same one. */
import type { Random } from './random.ts';

/** Of the one debate that is finished before the load. */
export const PREPARED_QUESTION = 'Is this server ready for its load?';

const SUBJECTS = [
  'a rate limiter',
  'a cache',
  'a message queue',
  'an index',
  'a scheduler',
  'a schema change',
] as const;
const QUALITIES = ['correct', 'cheap to run', 'easy to test', 'safe to roll back', 'quick to explain'] as const;

/**
 * At least ten characters, the same for the same arrival, different between arrivals. `random` is the arrival's own, after its trace id was
 * made.
 */
export function question(random: Random): string {
  return `How would you make ${random.pick(SUBJECTS)} ${random.pick(QUALITIES)}? (case ${random.hex(8)})`;
}

/** Its last part, by which the questions of a load differ. */
const CASE = /\(case ([0-9a-f]{8})\)/;
const EACH_CASE = new RegExp(CASE.source, 'g');

/** The last parts of all questions of loads that a text has, of this run or of others. */
export function casesIn(text: string): string[] {
  return [...text.matchAll(EACH_CASE)].map(([one]) => one);
}

/** The part of a text by which one question of a load differs from the others; undefined: it has no such question. */
export function caseOf(text: string): string | undefined {
  return CASE.exec(text)?.[1];
}

/** Whether a text quotes another question of a load than this one. */
export function quotesAnother(text: string, asked: string): boolean {
  const [quoted] = CASE.exec(text) ?? [];
  return quoted !== undefined && !asked.includes(quoted);
}
