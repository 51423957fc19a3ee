/** Collects traces after a load: waits until those of the sampled requests are whole, at most until a deadline, and writes down what arrived. */
import { setTimeout as sleep } from 'node:timers/promises';
import { giveOneOf } from '../../../observe/backends.ts';
import type {
  LookedUpRequest,
  Span,
  TracedRequest,
  TraceLookup,
  TracesObservation,
  TracesObserved,
} from '../observation.ts';
import { TRACE_BACKENDS } from './backends.ts';
import { observeBackend } from './collect-backend.ts';
import {
  awaitedOf,
  type CollectOptions,
  common,
  DEADLINE_MS,
  frequent,
  lookups,
  MAX_EXAMPLES,
  type RefusedRequest,
  remainingMs,
  wantedRequests,
} from './collecting.ts';
import { confront } from './confront.ts';
import type { ExportCounts, Receiver } from './receiver.ts';
import { isWhole, sampleRequests, spread } from './select.ts';
import type { ServiceName } from './span-counts.ts';
import type { SpanStore } from './span-store.ts';

const POLL_MS = 50;
/** Two default batch periods: a trace without news for longer gets no more spans. */
const SETTLED_MS = 10_000;
/** Limits of what is written down. */
const MAX_REQUESTS = 300;
const MAX_OTHERS = 200;
const MAX_SPANS = 20_000;

/** Never throws because of what a target or a backend did. */
export async function collectTraces(options: CollectOptions): Promise<TracesObservation> {
  const { receiver } = options;
  const [first, ...others] = options.backends;
  if (receiver !== undefined) return observeReceived(options, receiver);
  if (first !== undefined) return observeBackend(options, [first, ...others]);
  return {
    kind: 'traces',
    status: 'unavailable',
    source: 'direct',
    reason: 'the target does not export its traces to anything that can be asked',
    hint: `${giveABackend()}, or --otlp-port NUMBER and let the target export there`,
  };
}

function giveABackend(): string {
  return giveOneOf(TRACE_BACKENDS.map(({ usage }) => usage));
}

async function observeReceived(options: CollectOptions, receiver: Receiver): Promise<TracesObservation> {
  const { spans: store, exports } = receiver;
  const startedAtMs = Date.now();
  const wanted = wantedRequests(options);
  const complete = await waitFor(options, store);
  if (!options.exportsHere && !isServers(options, store, wanted)) return nothingCame(receiver, wanted.length);
  const isOwn = ownServices(store, wanted);
  const kept = keep(options, store, wanted, isOwn);
  const [backend, ...further] = await confront(options.backends, kept, {
    load: options.load,
    deadlineMs: () => remainingMs(options, startedAtMs),
  });
  return {
    ...common(options),
    source: 'direct',
    url: receiver.httpUrl,
    spanCount: store.counts.spans,
    traceCount: store.traceCount,
    spanNames: frequent(store.counts.namesOf(isOwn)),
    roots: rootsDuring(options, store, isOwn),
    begun: begunDuring(options, store, isOwn),
    ...kept,
    differing: { count: store.differing.count, examples: [...store.differing.examples] },
    twice: { byName: Object.fromEntries(store.twice.byName), examples: [...store.twice.examples] },
    sampled: lookups(wanted, (traceId) => store.has(traceId)),
    unsampled: unsampledLookup(options, store),
    ...(options.refused !== undefined && { refused: refusedIn(options.refused, store) }),
    exports: exportsOf(exports),
    leaks: { searched: store.secrets.searched, count: store.leaks.count, examples: [...store.leaks.examples] },
    serviceMap: backend?.serviceMap ?? null,
    comparison: backend?.comparison ?? null,
    ...(further.length > 0 && { further }),
    readAtMs: Date.now(),
    waitedMs: Date.now() - startedAtMs,
    complete,
  };
}

function exportsOf({ strays: _, problems, ...counts }: ExportCounts): TracesObserved['exports'] {
  return { ...counts, problems: [...problems] };
}

/** Whether everything arrived before the deadline. */
async function waitFor(options: CollectOptions, store: SpanStore): Promise<boolean> {
  const { deadlineMs = DEADLINE_MS, sentinel, refused, signal } = options;
  const endMs = Date.now() + deadlineMs;
  const isHere = (traceId: string | undefined) => traceId === undefined || store.find(traceId) !== null;
  // Where even the one beside it is not here, it is not awaited: nothing is said of it then.
  const isRefusedHere = () =>
    refused === undefined ||
    !isHere(refused.besideId) ||
    (isHere(refused.traceId) && isWhole(spansOfSent(store, refused.traceId), []));
  let pending = wantedRequests(options);
  for (;;) {
    pending = pending.filter((request) => !isThere(store, request, options));
    const isComplete = pending.length === 0 && isHere(sentinel);
    if (isComplete && isRefusedHere()) return true;
    if (Date.now() >= endMs || signal?.aborted === true) return isComplete;
    await sleep(POLL_MS);
  }
}

function isThere(store: SpanStore, request: TracedRequest, options: CollectOptions): boolean {
  const traceId = store.find(request.traceId);
  if (traceId === null) return false;
  const spans = store.spansOf(traceId);
  // Counted but not kept, because there was no room: all that is known is that it arrived.
  return spans.length === 0 || isWhole(spans, awaitedOf(options, request));
}

type IsOwn = (service: ServiceName) => boolean;

/** The services that took part in the load's own traces; all if none of those arrived. Others may export to the same place. */
function ownServices(store: SpanStore, wanted: readonly TracedRequest[]): IsOwn {
  const found = wanted.flatMap(({ traceId }) => store.spansOf(store.find(traceId) ?? ''));
  const own = new Set(found.map(({ serviceName }) => serviceName));
  return (service) => own.size === 0 || own.has(service);
}

