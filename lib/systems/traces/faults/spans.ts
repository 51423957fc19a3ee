/** Makes spans wrong before they are exported. */
import { randomBytes } from 'node:crypto';
import { unreachable } from '../../../core/error.ts';
import type { OutgoingSpan } from '../../../target/span-edits.ts';
import type { AttributeFault, BegunFault, SpanFault } from './faults.ts';

const LEAST_REFUSAL = 400;

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
    case 'begun-lasting':
    case 'begun-saying':
      return (span) => [span.parentSpanId === undefined ? begunOtherwise(fault, span) : span];
    case 'rounds-doubled':
      return (span) => [span, ...nextRound(span)];
    case 'span-lengthened':
      return on(fault.span, (span) => [later(span, Math.min(0, span.durationMs - fault.leastMs), 0)]);
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
    case 'refused-lost':
      return (span) => (isRefused(span) ? [] : [span]);
    case 'refused-as-good':
      return (span) => [isRefused(span) ? { ...span, attributes: { ...span.attributes, status: 200 } } : span];
    case 'parent-lost':
      return on('http.request', (span) => [{ ...span, parentSpanId: undefined }]);
    default:
      return attributeEditOf(fault);
  }
}

function isRefused({ attributes }: OutgoingSpan): boolean {
  return Number(attributes['status']) >= LEAST_REFUSAL;
}

function begunOtherwise(fault: BegunFault, span: OutgoingSpan): OutgoingSpan {
  switch (fault.kind) {
    case 'begun-elsewhere':
      return span.attributes['path'] === fault.path
        ? { ...span, attributes: { ...span.attributes, path: fault.instead } }
        : span;
    case 'begun-lasting': {
      const longerMs = (fault.times - 1) * span.durationMs;
      return longerMs < 0 ? later(span, -longerMs, 0) : later(span, 0, longerMs);
    }
    case 'begun-saying':
      return { ...span, attributes: { ...span.attributes, ...fault.attributes }, isError: fault.isError };
    default:
      return unreachable(fault);
  }
}

/** What stands for the same part of the next round; [] for other spans. */
function nextRound(span: OutgoingSpan): OutgoingSpan[] {
  const again = (id = '') => [...id].reverse().join('');
  const own = { ...later(span, 1, 1), spanId: again(span.spanId) };
  if (span.name === 'agent.call') return [{ ...own, parentSpanId: again(span.parentSpanId) }];
  const { round_number: number } = span.attributes;
  const next = Number(number) + 1;
  const attributes = { ...span.attributes, round_number: next, 'round.number': next };
  return span.name === 'debate.round' ? [{ ...own, attributes }] : [];
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
