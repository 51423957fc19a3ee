/**
 * What one check's failure does to others, so that findings of one root cause are shown as one. Declared beside the checks, as
 * "if this fails in this way, that can't pass". Never a guess: `explains` looks at the facts.
 */
import type { Finding } from '../core/finding.ts';
import type { JudgeInput } from '../core/run.ts';

export interface Implication {
  /** Id of the check whose failure explains others. */
  readonly cause: string;
  /** Whether it fully explains why `follower` does not pass. Both do not pass, and are not the same. */
  explains(seen: SeenTogether): boolean;
}

export interface SeenTogether {
  readonly cause: Finding;
  readonly follower: Finding;
  readonly input: JudgeInput;
}

/** Whether a finding has no figure of its own: it only says that evidence is missing, or does not decide. */
export function lacksEvidence({ status }: Pick<Finding, 'status'>): boolean {
  return status !== 'fail' && status !== 'pass';
}
