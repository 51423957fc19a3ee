/** A system as the program knows it: what is promised and checked, how its evidence is collected, and how the reference target breaks it. */
import type { Observed } from '../observe/observer.ts';
import type { NamedBreak } from '../target/break.ts';
import type { System } from './system.ts';

/** What a system has besides what is judged. */
export interface OutsideJudge extends Observed {
  /** Breaks of the reference target by name; [] where the target has none for this system. */
  readonly breaks: readonly NamedBreak[];
}

export type KnownSystem = System & OutsideJudge;