/** Whether any of it can be the server's: a trace of the load, or spans of its service, or of a service without a name. */
function isServers({ serviceName }: CollectOptions, store: SpanStore, wanted: readonly TracedRequest[]): boolean {
  const isNameless = (service: ServiceName) => service === null || service.startsWith('unknown_service');
  return (
    store.counts.services.some((service) => service === serviceName || isNameless(service)) ||
    wanted.some(({ traceId }) => store.find(traceId) !== null)
  );
}

function keep(options: CollectOptions, store: SpanStore, wanted: readonly TracedRequest[], isOwn: IsOwn) {
  const nowMs = Date.now();
  const requests = sampleRequests(wanted, MAX_REQUESTS).map(
    (request): LookedUpRequest => ({ ...request, foundTraceId: store.find(request.traceId) }),
  );
  const own = new Set(requests.flatMap(({ foundTraceId }) => foundTraceId ?? []));
  const alone = [options.sentinel, options.refused?.traceId, options.refused?.besideId].map((traceId = '') =>
    store.find(traceId),
  );
  const others = spread(
    [...store.keptTraceIds()].filter(
      (traceId) =>
        !own.has(traceId) &&
        !alone.includes(traceId) &&
        store.spansOf(traceId).some(({ serviceName }) => isOwn(serviceName)),
    ),
    MAX_OTHERS,
  );
  const spans: Span[] = [];
  const unsettled: string[] = [];
  const awaitedBy = new Map(requests.map((request) => [request.foundTraceId, awaitedOf(options, request)]));
  for (const traceId of [...own, ...others]) {
    const trace = store.spansOf(traceId);
    if (spans.length + trace.length > MAX_SPANS) break;
    spans.push(...trace);
    const isQuiet = nowMs - (store.lastArrivalMs(traceId) ?? 0) >= SETTLED_MS;
    if (!isQuiet && !isWhole(trace, awaitedBy.get(traceId) ?? [])) unsettled.push(traceId);
  }
  return { requests, spans, unsettled };
}

function spansOfSent(store: SpanStore, sent: string): readonly Span[] {
  return store.spansOf(store.find(sent) ?? '');
}

function refusedIn({ traceId, besideId }: RefusedRequest, store: SpanStore): NonNullable<TracesObserved['refused']> {
  const [found, besideFound] = [traceId, besideId].map((id) => store.find(id) !== null);
  return { traceId, found: found === true, besideFound: besideFound === true, spans: spansOfSent(store, traceId) };
}

function unsampledLookup({ requests, sent }: CollectOptions, store: SpanStore): TraceLookup {
  const listed = requests.filter(({ sampled }) => sampled === false).map(({ traceId }) => traceId);
  const known = new Set(requests.flatMap(({ traceId, sampled }) => (sampled === true ? [traceId] : [])));
  const found = new Set([...listed.filter((traceId) => store.find(traceId) !== null), ...store.recordedUnasked(known)]);
  const examples = [...found].slice(0, MAX_EXAMPLES);
  return { endpoint: 'all', sent: sent?.unsampled ?? listed.length, found: found.size, examples };
}

function begunDuring({ load }: CollectOptions, store: SpanStore, isOwn: IsOwn): NonNullable<TracesObserved['begun']> {
  const [first, last] = [Math.floor(load.startedAtMs / 1000), Math.ceil(load.endedAtMs / 1000)];
  const byEndpoint = new Map<string, Map<number, number>>();
  for (const root of store.counts.roots().filter(({ service }) => isOwn(service))) {
    for (const [endpoint, seconds] of root.byEndpoint) {
      const all = byEndpoint.get(endpoint) ?? new Map<number, number>();
      byEndpoint.set(endpoint, all);
      for (const [second, count] of seconds)
        if (second >= first && second <= last) all.set(second, (all.get(second) ?? 0) + count);
    }
  }
  return [...byEndpoint].map(([endpoint, seconds]) => ({ endpoint, seconds: [...seconds].sort(([a], [b]) => a - b) }));
}

function rootsDuring({ load }: CollectOptions, store: SpanStore, isOwn: IsOwn): TracesObserved['roots'] {
  const [first, last] = [Math.floor(load.startedAtMs / 1000), Math.ceil(load.endedAtMs / 1000)];
  return store.counts.roots().flatMap(({ service, name, kind, bySecond }) => {
    if (!isOwn(service)) return [];
    const within = [...bySecond].filter(([second]) => second >= first && second <= last);
    const count = within.reduce((sum, [, number]) => sum + number, 0);
    return count === 0 ? [] : [{ name, kind, count }];
  });
}

function nothingCame({ spans, exports, httpUrl, grpcUrl }: Receiver, sampled: number): TracesObservation {
  const { malformed, strays } = exports;
  const what =
    spans.counts.spans === 0
      ? 'no span'
      : `no span except of ${spans.counts.services.slice(0, MAX_EXAMPLES).join(', ')}`;
  const refused = malformed === 0 ? '' : `; ${malformed} export requests were malformed`;
  const stray = strays.length === 0 ? '' : `; asked for instead: ${strays.join(', ')}`;
  return {
    kind: 'traces',
    status: 'unavailable',
    source: 'direct',
    reason: `${what} was received at ${httpUrl} after ${sampled} sampled requests${refused}${stray}`,
    hint: `let the target export there (OTEL_EXPORTER_OTLP_ENDPOINT=${httpUrl}, or ${grpcUrl} for gRPC), or ${giveABackend()}`,
  };
}
