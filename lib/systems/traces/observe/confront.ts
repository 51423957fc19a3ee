/** Asks a backend, besides its use as evidence, whether it has the same traces, and for its map of services. */
import type { BackendFacts, LookedUpRequest, ServiceMap, Span, TraceComparison } from '../observation.ts';
import type { TraceBackend } from './backend.ts';
import { differenceOf } from './compare.ts';
import { spread } from './select.ts';

const MAX_COMPARED = 50;
const MAX_EXAMPLES = 5;
const POLL_MS = 250;
const REST_MS = 5000;

interface LoadTimes {
  /** Unix ms. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** null when it does not say. Its edges may be computed long after; services are there at once. */
export async function serviceMapOf(backend: TraceBackend, load: LoadTimes): Promise<ServiceMap | null> {
  const services = await backend.services();
  const endMs = Date.now();
  const edges = await backend.edges(endMs, endMs - load.startedAtMs);
  return services.ok ? { services: services.value, edges: edges.ok ? edges.value : [] } : null;
}

/** The evidence that another source is compared with. */
export interface KeptTraces {
  readonly requests: readonly LookedUpRequest[];
  readonly spans: readonly Span[];
  readonly unsettled: readonly string[];
}

/** What each of the backends has besides the evidence, within `deadlineMs`. */
export async function confront(
  backends: readonly TraceBackend[],
  kept: KeptTraces,
  { load, deadlineMs }: { readonly load: LoadTimes; readonly deadlineMs: () => number },
): Promise<BackendFacts[]> {
  return Promise.all(
    backends.map(async (backend) => {
      const serviceMap = await serviceMapOf(backend, load);
      return { serviceMap, comparison: await compareWith(backend, kept, deadlineMs()) };
    }),
  );
}

/** Looks up at most 50 of the kept traces in the backend, repeatedly until they are the same, for at most `deadlineMs`. */
async function compareWith(backend: TraceBackend, kept: KeptTraces, deadlineMs: number): Promise<TraceComparison> {
  const endMs = Date.now() + deadlineMs;
  const found = new Set(kept.requests.flatMap(({ foundTraceId }) => foundTraceId ?? []));
  const chosen = spread(
    [...found].filter((traceId) => !kept.unsettled.includes(traceId)),
    MAX_COMPARED,
  );
  const missing: string[] = [];
  const differing: { traceId: string; difference: string }[] = [];
  let compared = 0;
  for (const traceId of chosen) {
    // A missing one may take all the time there is. The others are looked up once, as many as a slow backend gives.
    if (compared > 0 && Date.now() >= endMs + REST_MS) break;
    compared += 1;
    const own = kept.spans.filter((span) => span.traceId === traceId);
    const answer = await sameAs(backend, traceId, own, endMs);
    if (typeof answer === 'string') return { ...nothing(backend, answer), compared: 0 };
    if (answer.spans === 0) missing.push(traceId);
    else if (answer.difference !== null) differing.push({ traceId, difference: answer.difference });
  }
  return {
    ...nothing(backend, null),
    compared,
    missing: missing.slice(0, MAX_EXAMPLES),
    differing: differing.slice(0, MAX_EXAMPLES),
  };
}

function nothing({ source }: TraceBackend, problem: string | null) {
  return { source, missing: [], differing: [], problem } as const;
}

/** A string when the backend does not answer. */
async function sameAs(backend: TraceBackend, traceId: string, own: readonly Span[], endMs: number) {
  const services = new Set(own.map(({ serviceName }) => serviceName));
  const spanIds = new Set(own.map(({ spanId }) => spanId));
  // A service that calls the server, or is called by it, may export only to the backend.
  const isPart = ({ spanId, serviceName }: Span) => spanIds.has(spanId) || services.has(serviceName);
  for (;;) {
    const answer = await backend.trace(traceId);
    if (!answer.ok) return answer.reason;
    const there = answer.value.filter(isPart);
    const difference = differenceOf(own, there);
    if (difference === null || Date.now() >= endMs) return { spans: there.length, difference };
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
