/** All mutants of a tape, or some of them; the same for the same tape and seed. */
import { createHash } from 'node:crypto';
import type { Tape } from '../proofs/tape.ts';
import { tapedSpan } from '../proofs/taped-span.ts';
import { logMutants } from './lines.ts';
import { metricMutants } from './metrics.ts';
import type { Mutant, MutatedSystem } from './mutant.ts';
import { spanMutants } from './spans.ts';

export interface Choice {
  readonly seed: number;
  /** Absent: all. */
  readonly sample?: number | undefined;
  /** Absent: all. */
  readonly system?: MutatedSystem | undefined;
  /** Parts of the names; absent: all. */
  readonly signal?: string | undefined;
  readonly operator?: string | undefined;
}

export function mutantsOf(tape: Tape): Mutant[] {
  return [...metricMutants(tape), ...spanMutants(tape), ...logMutants(tape)];
}

/** What a choice looks at. */
type Named = Pick<Mutant, 'id' | 'signal' | 'operator'> & { readonly system: string };

export function chosen<One extends Named>(mutants: readonly One[], choice: Choice): One[] {
  const { seed, sample, system, signal = '', operator = '' } = choice;
  const named = mutants.filter(
    (one) =>
      (system === undefined || one.system === system) &&
      `${one.system} ${one.signal}`.includes(signal) &&
      one.operator.includes(operator),
  );
  if (sample === undefined || sample >= named.length) return named;
  const ids = new Set(
    inLots(named, seed)
      .slice(0, sample)
      .map(({ id }) => id),
  );
  return named.filter(({ id }) => ids.has(id));
}

/** In an order that the seed decides: the first few are a sample of all. */
export function inLots<T extends { readonly id: string }>(mutants: readonly T[], seed: number): T[] {
  return mutants
    .map((mutant) => ({ mutant, lot: digest(`${seed} ${mutant.id}`) }))
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .map(({ mutant }) => mutant);
}

/** What a system says on the tape, in short: the same for the same words. */
export function evidenceDigest(tape: Tape, system: MutatedSystem): string {
  switch (system) {
    case 'metrics':
      return digest(tape.expositions.map(({ body }) => body).join('\f'));
    case 'traces':
      return digest(JSON.stringify(tape.exports.map((spans) => spans.map(tapedSpan))));
    case 'logs':
      return digest(tape.lines.join('\n'));
  }
}

function digest(text: string): string {
  return createHash('sha1').update(text).digest('base64');
}
