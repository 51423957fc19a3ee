/** The trace backends that this program can ask. A new one is one more row here, or one call of `addTraceBackend`. */
import { addTo } from '../../../core/registry.ts';
import type { TraceBackendKind } from './backend.ts';
import { JAEGER } from './jaeger.ts';

const known: TraceBackendKind[] = [JAEGER];

/** The first that a run names is the evidence where the target exports nothing to the harness. */
export const TRACE_BACKENDS: readonly TraceBackendKind[] = known;

/** Makes one more known; returns what takes it away again. */
export function addTraceBackend(kind: TraceBackendKind): () => void {
  return addTo(known, 'trace backend', kind);
}
