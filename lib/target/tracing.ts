/**
 * Owns the spans the guides promise: W3C context in, sampling, OTLP out. Only importer of the OpenTelemetry packages.
 * Refuses to know what a span is about.
 */
import { randomUUID } from 'node:crypto';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';

export type { SpanExporter } from '@opentelemetry/sdk-trace-node';

/** Documented: ParentBased(root=TraceIdRatioBased(0.1)). */
export const DOCUMENTED_RATIO = 0.1;

export interface TracingOptions {
  /** OTLP/HTTP endpoint; `/v1/traces` is added where it has no path. No spans without it (or an `exporter`). */
  readonly otlpUrl?: string;
  /** Instead of `otlpUrl`. */
  readonly exporter?: SpanExporter;
  /** Share (0–1) of the traces without an incoming context that are recorded; 0.1 when absent. */
  readonly ratio?: number;
  /** Also records what an incoming context asks not to. */
  readonly ignoresUnsetFlag?: boolean;
}

/** A span, or the place where one would be when its trace is not recorded. */
export interface ActiveSpan {
  /** 32 hex digits: of the incoming context if there was one, else new. */
  readonly traceId: string;
  child(name: string, attributes?: Attributes): ActiveSpan;
  end(attributes?: Attributes): void;
}

export interface Tracing {
  /** The span of a request, continuing its `traceparent` when that is valid. */
  request(traceparent: string | undefined, attributes: Attributes): ActiveSpan;
  /** Sends what is left and lets go. */
  stop(): Promise<void>;
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;

export function createTracing(options: TracingOptions): Tracing {
  const exporter = options.exporter ?? (options.otlpUrl === undefined ? undefined : otlpExporter(options.otlpUrl));
  if (exporter === undefined) return { request: (traceparent) => new Unrecorded(traceparent), stop: async () => {} };
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'aragora-api' }),
    sampler: new ParentBasedSampler({
      root: new TraceIdRatioBasedSampler(options.ratio ?? DOCUMENTED_RATIO),
      ...(options.ignoresUnsetFlag ? { remoteParentNotSampled: new AlwaysOnSampler() } : {}),
    }),
    spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 500 })],
  });
  const tracer = provider.getTracer('aragora');
  return {
    request: (traceparent, attributes) => {
      const span = tracer.startSpan('http.request', { kind: SpanKind.SERVER, attributes }, incoming(traceparent));
      return new Recorded(tracer, span);
    },
    stop: () => provider.shutdown(),
  };
}

function otlpExporter(endpoint: string): SpanExporter {
  const url = new URL(endpoint);
  if (url.pathname === '/') url.pathname = '/v1/traces';
  return new OTLPTraceExporter({ url: url.href, timeoutMillis: 2000 });
}

function incoming(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & 1;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

class Recorded implements ActiveSpan {
  readonly #tracer: Tracer;
  readonly #span: Span;

  constructor(tracer: Tracer, span: Span) {
    this.#tracer = tracer;
    this.#span = span;
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  child(name: string, attributes: Attributes = {}): ActiveSpan {
    // Not `isRecording`: a span that has ended may still get children.
    if ((this.#span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return this;
    return new Recorded(
      this.#tracer,
      this.#tracer.startSpan(name, { attributes }, trace.setSpan(ROOT_CONTEXT, this.#span)),
    );
  }

  end(attributes?: Attributes): void {
    if (attributes !== undefined) this.#span.setAttributes(attributes);
    if (Number(attributes?.['status']) >= 500) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    this.#span.end();
  }
}

/** Makes up a trace id only when a log asks for it. */
class Unrecorded implements ActiveSpan {
  readonly #traceparent: string | undefined;
  #traceId: string | undefined;

  constructor(traceparent: string | undefined) {
    this.#traceparent = traceparent;
  }

  get traceId(): string {
    this.#traceId ??= TRACEPARENT.exec(this.#traceparent ?? '')?.[1] ?? randomUUID().replaceAll('-', '');
    return this.#traceId;
  }

  child(): ActiveSpan {
    return this;
  }

  end(): void {}
}
