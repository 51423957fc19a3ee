/** How the reference target can be wrong for single requests, as data. index.ts carries out each kind. */
import type { ProbeName } from '../promises.ts';

/** Further ways to break what a probe asks. */
export const MORE_OF_IT = [
  'list-status',
  'running-list',
  'list-consensus',
  'list-tomorrow',
  'idle-connection-other',
  'subscribers-texts',
  'subscription-state-agents',
  'read-back-texts',
  'accept-type',
  'label-values-status',
] as const;
export type MoreOfIt = (typeof MORE_OF_IT)[number];

/** At least one for each probe: what it hits, no journey of the load asks for, or does not look at so. */
export interface ProbeFault {
  readonly kind: ProbeName | MoreOfIt;
}
