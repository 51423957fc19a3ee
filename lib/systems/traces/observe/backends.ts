/** The trace backends that this program can ask. A new one is one more row here, or one call of `addTraceBackend`. */
import { addTo } from '../../../core/registry.ts';
import type { TraceBackendKind } from './backend.ts';
import { JAEGER } from './jaeger.ts';

const known: TraceBackendKind[] = [JAEGER];

/** If the target exports nothing to the harness, the first one that a run names is the evidence. */
export const TRACE_BACKENDS: readonly TraceBackendKind[] = known;

/** Adds one more backend; returns a function that removes it. */
export function addTraceBackend(kind: TraceBackendKind): () => void {
  return addTo(known, 'trace backend', kind);
}
