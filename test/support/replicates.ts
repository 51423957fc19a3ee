/**
 * How often a simulation is repeated, and what share of the repetitions may go wrong. `npm run test:unit` and `npm test` repeat a few times,
 * `npm run test:simulations` (every night) as often as the claims of docs/ rest on. All seeds are fixed: nothing here depends on luck.
 */
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether simulations are repeated as often as the claims of docs/ rest on. */
    readonly thorough: boolean;
  }
}

export function replicates(thorough: number, few: number): number {
  return inject('thorough') ? thorough : few;
}

/** A bound that many repetitions keep; a few show it less sharply. */
export function bound(thorough: number, few: number): number {
  return inject('thorough') ? thorough : few;
}

/** The share that repetitions show at most for a true share: this many standard errors more. One in a thousand exceeds three of them. */
export function mostOf(share: number, repetitions: number, standardErrors = 3): number {
  return share + standardErrors * Math.sqrt((share * (1 - share)) / repetitions);
}
