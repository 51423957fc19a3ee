/** A span as a tape keeps it: plain data, which can be changed and written to a file; and as an exporter takes it. */
import type { ReadableSpan } from '../../lib/target/tracing.ts';

/** Seconds since 1970 and nanoseconds. */
type Moment = ReadableSpan['startTime'];

export interface TapedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  /** null for a root. */
  readonly parentSpanId: string | null;
  readonly isParentRemote: boolean;
  readonly name: string;
  readonly kind: number;
  readonly startTime: Moment;
  readonly endTime: Moment;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly statusCode: number;
  /** `service.name` among them. */
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: ReadableSpan['instrumentationScope'];
}

export function tapedSpan(span: ReadableSpan): TapedSpan {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const { name, kind, startTime, endTime, attributes, status, resource, instrumentationScope, parentSpanContext } =
    span;
  return {
    traceId,
    spanId,
    traceFlags,
    parentSpanId: parentSpanContext?.spanId ?? null,
    isParentRemote: parentSpanContext?.isRemote === true,
    name,
    kind,
    startTime,
    endTime,
    attributes,
    statusCode: status.code,
    resource: resource.attributes,
    scope: { name: instrumentationScope.name },
  };
}

export function readableSpan(span: TapedSpan): ReadableSpan {
  const { traceId, traceFlags, parentSpanId, isParentRemote, startTime, endTime, ...own } = span;
  const context = { traceId, spanId: own.spanId, traceFlags };
  const parent = { traceId, spanId: parentSpanId ?? '', traceFlags, isRemote: isParentRemote };
  const lastedNs = nanosOf(endTime) - nanosOf(startTime);
  const readable = {
    name: own.name,
    kind: own.kind,
    spanContext: () => context,
    parentSpanContext: parentSpanId === null ? undefined : parent,
    startTime,
    endTime,
    duration: [Number(lastedNs / SECOND_NS), Number(lastedNs % SECOND_NS)],
    status: { code: own.statusCode },
    attributes: own.attributes,
    resource: resourceOf(own.resource),
    instrumentationScope: own.scope,
    events: [],
    links: [],
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
  return readable as unknown as ReadableSpan;
}

const resources = new Map<string, unknown>();

/** The same for the same attributes, because an export groups spans by their resource. */
function resourceOf(attributes: TapedSpan['resource']): unknown {
  const key = JSON.stringify(attributes);
  const known = resources.get(key) ?? { attributes };
  resources.set(key, known);
  return known;
}

const SECOND_NS = 1_000_000_000n;

export function nanosOf([seconds, nanos]: Moment): bigint {
  return BigInt(seconds) * SECOND_NS + BigInt(nanos);
}

/** Not before 1970. */
export function momentOf(nanos: bigint): Moment {
  const at = nanos < 0n ? 0n : nanos;
  return [Number(at / SECOND_NS), Number(at % SECOND_NS)];
}
