/** Why a run went as it did, in plain words. Written to findings.json; docs/causes.md lists all of them. */
import type { Evidence } from './finding.ts';

export interface Cause {
  /** Stable, for example `rate-limit`. */
  readonly id: string;
  /** One sentence for a person, without its full stop: what is wrong, with its figures. */
  readonly summary: string;
  /** What shows it; at least one. */
  readonly evidence: readonly [Evidence, ...Evidence[]];
  /** Ids of the findings that it explains; at least one of them gates and does not pass. */
  readonly explains: readonly string[];
  /** What to do, one sentence without its full stop. */
  readonly advice: string;
}
