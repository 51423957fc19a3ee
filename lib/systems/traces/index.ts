/** The observed system `traces` as a whole. */
import type { KnownSystem, OutsideJudge } from '../known.ts';
import { TRACES_BREAKS } from './faults/index.ts';
import { TRACE_BACKENDS } from './observe/backends.ts';
import { tracesSystem } from './system.ts';

export const traces: KnownSystem = tracesSystem<OutsideJudge>(TRACE_BACKENDS, {
  observe: async (context) => (await import('./observe/observer.ts')).observeTraces(context),
  breaks: TRACES_BREAKS,
});
