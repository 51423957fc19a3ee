/** The observed system `probes` as a whole. Its observer is loaded only when a run observes. */
import type { KnownSystem } from '../known.ts';
import { PROBES_BREAKS } from './faults/index.ts';
import { PROBE_SYSTEM } from './system.ts';

export const probes: KnownSystem = {
  ...PROBE_SYSTEM,
  observe: async (context) => (await import('./observe/observer.ts')).observeProbes(context),
  breaks: PROBES_BREAKS,
};
