/** Changes spans on their way to the exporter: a break sees each span as plain data, and says what is exported instead. */
import { type HrTime, SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';

export const SERVICE_NAME = 'service.name';

/** A span as it is about to be exported. */
export interface OutgoingSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
  readonly serviceName: string;
  readonly durationMs: number;
  /** Added to its times. */
  readonly laterMs: { readonly start: number; readonly end: number };
}

/** Returns what is exported instead of a span. */
export type EditSpan = (span: OutgoingSpan) => readonly OutgoingSpan[];

/** The exporter, given what `edit` makes of each span. */
export function editing(exporter: SpanExporter, edit: EditSpan): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(
        spans.flatMap((span) => edit(outgoing(span)).map((changed) => rewritten(span, changed))),
        done,
      ),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

function outgoing(span: ReadableSpan): OutgoingSpan {
  const { traceId, spanId } = span.spanContext();
  const { name, attributes, status, resource, duration } = span;
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    name,
    attributes,
    isError: status.code === SpanStatusCode.ERROR,
    serviceName: String(resource.attributes[SERVICE_NAME]),
    durationMs: duration[0] * 1000 + duration[1] / 1e6,
    laterMs: { start: 0, end: 0 },
  };
}

/** The span with these changes; everything else is its own. */
function rewritten(span: ReadableSpan, { laterMs, ...changed }: OutgoingSpan): ReadableSpan {
  const { traceId, spanId, parentSpanId, name, attributes, isError, serviceName } = changed;
  const context = { ...span.spanContext(), traceId, spanId };
  const parent = { ...(span.parentSpanContext ?? context), traceId, spanId: parentSpanId ?? '' };
  return Object.assign(Object.create(span) as ReadableSpan, {
    name,
    attributes,
    spanContext: () => context,
    parentSpanContext: parentSpanId === undefined ? undefined : parent,
    startTime: later(span.startTime, laterMs.start),
    endTime: later(span.endTime, laterMs.end),
    status: { code: isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    resource: resourceFromAttributes({ [SERVICE_NAME]: serviceName }),
  });
}

function later([seconds, nanos]: HrTime, ms: number): HrTime {
  const total = BigInt(seconds) * 1_000_000_000n + BigInt(nanos) + BigInt(Math.round(ms * 1e6));
  return [Number(total / 1_000_000_000n), Number(total % 1_000_000_000n)];
}
