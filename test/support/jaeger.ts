/** What the tests of traces share: spans made by the OpenTelemetry SDK, a load with known trace ids, a fake Jaeger. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Span, TracedRequest } from '../../lib/systems/traces/observation.ts';

const PATHS = {
  health: ['GET', '/api/health'],
  'debates-list': ['GET', '/api/debates'],
  'debates-create': ['POST', '/api/debates'],
} as const;
export type SentEndpoint = keyof typeof PATHS;

export function newId(bytes: 8 | 16): string {
  return randomBytes(bytes).toString('hex');
}

/** Sends one request as the load does. `sampled` null: without `traceparent`. */
export async function send(
  httpUrl: string,
  endpoint: SentEndpoint,
  sampled: boolean | null,
  headers: Record<string, string> = {},
): Promise<TracedRequest> {
  const [method, path] = PATHS[endpoint];
  const [traceId, parentSpanId] = [newId(16), newId(8)];
  const traceparent = { traceparent: `00-${traceId}-${parentSpanId}-0${sampled === true ? 1 : 0}` };
  const body = JSON.stringify({ question: 'Is this long enough?', agents: ['demo', 'demo'], rounds: 2 });
  const startedMs = performance.now();
  const answer = await fetch(httpUrl + path, {
    method,
    headers: { ...headers, ...(sampled === null ? {} : traceparent) },
    ...(method === 'POST' ? { body } : {}),
  });
  await answer.arrayBuffer();
  const latencyUs = Math.round((performance.now() - startedMs) * 1000);
  const outcome = answer.ok ? 'ok' : `status_${answer.status}`;
  return { traceId, parentSpanId, endpoint, sampled, outcome, latencyUs, second: Math.floor(Date.now() / 1000) };
}

export function spanWith(fields: Partial<Span> = {}): Span {
  return {
    traceId: newId(16),
    spanId: newId(8),
    parentSpanId: null,
    name: 'http.request',
    kind: 'server',
    startUnixNano: '1795318155000000000',
    endUnixNano: '1795318155005000000',
    attributes: {},
    status: 'unset',
    serviceName: 'aragora-api',
    flags: null,
    ...fields,
  };
}

export interface FakeJaeger {
  readonly url: string;
  /** Takes spans as a real Jaeger would by OTLP. */
  put(spans: readonly Span[]): void;
  /** Answers everything with this from now on. */
  answerWith(status: number, contentType: string, body: string): void;
  readonly authorizations: (string | undefined)[];
  stop(): Promise<void>;
}

/** A stand-in for Jaeger's query API with its documented answers; not Jaeger. */
export async function startFakeJaeger(): Promise<FakeJaeger> {
  const stored: Span[] = [];
  const authorizations: (string | undefined)[] = [];
  let fixed: { status: number; contentType: string; body: string } | undefined;
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    const url = new URL(request.url ?? '/', 'http://fake');
    const { status, contentType, body } = fixed ?? answerOf(url, stored);
    response.writeHead(status, { 'content-type': contentType }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    put: (spans) => void stored.push(...spans),
    answerWith: (status, contentType, body) => {
      fixed = { status, contentType, body };
    },
    authorizations,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerOf({ pathname, searchParams }: URL, stored: readonly Span[]) {
  const json = (status: number, value: object) => ({
    status,
    contentType: 'application/json',
    body: JSON.stringify(value),
  });
  if (pathname === '/api/services') return json(200, { data: [...new Set(stored.map((span) => span.serviceName))] });
  if (pathname === '/api/dependencies')
    return json(200, { data: [{ parent: 'web', child: 'aragora-api', callCount: 3 }] });
  if (pathname === '/api/traces') {
    const service = searchParams.get('service');
    const ids = new Set(stored.filter((span) => span.serviceName === service).map(({ traceId }) => traceId));
    return json(200, { data: [...ids].map((traceId) => jaegerTrace(traceId, stored)) });
  }
  const traceId = pathname.replace('/api/traces/', '');
  if (stored.some((span) => span.traceId === traceId)) return json(200, { data: [jaegerTrace(traceId, stored)] });
  return json(404, { data: null, errors: [{ code: 404, msg: 'trace not found' }] });
}

function jaegerTrace(traceID: string, stored: readonly Span[]) {
  const spans = stored.filter((span) => span.traceId === traceID);
  const reference = (spanID: string) => ({ refType: 'CHILD_OF', traceID, spanID });
  return {
    traceID,
    spans: spans.map((span) => ({
      traceID,
      spanID: span.spanId,
      operationName: span.name,
      references: span.parentSpanId === null ? [] : [reference(span.parentSpanId)],
      startTime: Number(BigInt(span.startUnixNano) / 1000n),
      duration: Number((BigInt(span.endUnixNano) - BigInt(span.startUnixNano)) / 1000n),
      tags: [
        ...Object.entries(span.attributes).map(([key, value]) => ({ key, type: typeof value, value })),
        { key: 'span.kind', type: 'string', value: span.kind },
        { key: 'otel.scope.name', type: 'string', value: 'aragora' },
        ...statusTags(span.status),
      ],
      processID: `p-${span.serviceName}`,
    })),
    processes: Object.fromEntries(spans.map(({ serviceName }) => [`p-${serviceName}`, { serviceName, tags: [] }])),
  };
}

function statusTags(status: Span['status']) {
  const code = { key: 'otel.status_code', type: 'string', value: status.toUpperCase() };
  if (status === 'error') return [code, { key: 'error', type: 'bool', value: true }];
  return status === 'ok' ? [code] : [];
}
