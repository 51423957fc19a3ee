/** How the reference target can be wrong for single requests, as data. index.ts carries out each kind. */
import type { ProbeName } from '../promises.ts';

/** At least one for each probe: what it hits, no journey of the load asks for, or does not look at so. */
export interface ProbeFault {
  readonly kind: ProbeName | 'list-status';
}
