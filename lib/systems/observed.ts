/** The systems as they are observed and broken. What they promise, and what is checked, is in index.ts. */
import { addTo } from '../core/registry.ts';
import type { Observed } from '../observe/observer.ts';
import type { NamedBreak } from '../target/break.ts';
import { LOGS_BREAKS } from './logs/faults/index.ts';
import { METRICS_BREAKS } from './metrics/faults/index.ts';
import { TRACES_BREAKS } from './traces/faults/index.ts';

/** Observers are imported when they are needed: whoever only looks for a break does without them. */
export interface ObservedSystem extends Observed {
  readonly id: string;
  /** How the reference target breaks what is promised of it. */
  readonly breaks: readonly NamedBreak[];
}

const METRICS: ObservedSystem = {
  id: 'metrics',
  observe: async (context) => (await import('./metrics/observe/observer.ts')).observeMetrics(context),
  breaks: METRICS_BREAKS,
};

const TRACES: ObservedSystem = {
  id: 'traces',
  observe: async (context) => (await import('./traces/observe/observer.ts')).observeTraces(context),
  breaks: TRACES_BREAKS,
};

const LOGS: ObservedSystem = {
  id: 'logs',
  observe: async (context) => (await import('./logs/observe/observer.ts')).observeLogs(context),
  breaks: LOGS_BREAKS,
};

const known: ObservedSystem[] = [METRICS, TRACES, LOGS];

/** In the order in which their observations come. */
export const OBSERVED_SYSTEMS: readonly ObservedSystem[] = known;

/** Makes one more known; returns what takes it away again. */
export function addObservedSystem(system: ObservedSystem): () => void {
  return addTo(known, 'observed system', system);
}
