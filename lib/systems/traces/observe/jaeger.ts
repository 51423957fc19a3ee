/** Jaeger's query API (the one that its own user interface uses), and how its answers are read as spans. */

import type { HttpAccess } from '../../../http/access.ts';
import { fetchJson, type HttpFailure } from '../../../http/backend.ts';
import type { ServiceMap, Span, SpanValue } from '../observation.ts';
import type { Answer, TraceBackend, TraceBackendKind } from './backend.ts';

export interface JaegerOptions extends HttpAccess {
  /** Where its user interface is, with a path if it has one, for example `http://jaeger:16686`. */
  readonly url: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export const JAEGER: TraceBackendKind = {
  id: 'jaeger',
  title: 'Jaeger',
  options: ['jaeger'],
  usage: '--jaeger URL',
  tracePath: '/trace/{traceId}',
  open: (url, { access, signal }) => openJaeger({ url, signal, ...access['jaeger'] }),
};

export function openJaeger({ url, ...access }: JaegerOptions): TraceBackend {
  const base = url.replace(/\/+$/, '');
  const ask = async <T>(path: string, read: (data: unknown) => T): Promise<Answer<T>> => {
    const answer = await fetchJson(`${base}${path}`, access);
    if (!answer.ok) return answer;
    const data = fieldOf(answer.data, 'data');
    const asked = `GET ${shown(base)}${path.split('?')[0]}`;
    if (data === undefined) return notJaeger(`${asked} answers JSON without "data"`, answer.status);
    try {
      return { ok: true, value: read(data) };
    } catch (error) {
      if (!(error instanceof Misshapen)) throw error;
      return notJaeger(`${asked} does not answer as Jaeger does: ${error.message}`, answer.status);
    }
  };
  return {
    source: JAEGER.id,
    url: shown(base),
    services: () => ask('/api/services', (data) => listOf(data).map(String)),
    trace: async (traceId) => {
      const ofTrace = (data: unknown) => spansOf(data).filter((span) => span.traceId === traceId);
      const answer = await ask(`/api/traces/${traceId}`, ofTrace);
      return !answer.ok && answer.status === 404 ? { ok: true, value: [] } : answer;
    },
    search: ({ service, startMs, endMs, limit }) => {
      const query = { service, start: `${startMs * 1000}`, end: `${endMs * 1000}`, limit: `${limit}` };
      return ask(`/api/traces?${new URLSearchParams(query)}`, spansOf);
    },
    edges: (endMs, lookbackMs) =>
      ask(`/api/dependencies?${new URLSearchParams({ endTs: `${endMs}`, lookback: `${lookbackMs}` })}`, edgesOf),
  };
}

function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + (pathname === '/' ? '' : pathname);
}

class Misshapen extends Error {}

function notJaeger(reason: string, status: number): HttpFailure {
  const hint = "is this the address of Jaeger's query service (its user interface)?";
  return { ok: false, status, reason, hint };
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** [] for a value that is not a list; Jaeger says null for an empty one. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function edgesOf(data: unknown): ServiceMap['edges'] {
  return listOf(data).map((edge) => ({
    parent: String(fieldOf(edge, 'parent')),
    child: String(fieldOf(edge, 'child')),
    calls: Number(fieldOf(edge, 'callCount') ?? 0),
  }));
}

/** The spans of traces as Jaeger writes them; its times are in whole µs. */
export function spansOf(data: unknown): readonly Span[] {
  return listOf(data).flatMap((trace) => {
    const processes = fieldOf(trace, 'processes');
    return listOf(fieldOf(trace, 'spans')).map((span) => spanOf(span, processes));
  });
}

function spanOf(span: unknown, processes: unknown): Span {
  const tags = tagsOf(fieldOf(span, 'tags'));
  const status = statusOf(tags);
  const kindTag = tags.find(({ key }) => key === 'span.kind')?.value;
  // Jaeger also writes `error` beside the status; any other tag of that name is the span's own.
  const own = tags.filter(
    ({ key, value }) => !ADDED.test(key) && !(status === 'error' && key === 'error' && value === true),
  );
  const service = fieldOf(fieldOf(processes, String(fieldOf(span, 'processID'))), 'serviceName');
  const startUs = wholeOf(span, 'startTime');
  const endUs = startUs + wholeOf(span, 'duration');
  return {
    traceId: idOf(span, 'traceID', 32),
    spanId: idOf(span, 'spanID', 16),
    parentSpanId: parentOf(span),
    name: String(fieldOf(span, 'operationName')),
    kind: KINDS.find((kind) => kind === kindTag) ?? 'unspecified',
    startUnixNano: `${startUs * 1000n}`,
    endUnixNano: `${endUs * 1000n}`,
    attributes: Object.fromEntries(own.map(({ key, value }) => [key, value])),
    status,
    serviceName: typeof service === 'string' ? service : null,
    flags: null,
  };
}

function wholeOf(span: unknown, key: string): bigint {
  const value = fieldOf(span, key);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw new Misshapen(`the ${key} of a span is ${JSON.stringify(value) ?? 'missing'}`);
}

function idOf(span: unknown, key: string, digits: number): string {
  const value = fieldOf(span, key);
  if (typeof value === 'string' && /^[0-9a-f]+$/.test(value)) return value.padStart(digits, '0');
  throw new Misshapen(`the ${key} of a span is ${JSON.stringify(value) ?? 'missing'}`);
}

const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const;

/** Tags that are not attributes of the span, but Jaeger's form of its other fields. */
const ADDED = /^(span\.kind|internal\.span\.format|w3c\.tracestate|otel\.(status_|scope\.|library\.).*)$/;

function statusOf(tags: Tags): Span['status'] {
  const code = tags.find(({ key }) => key === 'otel.status_code')?.value;
  return code === 'ERROR' ? 'error' : code === 'OK' ? 'ok' : 'unset';
}

function parentOf(span: unknown): string | null {
  const traceId = fieldOf(span, 'traceID');
  const own = listOf(fieldOf(span, 'references')).filter((reference) => fieldOf(reference, 'traceID') === traceId);
  const parent = own.find((reference) => fieldOf(reference, 'refType') === 'CHILD_OF') ?? own[0];
  return parent === undefined ? null : String(fieldOf(parent, 'spanID')).padStart(16, '0');
}

type Tags = readonly { readonly key: string; readonly value: SpanValue }[];

/** A key may be there twice. */
function tagsOf(tags: unknown): Tags {
  return listOf(tags).map((tag) => {
    const value = fieldOf(tag, 'value');
    const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return { key: String(fieldOf(tag, 'key')), value: plain ? value : JSON.stringify(value) };
  });
}
