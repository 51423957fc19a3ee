/** The question of a debate that the load starts. Imports only the seeded generator, so that k6 and Node make the same one. */
import type { Random } from './random.ts';

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
