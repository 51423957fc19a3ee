/** Compares a trace with what a second source has of it. */
import type { Span, SpanValue } from '../observation.ts';
import { differingAttribute } from './same-value.ts';

/** The first difference, one sentence; null when both have the same. Times are compared in whole µs, because Jaeger stores no more. */
export function differenceOf(received: readonly Span[], other: readonly Span[]): string | null {
  const others = new Map(other.map((span) => [span.spanId, span]));
  if (others.size !== received.length) {
    const lacking = received.filter(({ spanId }) => !others.has(spanId)).map(({ name }) => name);
    const which = lacking.length === 0 ? '' : `; missing there: ${[...new Set(lacking)].join(', ')}`;
    return `${received.length} spans were received, ${others.size} are there${which}`;
  }
  for (const span of received) {
    const twin = others.get(span.spanId);
    if (twin === undefined) return `span ${span.name} (${span.spanId}) is not there`;
    const fields = FIELDS.find((field) => field.of(span) !== field.of(twin));
    if (fields !== undefined) {
      return `span ${span.name}: ${fields.name} was ${fields.of(span)}, there it is ${fields.of(twin)}`;
    }
    const key = differingAttribute(span.attributes, twin.attributes);
    if (key !== null) {
      const [was, is] = [span, twin].map(({ attributes }) => valueText(attributes[key]));
      return `span ${span.name}: the attribute ${key} was ${was}, there it is ${is}`;
    }
  }
  return null;
}

const FIELDS: readonly { readonly name: string; readonly of: (span: Span) => string }[] = [
  { name: 'the name', of: ({ name }) => name },
  { name: 'the parent', of: ({ parentSpanId }) => parentSpanId ?? 'none' },
  { name: 'the service', of: ({ serviceName }) => serviceName ?? 'none' },
  { name: 'the status', of: ({ status }) => status },
  { name: 'the start (µs)', of: ({ startUnixNano }) => microsOf(startUnixNano) },
  // Start and end are rounded separately, so a duration may be off by one: equal to 10 µs is equal.
  { name: 'the duration (10 µs)', of: (span) => String(Math.round(durationNanos(span) / 10_000)) },
];

function microsOf(nanos: string): string {
  return String(BigInt(nanos) / 1000n);
}

function durationNanos({ startUnixNano, endUnixNano }: Span): number {
  return Number(BigInt(endUnixNano) - BigInt(startUnixNano));
}

const SHOWN_CHARS = 200;

function valueText(value: SpanValue | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value).slice(0, SHOWN_CHARS);
}
