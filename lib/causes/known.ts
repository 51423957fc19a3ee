/** What a cause is before it is looked for, and which facts it may look at. To add one: a file in this folder, and one line in index.ts. */
import type { Cause } from '../core/cause.ts';
import type { Finding } from '../core/finding.ts';
import type { JudgeInput } from '../core/run.ts';

export interface CauseFacts {
  readonly input: JudgeInput;
  /** All of the run, judged, and each filed under the one that explains it. */
  readonly findings: readonly Finding[];
  /** The facts that a finding of this phase rests on; undefined: those of the whole run. */
  inputOf(phase: string | undefined): JudgeInput;
}

/** What was seen of a cause. `explains`: ids of findings; those that pass, and those that follow from others, need no care. */
export type SeenCause = Omit<Cause, 'id'>;

export interface KnownCause {
  /** Names it in findings.json and in docs/causes.md. */
  readonly id: string;
  /** Looks for it; undefined where the facts do not show it. A similar picture with another cause is not enough. */
  look(facts: CauseFacts): SeenCause | undefined;
}
