/** The trace backends that this program can ask. A new one is one more row here, or one call of `addTraceBackend`. */
import type { TraceBackendKind } from './backend.ts';
import { JAEGER } from './jaeger.ts';

const known: TraceBackendKind[] = [JAEGER];

/** The first that a run names is the evidence where the target exports nothing to the harness. */
export const TRACE_BACKENDS: readonly TraceBackendKind[] = known;

export function addTraceBackend(kind: TraceBackendKind): void {
  known.push(kind);
}
