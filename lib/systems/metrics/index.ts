/**
 * The observed system `metrics` as a whole. Its observer is loaded only when a run observes, so commands that only look something up start
 * faster.
 */
import type { KnownSystem } from '../known.ts';
import { METRICS_BREAKS } from './faults/index.ts';
import { METRICS } from './system.ts';

export const metrics: KnownSystem = {
  ...METRICS,
  observe: async (context) => (await import('./observe/observer.ts')).observeMetrics(context),
  breaks: METRICS_BREAKS,
};
