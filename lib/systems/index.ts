/** The systems that this program knows: what they promise, what is checked, which page explains it. How they are observed is in observed.ts. */
import { OF_LOAD, OF_OBJECTIVES } from '../core/finding.ts';
import { addTo } from '../core/registry.ts';
import { LOG_BACKENDS } from './logs/observe/backends.ts';
import { logsSystem } from './logs/system.ts';
import { METRICS } from './metrics/system.ts';
import { addObservedSystem, type ObservedSystem } from './observed.ts';
import type { System } from './system.ts';
import { TRACE_BACKENDS } from './traces/observe/backends.ts';
import { tracesSystem } from './traces/system.ts';

const known: System[] = [METRICS, tracesSystem(TRACE_BACKENDS), logsSystem(LOG_BACKENDS)];

/** In the order of their findings. */
export const SYSTEMS: readonly System[] = known;

/** A whole system; what it leaves out it does not have: then nobody observes it, or the reference target does not break it. */
export type NewSystem = System & Partial<Omit<ObservedSystem, 'id'>>;

/** Makes one more known; returns what takes it away again. @throws SloError `usage` for an id that is taken. */
export function addSystem(system: NewSystem): () => void {
  const reserved = [OF_OBJECTIVES, OF_LOAD].filter((id) => id === system.id);
  const remove = addTo(reserved.length === 0 ? known : [system], 'system', system);
  const { id, observe = async () => ({ collect: async () => [] }), breaks = [] } = system;
  const forget = addObservedSystem({ id, observe, breaks });
  return () => {
    forget();
    remove();
  };
}
