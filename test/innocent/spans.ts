/** Small changes of exported spans. */
import { randomBytes } from 'node:crypto';
import { type Attributes, type HrTime, SpanKind } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '../../lib/target/tracing.ts';
import { isLast } from '../proofs/replay.ts';
import type { SpanExports } from './innocent.ts';

export interface SpanChanges {
  readonly traceId?: string;
  readonly spanId?: string;
  /** null: a root. */
  readonly parentSpanId?: string | null;
  readonly name?: string;
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  readonly service?: string;
  readonly startTime?: HrTime;
  readonly endTime?: HrTime;
  readonly events?: ReadableSpan['events'];
  readonly links?: ReadableSpan['links'];
  readonly resource?: ReadableSpan['resource'];
}

/** Like this span, but for these changes. */
export function like(span: ReadableSpan, changes: SpanChanges): ReadableSpan {
  const { traceId, spanId, parentSpanId, service, ...own } = changes;
  const before = span.spanContext();
  const context = { ...before, traceId: traceId ?? before.traceId, spanId: spanId ?? before.spanId };
  const parent = parentSpanId === undefined ? span.parentSpanContext?.spanId : parentSpanId;
  const parentContext = { ...(span.parentSpanContext ?? context), traceId: context.traceId, spanId: parent ?? '' };
  return Object.assign(Object.create(span) as ReadableSpan, {
    ...own,
    ...(service === undefined ? {} : { resource: resourceNamed(service) }),
    spanContext: () => context,
    parentSpanContext: parent === undefined || parent === null ? undefined : parentContext,
  });
}

const resources = new Map<string, ReadableSpan['resource']>();

/** One for each service, because an export groups spans by their resource. */
function resourceNamed(service: string): ReadableSpan['resource'] {
  const known = resources.get(service) ?? resourceFromAttributes({ 'service.name': service });
  resources.set(service, known);
  return known;
}

export function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

export function newTraceId(): string {
  return randomBytes(16).toString('hex');
}

/** Each span of the load becomes several, or other ones. The request after the load stays as it is. */
export function eachSpan(exports: SpanExports, change: (span: ReadableSpan) => readonly ReadableSpan[]): SpanExports {
  return exports.map((spans) => spans.flatMap((span) => (isLast(span) ? [span] : change(span))));
}

/** Each span of the load changed in the same way. */
export function every(change: (span: ReadableSpan) => readonly ReadableSpan[]) {
  return { exports: (exports: SpanExports) => eachSpan(exports, change) };
}

/** A server's span that answers a request of a client. */
export function isRequest({ name, kind }: ReadableSpan): boolean {
  return name === 'http.request' && kind === SpanKind.SERVER;
}

/** Whether a client's `traceparent` led to it. */
export function continues({ parentSpanContext }: ReadableSpan): boolean {
  return parentSpanContext?.isRemote === true;
}

export function laterMs([seconds, nanos]: HrTime, ms: number): HrTime {
  const total = BigInt(seconds) * 1_000_000_000n + BigInt(nanos) + BigInt(Math.round(ms * 1e6));
  return [Number(total / 1_000_000_000n), Number(total % 1_000_000_000n)];
}

/** A child of the span, within its time, that began and ended this share of it from both ends. */
export function childOf(span: ReadableSpan, name: string, changes: SpanChanges = {}): ReadableSpan {
  const lastsMs = span.duration[0] * 1000 + span.duration[1] / 1e6;
  return like(span, {
    spanId: newSpanId(),
    parentSpanId: span.spanContext().spanId,
    name,
    kind: SpanKind.INTERNAL,
    attributes: {},
    startTime: laterMs(span.startTime, lastsMs / 10),
    endTime: laterMs(span.endTime, -lastsMs / 10),
    ...changes,
  });
}
