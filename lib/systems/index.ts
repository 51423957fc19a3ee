/**
 * The systems that this program knows, and the backends of logs and traces. A test or a program adds its own with one line, e.g.
 * `addSystem(system)`.
 */
import { OF_LOAD, OF_OBJECTIVES } from '../core/finding.ts';
import { DOCUMENTED_LOG_BACKENDS, type LogBackendInfo } from './logs/backends.ts';
import { logsSystem } from './logs/system.ts';
import { METRICS } from './metrics/system.ts';
import type { System } from './system.ts';
import { DOCUMENTED_TRACE_BACKENDS, type TraceBackendInfo } from './traces/backends.ts';
import { tracesSystem } from './traces/system.ts';

const traceBackends = [...DOCUMENTED_TRACE_BACKENDS];
const logBackends = [...DOCUMENTED_LOG_BACKENDS];
const known: System[] = [METRICS, tracesSystem(traceBackends), logsSystem(logBackends)];

/** In the order of their findings. */
export const SYSTEMS: readonly System[] = known;

export function addSystem(system: System): void {
  refuseTwice([...known, { id: OF_OBJECTIVES }, { id: OF_LOAD }], system);
  known.push(system);
}

export function addTraceBackend(backend: TraceBackendInfo): void {
  refuseTwice(traceBackends, backend);
  traceBackends.push(backend);
}

export function addLogBackend(backend: LogBackendInfo): void {
  refuseTwice(logBackends, backend);
  logBackends.push(backend);
}

function refuseTwice(all: readonly { readonly id: string }[], { id }: { readonly id: string }): void {
  if (all.some((one) => one.id === id)) throw new Error(`there is a "${id}" already: an id is given once`);
}
