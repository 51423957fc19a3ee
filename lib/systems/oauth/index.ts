/** The observed system `oauth` as a whole. Its observer is loaded only when a run looks at it. */
import type { KnownSystem } from '../known.ts';
import { OAUTH_BREAKS } from './faults/index.ts';
import { OAUTH } from './system.ts';

export const oauth: KnownSystem = {
  ...OAUTH,
  observe: async (context) => (await import('./observe/observer.ts')).observeOAuth(context),
  breaks: OAUTH_BREAKS,
};
