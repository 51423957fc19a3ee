/**
 * The systems that this program knows, as far as checks and reports go: what they promise, what is checked, which page explains it. How they
 * are observed is in observed.ts.
 */
import { OF_LOAD, OF_OBJECTIVES } from '../core/finding.ts';
import { addTo } from '../core/registry.ts';
import { LOG_BACKENDS } from './logs/observe/backends.ts';
import { logsSystem } from './logs/system.ts';
import { METRICS } from './metrics/system.ts';
import type { System } from './system.ts';
import { TRACE_BACKENDS } from './traces/observe/backends.ts';
import { tracesSystem } from './traces/system.ts';

const known: System[] = [METRICS, tracesSystem(TRACE_BACKENDS), logsSystem(LOG_BACKENDS)];

/** In the order of their findings. */
export const SYSTEMS: readonly System[] = known;

/** Makes one more known; returns what takes it away again. @throws SloError `usage` for an id that is taken. */
export function addSystem(system: System): () => void {
  const reserved = [OF_OBJECTIVES, OF_LOAD].filter((id) => id === system.id);
  return addTo(reserved.length === 0 ? known : [system], 'system', system);
}
