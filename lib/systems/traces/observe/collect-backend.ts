/** Collects traces through a backend alone: looks up a sample of the requests, and searches for traces that the server began. */
import type { HttpFailure } from '../../../http/backend.ts';
import { type SecretFinder, secretFinder } from '../../../observe/secrets.ts';
import type { LookedUpRequest, Span, TracedRequest, TracesObservation, TracesObserved } from '../observation.ts';
import type { TraceBackend } from './backend.ts';
import {
  awaitedOf,
  type CollectOptions,
  common,
  DEADLINE_MS,
  frequent,
  lookups,
  MAX_EXAMPLES,
  remainingMs,
  wantedRequests,
} from './collecting.ts';
import { confront, serviceMapOf } from './confront.ts';
import { leakPlaces } from './leaks.ts';
import { isWhole, sampleRequests } from './select.ts';

const MAX_LOOKUPS = 100;
const MAX_SEARCHED = 1500;
const POLL_MS = 250;

/** The others are compared with what the first one has. */
export async function observeBackend(
  options: CollectOptions,
  [backend, ...others]: readonly [TraceBackend, ...TraceBackend[]],
): Promise<TracesObservation> {
  const startedAtMs = Date.now();
  const services = await backend.services();
  if (!services.ok) return unavailable(backend, services);
  const wanted = sampleRequests(wantedRequests(options), MAX_LOOKUPS);
  const last = options.sentinel === undefined ? [] : [sentinelRequest(options.sentinel)];
  const traces = await lookUp(options, backend, [...wanted, ...last]);
  if (!(traces instanceof Map)) return unavailable(backend, traces);
  const unsampled = await lookUpUnsampled(options, backend);
  if (!(unsampled instanceof Map)) return unavailable(backend, unsampled);
  const searched = await searchFor(options, backend, services.value);
  const seen = uniqueSpans([...[...traces.values()].flat(), ...(searched.ok ? searched.value : [])]);
  const own = new Set(wanted.map(({ traceId }) => traceId));
  const spans = [...traces.values()].flat().filter(({ traceId }) => own.has(traceId));
  const requests = wanted.map(
    (request): LookedUpRequest => ({
      ...request,
      foundTraceId: isFound(traces, request.traceId) ? request.traceId : null,
    }),
  );
  const nowMs = Date.now();
  const missing = [...requests, ...last].filter((request) => !isWholeIn(traces, request, options));
  const unsettled = missing
    .filter(({ traceId, second }) => own.has(traceId) && nowMs - second * 1000 < SETTLED_MS)
    .map(({ traceId }) => traceId);
  const waiting = { load: options.load, deadlineMs: () => remainingMs(options, startedAtMs) };
  const further = await confront(others, { requests, spans, unsettled }, waiting);
  return {
    ...common(options),
    source: backend.source,
    url: backend.url,
    spanCount: seen.length,
    traceCount: new Set(seen.map(({ traceId }) => traceId)).size,
    spanNames: frequent(countNames(seen)),
    roots: searched.ok && hasAll(searched.value, spans, options) ? rootsOf(searched.value, options.serviceName) : null,
    spans,
    unsettled,
    requests,
    sampled: lookups(wanted, (traceId) => isFound(traces, traceId)),
    unsampled: recordedOf(unsampled),
    exports: null,
    leaks: leaksIn(seen, options.secrets ?? secretFinder([])),
    serviceMap: await serviceMapOf(backend, options.load),
    comparison: null,
    ...(further.length > 0 && { further }),
    waitedMs: nowMs - startedAtMs,
    complete: missing.length === 0,
  };
}

/** The spans of the load's time. */
async function searchFor(
  { serviceName, load: { startedAtMs, endedAtMs } }: CollectOptions,
  backend: TraceBackend,
  services: readonly string[],
): ReturnType<TraceBackend['search']> {
  if (!services.includes(serviceName)) return { ok: true, value: [] };
  return backend.search({
    service: serviceName,
    startMs: startedAtMs,
    endMs: endedAtMs + 1000,
    limit: MAX_SEARCHED,
  });
}

/** How many of the requests that were sent with the flag unset were recorded all the same. */
function recordedOf(unsampled: ReadonlyMap<string, readonly Span[]>): TracesObserved['unsampled'] {
  const recorded = [...unsampled].flatMap(([traceId, spans]) => (spans.length > 0 ? [traceId] : []));
  return {
    endpoint: 'all',
    sent: unsampled.size,
    found: recorded.length,
    examples: recorded.slice(0, MAX_EXAMPLES),
  };
}

function sentinelRequest(traceId: string): TracedRequest {
  return { traceId, endpoint: 'sentinel', sampled: true, outcome: 'ok', latencyUs: 0, second: 0 };
}

