/** The lines of an exposition that are not as they must be: how many of each kind, and the first of them. */
import { copied } from './tokens.ts';

/**
 * `malformed`: the line is not allowed. `duplicate`: a series is there twice. `interleaved`: the lines of a family are not together.
 * `disordered`: a bucket follows a higher one. `misdated`: a sample's own timestamp is too far from the scrape's.
 */
export type ProblemKind = 'malformed' | 'duplicate' | 'interleaved' | 'disordered' | 'misdated';

export interface ExpositionProblem {
  readonly kind: ProblemKind;
  /** From 1. */
  readonly line: number;
  /** The line, cut to a readable length. */
  readonly text: string;
  readonly problem: string;
}

/** A line within a text. */
export interface Place {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const KEPT_PROBLEMS = 100;
const SHOWN_CHARS = 200;

export class Problems {
  /** The first hundred of each kind. */
  readonly first: ExpositionProblem[] = [];
  readonly counts = { malformed: 0, duplicate: 0, interleaved: 0, disordered: 0, misdated: 0 };

  /** @param line from 1. */
  add(kind: ProblemKind, line: number, { text, start, end }: Place, problem: string): void {
    this.counts[kind] += 1;
    // Limited for each kind, so that many of one kind do not hide another.
    if (this.counts[kind] > KEPT_PROBLEMS) return;
    const shown = copied(text.slice(start, Math.min(end, start + SHOWN_CHARS)));
    this.first.push({ kind, line, text: end - start > SHOWN_CHARS ? `${shown}…` : shown, problem: copied(problem) });
  }
}
