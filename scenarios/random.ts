/** The bodies of the load's requests. */
import { hex8, Random } from '../lib/core/random.ts';

export { hex8, Random };

const SUBJECTS = [
  'a rate limiter',
  'a cache',
  'a message queue',
  'an index',
  'a scheduler',
  'a schema change',
] as const;
const QUALITIES = ['correct', 'cheap to run', 'easy to test', 'safe to roll back', 'quick to explain'] as const;

/** A debate's question: at least ten characters, the same for the same arrival, different between arrivals. */
export function question(random: Random): string {
  return `How would you make ${random.pick(SUBJECTS)} ${random.pick(QUALITIES)}? (case ${random.hex(8)})`;
}
