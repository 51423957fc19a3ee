/**
 * Owns the collection of traces through Jaeger alone: looks up a sample of the requests, and searches for traces that the server began.
 * Refuses to judge them.
 */
import type {
  LookedUpRequest,
  Span,
  TracedRequest,
  TracesObservation,
  TracesObserved,
} from '../../core/observation.ts';
import type { HttpFailure } from '../http.ts';
import { type SecretFinder, secretFinder } from '../secrets.ts';
import {
  awaitedOf,
  type CollectOptions,
  common,
  DEADLINE_MS,
  frequent,
  lookups,
  MAX_EXAMPLES,
  wantedRequests,
} from './collecting.ts';
import { serviceMapOf } from './confront.ts';
import type { Jaeger } from './jaeger.ts';
import { leakPlaces } from './leaks.ts';
import { isWhole, sampleRequests } from './select.ts';

const MAX_LOOKUPS = 100;
const MAX_SEARCHED = 1500;
const POLL_MS = 250;

export async function observeJaeger(options: CollectOptions, jaeger: Jaeger): Promise<TracesObservation> {
  const startedAtMs = Date.now();
  const services = await jaeger.services();
  if (!services.ok) return unavailable(services);
  const wanted = sampleRequests(wantedRequests(options), MAX_LOOKUPS);
  const last = options.sentinel === undefined ? [] : [sentinelRequest(options.sentinel)];
  const traces = await lookUp(options, jaeger, [...wanted, ...last]);
  if (!(traces instanceof Map)) return unavailable(traces);
  const unsampled = await lookUpUnsampled(options, jaeger);
  if (!Array.isArray(unsampled)) return unavailable(unsampled);
  const { startedAtMs: fromMs, endedAtMs } = options.load;
  const search = { service: options.serviceName, startMs: fromMs, endMs: endedAtMs + 1000, limit: MAX_SEARCHED };
  const searched = services.value.includes(options.serviceName)
    ? await jaeger.search(search)
    : ({ ok: true, value: [] } as const);
  const seen = uniqueSpans([...[...traces.values()].flat(), ...(searched.ok ? searched.value : [])]);
  const own = new Set(wanted.map(({ traceId }) => traceId));
  const requests = wanted.map(
    (request): LookedUpRequest => ({
      ...request,
      foundTraceId: isFound(traces, request.traceId) ? request.traceId : null,
    }),
  );
  const nowMs = Date.now();
  return {
    ...common(options),
    source: 'jaeger',
    url: jaeger.url,
    spanCount: seen.length,
    traceCount: new Set(seen.map(({ traceId }) => traceId)).size,
    spanNames: frequent(countNames(seen)),
    roots: searched.ok ? rootsOf(searched.value, options.serviceName) : null,
    spans: [...traces.values()].flat().filter(({ traceId }) => own.has(traceId)),
    unsettled: requests
      .filter((request) => !isWhole(traces.get(request.traceId) ?? [], awaitedOf(options, request)))
      .filter((request) => nowMs - request.second * 1000 < SETTLED_MS)
      .map(({ traceId }) => traceId),
    requests,
    sampled: lookups(wanted, (traceId) => isFound(traces, traceId)),
    unsampled: {
      endpoint: 'all',
      sent: unsampled.length,
      found: unsampled.filter(({ found }) => found).length,
      examples: unsampled.flatMap(({ traceId, found }) => (found ? [traceId] : [])).slice(0, MAX_EXAMPLES),
    },
    exports: null,
    leaks: leaksIn(seen, options.secrets ?? secretFinder([])),
    serviceMap: await serviceMapOf(jaeger, options.load),
    comparison: null,
    waitedMs: nowMs - startedAtMs,
    complete: [...requests, ...last].every((request) =>
      isWhole(traces.get(request.traceId) ?? [], awaitedOf(options, request)),
    ),
  };
}

function sentinelRequest(traceId: string): TracedRequest {
  return { traceId, endpoint: 'sentinel', sampled: true, outcome: 'ok', latencyUs: 0, second: 0 };
}

/** The spans come through an exporter and a store, each with a delay. */
const SETTLED_MS = 15_000;

/** Again and again those that are not whole yet, until the deadline. */
async function lookUp(
  options: CollectOptions,
  jaeger: Jaeger,
  wanted: readonly TracedRequest[],
): Promise<Map<string, readonly Span[]> | HttpFailure> {
  const endMs = Date.now() + (options.deadlineMs ?? DEADLINE_MS);
  const traces = new Map<string, readonly Span[]>();
  let pending = wanted;
  for (;;) {
    for (const { traceId } of pending) {
      const answer = await jaeger.trace(traceId);
      if (!answer.ok) return answer;
      traces.set(traceId, answer.value);
    }
    pending = pending.filter((request) => !isWhole(traces.get(request.traceId) ?? [], awaitedOf(options, request)));
    if (pending.length === 0 || Date.now() >= endMs || options.signal?.aborted === true) return traces;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function lookUpUnsampled(options: CollectOptions, jaeger: Jaeger) {
  const unsampled = options.requests.filter(({ sampled }) => sampled === false);
  const results: { traceId: string; found: boolean }[] = [];
  for (const { traceId } of sampleRequests(unsampled, MAX_LOOKUPS)) {
    const answer = await jaeger.trace(traceId);
    if (!answer.ok) return answer;
    results.push({ traceId, found: answer.value.length > 0 });
  }
  return results;
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

/** Of the server alone: a trace may begin with another service that calls it. null when the search may have left some out. */
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

function unavailable({ reason, hint }: HttpFailure): TracesObservation {
  return { kind: 'traces', status: 'unavailable', source: 'jaeger', reason, hint };
}
