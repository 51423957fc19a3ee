/** What checks need to know of a log backend, apart from its API (observe/backend.ts). */
import type { Source } from '../../core/source.ts';
import type { SystemSource } from '../system.ts';

export interface LogBackendInfo extends SystemSource {
  /** Where a document names it; absent where none does. */
  readonly source?: Source;
  /** It files lines under a level of its own, which can then be wrong. */
  readonly hasLabels?: boolean;
}
