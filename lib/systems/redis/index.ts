/** The observed system `redis` as a whole. Its observer is loaded only when a run looks at it. */
import type { KnownSystem } from '../known.ts';
import { REDIS_BREAKS } from './faults/index.ts';
import { REDIS_SYSTEM } from './system.ts';

export const redis: KnownSystem = {
  ...REDIS_SYSTEM,
  observe: async (context) => (await import('./observe/observer.ts')).observeRedis(context),
  breaks: REDIS_BREAKS,
};
