/** The spans that the guides promise: W3C context in, sampling, OTLP out. Only this file and span-edits.ts import the OpenTelemetry packages. */
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
  type Sampler,
  SamplingDecision,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-node';
import { evenly } from './random.ts';
import { type EditSpan, editing, SERVICE_NAME } from './span-edits.ts';
import { TRACEPARENT } from './traceparent.ts';

export type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';

/** Documented: ParentBased(root=TraceIdRatioBased(0.1)). Here the share is spread evenly, so a short run shows it too. */
export const DOCUMENTED_RATIO = 0.1;

/** Which traces are recorded. */
export interface Sampling {
  /** Share (0–1) of the traces without an incoming context that are recorded; default 0.1. */
  readonly ratio?: number;
  /** Also records traces whose incoming context asks not to. */
  readonly ignoresUnsetFlag?: boolean;
  /** Share (0–1) of the traces whose incoming context asks for recording that are recorded; default all. */
  readonly flaggedShare?: number;
}

export interface TracingOptions extends Sampling {
  /** OTLP/HTTP endpoint; `/v1/traces` is added if it has no path. No spans without it (or an `exporter`). */
  readonly otlpUrl?: string;
  /** A second one that gets every span, too. */
  readonly alsoOtlpUrl?: string;
  /** Instead of `otlpUrl`. */
  readonly exporter?: SpanExporter;
  /** Seeds the random choices; default 1. */
  readonly seed?: number;
  readonly edit?: EditSpan | undefined;
}

/** A span, or its place when its trace is not recorded. */
export interface ActiveSpan {
  /** 32 hexadecimal digits: of the incoming context if there was one, else new. */
  readonly traceId: string;
  child(name: string, attributes?: Attributes): ActiveSpan;
  end(attributes?: Attributes): void;
}

export interface Tracing {
  /** The span of a request; it continues the request's `traceparent` when that is valid. */
  request(traceparent: string | undefined, attributes: Attributes): ActiveSpan;
  /** Sends the rest, and shuts down. */
  stop(): Promise<void>;
}

export function createTracing(options: TracingOptions): Tracing {
  const exporters = exportersOf(options);
  if (exporters.length === 0) return { request: (traceparent) => new Unrecorded(traceparent), stop: async () => {} };
  const { edit, seed = 1, ratio = DOCUMENTED_RATIO, flaggedShare, ignoresUnsetFlag } = options;
  const sent = exporters.map((exporter) => (edit === undefined ? exporter : editing(exporter, edit)));
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ [SERVICE_NAME]: 'aragora-api' }),
    sampler: new ParentBasedSampler({
      root: share(ratio, seed, 'roots'),
      ...(ignoresUnsetFlag ? { remoteParentNotSampled: new AlwaysOnSampler() } : {}),
      ...(flaggedShare === undefined ? {} : { remoteParentSampled: share(flaggedShare, seed, 'flagged') }),
    }),
    spanProcessors: sent.map((exporter) => new BatchSpanProcessor(exporter, { scheduledDelayMillis: 500 })),
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

function exportersOf({ exporter, otlpUrl, alsoOtlpUrl }: TracingOptions): SpanExporter[] {
  const urls = [exporter === undefined ? otlpUrl : undefined, alsoOtlpUrl].filter((url) => url !== undefined);
  return [...(exporter === undefined ? [] : [exporter]), ...urls.map(otlpExporter)];
}

function share(ratio: number, seed: number, stream: string): Sampler {
  const isChosen = evenly(ratio, seed, stream);
  return {
    shouldSample: () => ({
      decision: isChosen() ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
    }),
    toString: () => `Even(${ratio})`,
  };
}

export function otlpExporter(endpoint: string): SpanExporter {
  const url = new URL(endpoint);
  if (url.pathname === '/') url.pathname = '/v1/traces';
  // The exporter's own default. On a busy machine a receiver may be held up for seconds, and a batch that is given up is lost.
  return new OTLPTraceExporter({ url: url.href, timeoutMillis: 10_000 });
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

/** Makes a trace id only when a log asks for it. */
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
