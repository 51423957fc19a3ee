/** What a break is that clients feel. */
import type { SampleOutcome } from '../core/sample-outcome.ts';
import type { FaultyRoute, Patch } from './behaviour.ts';
import type { NamedBreak } from './break.ts';

export interface Break extends NamedBreak {
  /** The outcome that the finding shows as evidence; absent where nothing fails and everything only takes long. */
  readonly shows?: SampleOutcome | `${FaultyRoute} ${SampleOutcome}`;
  /** An outcome that would blame the server for what it did not do. */
  readonly neverShows?: SampleOutcome;
  /** The HTTP route that must dominate the load, so that this finding alone is decided. */
  readonly dominant: FaultyRoute;
  readonly patch: Patch;
  /** A client notices only several answers, of which one contradicts another. */
  readonly ofSeveral?: true;
}
