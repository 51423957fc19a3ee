/** A healthy server that looks odd: what it is called, why nobody may accuse it, and what it changes in the evidence of a taped run. */
import type { Exposition } from '../../lib/target/metrics.ts';
import type { ReadableSpan } from '../../lib/target/tracing.ts';
import type { Tape } from '../proofs/tape.ts';

export interface Innocent {
  readonly name: string;
  readonly because: string;
  /** Findings that it leaves undecided, by id or by the beginning of ids up to a dot: part of the reason that they give. All others that gate pass. */
  readonly undecided?: Readonly<Record<string, RegExp>>;
  /** Whether it leaves them undecided depends on when it is asked. */
  readonly byChance?: true;
  /** Others call the server during the load, so what it counts is not the load's alone. */
  readonly others?: true;
}

/** Tried on a tape: each part changes the evidence of one system on its way out. */
export interface TapeInnocent extends Innocent {
  readonly tape: TapeChanges;
}

export interface TapeChanges {
  /** Makes what changes each answer to a scrape; it may remember what it saw. */
  readonly exposition?: (tape: Tape) => (right: Exposition) => Exposition;
  /** All spans of the run, as they were exported together. */
  readonly exports?: (exports: SpanExports, tape: Tape) => SpanExports;
  readonly lines?: (lines: readonly string[], tape: Tape) => readonly string[];
}

/** Each answer to a scrape changed in the same way. */
export function always(change: (right: Exposition) => Exposition) {
  return { exposition: () => change };
}

export type SpanExports = readonly (readonly ReadableSpan[])[];

/** The systems whose evidence it changes. */
export function systemsOf({ exposition, exports, lines }: TapeChanges): string[] {
  return [
    ...(exposition === undefined ? [] : ['metrics']),
    ...(exports === undefined ? [] : ['traces']),
    ...(lines === undefined ? [] : ['logs']),
  ];
}
