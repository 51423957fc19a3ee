/** Makes spans wrong before they are exported. */
import { randomBytes } from 'node:crypto';
import { unreachable } from '../../../core/error.ts';
import type { OutgoingSpan } from '../../../target/tracing.ts';
import type { AttributeFault, SpanFault } from './faults.ts';

type Edit = (span: OutgoingSpan) => readonly OutgoingSpan[];
type Attributes = OutgoingSpan['attributes'];

export function spanEditOf(fault: SpanFault): Edit {
  switch (fault.kind) {
    case 'span-renamed':
      return on(fault.span, (span) => [{ ...span, name: fault.to }]);
    case 'span-orphaned':
      return on(fault.span, (span) => [{ ...span, parentSpanId: randomBytes(8).toString('hex') }]);
    case 'span-own-parent':
      return on(fault.span, (span) => [{ ...span, parentSpanId: span.spanId }]);
    case 'span-again':
      return on(fault.span, (span) => [span, later(span, 0, 5)]);
    case 'span-twice':
      return on(fault.span, (span) => [span, span]);
    case 'span-under-two-ids':
      return on(fault.span, (span) => [span, { ...span, spanId: randomBytes(8).toString('hex') }]);
    case 'spans-lost':
      return on(fault.span, (span) => (isOneIn(fault.every, span.traceId) ? [] : [span]));
    case 'begun-elsewhere':
      return (span) => [
        span.parentSpanId === undefined && span.attributes['path'] === fault.path
          ? { ...span, attributes: { ...span.attributes, path: fault.instead } }
          : span,
      ];
    case 'span-shortened':
      return on(fault.span, (span) => [later(span, 0, (fault.share - 1) * span.durationMs)]);
    case 'span-status':
      return on(fault.span, (span) => [{ ...span, isError: fault.status === 'error' }]);
    case 'span-times':
      return on(fault.span, (span) => [
        isOneIn(fault.every ?? 1, span.traceId) ? later(span, fault.startMs, fault.endMs) : span,
      ]);
    case 'span-ends-first':
      return on(fault.span, (span) => [later(span, 0, -span.durationMs - 1)]);
    case 'span-timeless':
      return on(fault.span, (span) => [later(span, 0, -span.durationMs)]);
    case 'span-invalid':
      return on(fault.span, (span) => [span, { ...span, traceId: '0'.repeat(32) }]);
    case 'service-name':
      return (span) => [{ ...span, serviceName: fault.name }];
    case 'parent-lost':
      return on('http.request', (span) => [{ ...span, parentSpanId: undefined }]);
    default:
      return attributeEditOf(fault);
  }
}

function attributeEditOf(fault: AttributeFault): Edit {
  switch (fault.kind) {
    case 'span-attribute-missing':
      return on(fault.span, (span) => [{ ...span, attributes: without(span.attributes, fault.attribute) }]);
    case 'span-attribute-mistyped':
      return on(fault.span, (span) => {
        const value = span.attributes[fault.attribute];
        const wrong = typeof value === 'number' ? 'many' : 1;
        return [{ ...span, attributes: { ...span.attributes, [fault.attribute]: wrong } }];
      });
    case 'span-attribute-instead':
      return on(fault.span, (span) => [
        { ...span, attributes: { ...span.attributes, [fault.attribute]: fault.value } },
      ]);
    default:
      return unreachable(fault);
  }
}

function on(name: string, change: Edit): Edit {
  return (span) => (name === 'all' || span.name === name ? change(span) : [span]);
}

function later(span: OutgoingSpan, startMs: number, endMs: number): OutgoingSpan {
  return { ...span, laterMs: { start: span.laterMs.start + startMs, end: span.laterMs.end + endMs } };
}

export function without(attributes: Attributes, name: string): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== name));
}

/** One trace id in this many, always the same ones. */
export function isOneIn(every: number, traceId: string): boolean {
  return Number.parseInt(traceId.slice(16, 20), 16) % every === 0;
}
