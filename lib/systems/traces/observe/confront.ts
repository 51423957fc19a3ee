/**
 * Owns what Jaeger is asked for besides being the evidence: whether it has the same traces, and its map of services.
 * Refuses to judge it.
 */
import type { LookedUpRequest, ServiceMap, Span, TraceComparison } from '../observation.ts';
import { differenceOf } from './compare.ts';
import type { Jaeger } from './jaeger.ts';
import { spread } from './select.ts';

const MAX_COMPARED = 50;
const MAX_EXAMPLES = 5;
const POLL_MS = 250;
const REST_MS = 5000;

/** null when Jaeger does not tell. Its dependencies may be computed long after; services are there at once. */
export async function serviceMapOf(
  jaeger: Jaeger,
  load: { readonly startedAtMs: number; readonly endedAtMs: number },
): Promise<ServiceMap | null> {
  const services = await jaeger.services();
  const endMs = Date.now();
  const edges = await jaeger.edges(endMs, endMs - load.startedAtMs);
  return services.ok ? { services: services.value, edges: edges.ok ? edges.value : [] } : null;
}

/** Looks up to 50 of the received traces up in Jaeger, again until they are the same, at most for `deadlineMs`. */
export async function compareWithJaeger(
  jaeger: Jaeger,
  received: {
    readonly requests: readonly LookedUpRequest[];
    readonly spans: readonly Span[];
    readonly unsettled: readonly string[];
  },
  deadlineMs: number,
): Promise<TraceComparison> {
  const endMs = Date.now() + deadlineMs;
  const found = new Set(received.requests.flatMap(({ foundTraceId }) => foundTraceId ?? []));
  const chosen = spread(
    [...found].filter((traceId) => !received.unsettled.includes(traceId)),
    MAX_COMPARED,
  );
  const missing: string[] = [];
  const differing: { traceId: string; difference: string }[] = [];
  let compared = 0;
  for (const traceId of chosen) {
    // One that lacks may take all the time there is: the others are looked at once, as many as a slow Jaeger tells.
    if (compared > 0 && Date.now() >= endMs + REST_MS) break;
    compared += 1;
    const own = received.spans.filter((span) => span.traceId === traceId);
    const answer = await sameAs(jaeger, traceId, own, endMs);
    if (typeof answer === 'string') return { ...nothing(answer), compared: 0 };
    if (answer.spans === 0) missing.push(traceId);
    else if (answer.difference !== null) differing.push({ traceId, difference: answer.difference });
  }
  return {
    ...nothing(null),
    compared,
    missing: missing.slice(0, MAX_EXAMPLES),
    differing: differing.slice(0, MAX_EXAMPLES),
  };
}

function nothing(problem: string | null) {
  return { source: 'jaeger', missing: [], differing: [], problem } as const;
}

/** A string when Jaeger does not answer. */
async function sameAs(jaeger: Jaeger, traceId: string, own: readonly Span[], endMs: number) {
  const services = new Set(own.map(({ serviceName }) => serviceName));
  const spanIds = new Set(own.map(({ spanId }) => spanId));
  // Whoever called the server, or is called by it, may export to Jaeger alone.
  const isPart = ({ spanId, serviceName }: Span) => spanIds.has(spanId) || services.has(serviceName);
  for (;;) {
    const answer = await jaeger.trace(traceId);
    if (!answer.ok) return answer.reason;
    const there = answer.value.filter(isPart);
    const difference = differenceOf(own, there);
    if (difference === null || Date.now() >= endMs) return { spans: there.length, difference };
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
