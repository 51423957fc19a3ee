/** The observed system `logs` as a whole. */
import type { KnownSystem, OutsideJudge } from '../known.ts';
import { LOGS_BREAKS } from './faults/index.ts';
import { LOG_BACKENDS } from './observe/backends.ts';
import { logsSystem } from './system.ts';

export const logs: KnownSystem = logsSystem<OutsideJudge>(LOG_BACKENDS, {
  observe: async (context) => (await import('./observe/observer.ts')).observeLogs(context),
  breaks: LOGS_BREAKS,
});