/** The spans come through an exporter and a store, each with a delay. */
const SETTLED_MS = 15_000;

/** Repeats it for those that are not whole yet, until the deadline. */
async function lookUp(
  options: CollectOptions,
  backend: TraceBackend,
  wanted: readonly TracedRequest[],
): Promise<Map<string, readonly Span[]> | HttpFailure> {
  const endMs = endOf(options);
  const traces = new Map<string, readonly Span[]>();
  let pending = wanted;
  for (;;) {
    const failure = await lookUpOnce(backend, pending, traces, endMs);
    if (failure !== null) return failure;
    pending = pending.filter((request) => !isWholeIn(traces, request, options));
    if (pending.length === 0 || Date.now() >= endMs || options.signal?.aborted === true) return traces;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function endOf({ deadlineMs = DEADLINE_MS }: CollectOptions): number {
  return Date.now() + deadlineMs;
}

const AT_ONCE = 8;

/** Adds the spans of each to `traces`. Returns a failure when the backend fails, or is so slow that some could not be asked for at all. */
async function lookUpOnce(
  backend: TraceBackend,
  requests: readonly TracedRequest[],
  traces: Map<string, readonly Span[]>,
  endMs: number,
): Promise<HttpFailure | null> {
  for (let at = 0; at < requests.length; at += AT_ONCE) {
    const some = requests.slice(at, at + AT_ONCE);
    if (Date.now() >= endMs)
      return some.every(({ traceId }) => traces.has(traceId)) ? null : tooSlow(backend, traces.size);
    const answers = await Promise.all(some.map(({ traceId }) => backend.trace(traceId)));
    for (const [index, answer] of answers.entries()) {
      if (!answer.ok) return answer;
      traces.set(some[index]?.traceId ?? '', answer.value);
    }
  }
  return null;
}

function tooSlow({ url }: TraceBackend, answered: number): HttpFailure {
  const reason = `${url} answered for only ${answered} traces in the time available`;
  return { ok: false, status: null, reason, hint: 'is it overloaded, or its storage slow?' };
}

async function lookUpUnsampled(options: CollectOptions, backend: TraceBackend) {
  const traces = new Map<string, readonly Span[]>();
  const unsampled = sampleRequests(
    options.requests.filter(({ sampled }) => sampled === false),
    MAX_LOOKUPS,
  );
  return (await lookUpOnce(backend, unsampled, traces, endOf(options))) ?? traces;
}

/** Whether the search found what was found by its id; if not, it has left out more, for example because of its own limit. */
function hasAll(searched: readonly Span[], own: readonly Span[], { serviceName }: CollectOptions): boolean {
  const found = new Set(searched.map(({ traceId }) => traceId));
  return own.every((span) => span.serviceName !== serviceName || found.has(span.traceId));
}

function isWholeIn(
  traces: ReadonlyMap<string, readonly Span[]>,
  request: TracedRequest,
  options: CollectOptions,
): boolean {
  return isWhole(traces.get(request.traceId) ?? [], awaitedOf(options, request));
}

function isFound(traces: ReadonlyMap<string, readonly Span[]>, traceId: string): boolean {
  return (traces.get(traceId) ?? []).length > 0;
}

function uniqueSpans(spans: readonly Span[]): readonly Span[] {
  return [...new Map(spans.map((span) => [`${span.traceId} ${span.spanId}`, span])).values()];
}

function countNames(spans: readonly Span[]): Map<string, number> {
  const names = new Map<string, number>();
  for (const { name } of spans) names.set(name, (names.get(name) ?? 0) + 1);
  return names;
}

/** Only of the server: a trace may begin with another service that calls it. null when the search may have left some out. */
function rootsOf(spans: readonly Span[], service: string): TracesObserved['roots'] {
  if (new Set(spans.map(({ traceId }) => traceId)).size >= MAX_SEARCHED) return null;
  const counts = new Map<string, { name: string; kind: Span['kind']; count: number }>();
  for (const { name, kind, parentSpanId, serviceName } of spans) {
    if (parentSpanId !== null || serviceName !== service) continue;
    const known = counts.get(`${kind} ${name}`) ?? { name, kind, count: 0 };
    counts.set(`${kind} ${name}`, { ...known, count: known.count + 1 });
  }
  return [...counts.values()];
}

function leaksIn(spans: readonly Span[], finder: SecretFinder): TracesObserved['leaks'] {
  const places = spans.flatMap((span) => leakPlaces(span, [], finder));
  return { searched: finder.searched, count: places.length, examples: [...new Set(places)].slice(0, MAX_EXAMPLES) };
}

function unavailable({ source }: TraceBackend, { reason, hint }: HttpFailure): TracesObservation {
  return { kind: 'traces', status: 'unavailable', source, reason, hint };
}
