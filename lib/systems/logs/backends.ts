/** What checks need to know about a log backend, apart from its API (observe/backend.ts). */
import type { Source } from '../../core/source.ts';
import type { SystemSource } from '../system.ts';

export interface LogBackendInfo extends SystemSource {
  /** Where a document names it; absent if none does. */
  readonly source?: Source;
  /** It stores lines under a separate level label, which can be wrong. */
  readonly hasLabels?: boolean;
}
