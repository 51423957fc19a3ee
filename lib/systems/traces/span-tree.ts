/** What follows from spans' parents alone. */
import type { Span } from './observation.ts';

/** OTLP span flags: the exporter says whether the parent is remote, and it is. */
const PARENT_IS_REMOTE = 0x300;

/** Whether the span is where a trace enters the server, so that its parent may be the client's. */
export function isEntry({ kind, flags }: Span): boolean {
  return kind === 'server' || ((flags ?? 0) & PARENT_IS_REMOTE) === PARENT_IS_REMOTE;
}

/** Spans of one trace whose parent is not among them; `isClients` says for which of them that is correct. */
export function orphansOf(spans: readonly Span[], isClients: (span: Span) => boolean): readonly Span[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  return spans.filter((span) => span.parentSpanId !== null && !ids.has(span.parentSpanId) && !isClients(span));
}
