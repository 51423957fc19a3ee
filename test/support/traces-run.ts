/** What the reference target exports, judged alone, and changes of it, for the tests of the traces checks. */

import type { StartLateness } from '../../lib/core/generators.ts';
import type { Span, TracesObservation, TracesObserved } from '../../lib/systems/traces/observation.ts';
import { collectTraces } from '../../lib/systems/traces/observe/collect.ts';
import { startReceiver } from '../../lib/systems/traces/observe/receiver.ts';
import { awaitedSpans, DOCUMENTED_SPANS } from '../../lib/systems/traces/promises.ts';
import type { SpanMapping, TracePromises } from '../../lib/systems/traces/signals.ts';
import { startTarget } from '../../lib/target/target.ts';
import { send, spanWith } from './jaeger.ts';
import { judgeObserved, judgeSystem, systemNamed } from './judge-system.ts';
import { factsOf } from './judged.ts';

const QUICK = { waits: { 'agent-response': 'constant(2ms)', 'agent-call': 'constant(1ms)' } } as const;

/** At 10 %, this many lie within 5 % and 20 %, except in one run of millions. */
const UNFLAGGED = 1500;

/** What the reference target really exports, once for all test files of a thread. Set by `recordTraces`. */
export let real: TracesObserved;

export async function recordTraces(): Promise<void> {
  real ??= await exported();
}

async function exported(): Promise<TracesObserved> {
  const receiver = await startReceiver();
  const target = await startTarget({ patch: QUICK, tracing: { otlpUrl: receiver.httpUrl } });
  const startedAtMs = Date.now();
  const requests = [];
  // First: spans are exported in the order in which they end, so once those of the flagged ones have arrived, all of these have.
  for (let index = 0; index < UNFLAGGED; index += 1) requests.push(await send(target.httpUrl, 'health', null));
  for (const endpoint of ['health', 'debates-list', 'debates-create'] as const) {
    for (let index = 0; index < 10; index += 1) {
      requests.push(await send(target.httpUrl, endpoint, true), await send(target.httpUrl, endpoint, false));
    }
  }
  const load = { startedAtMs, endedAtMs: Date.now() };
  const awaited = (endpoint: string) => awaitedSpans(endpoint, null);
  const observed = await collectTraces({
    receiver,
    requests,
    awaited,
    load,
    serviceName: 'aragora-api',
    exportsHere: true,
    backends: [],
  });
  await target.stop();
  await receiver.stop();
  if (observed.status === 'unavailable') throw new Error(observed.reason);
  return observed;
}

export function judgeTraces(observation: TracesObservation, context: TracePromises & { readonly exclusive: boolean }) {
  const { exclusive, ...promises } = context;
  return judgeObserved(systemNamed('traces'), [observation], { promises, exclusive });
}

export function statuses(observed: TracesObserved, mapping: SpanMapping | null = null): Record<string, string> {
  const findings = judgeTraces(observed, { contract: DOCUMENTED_SPANS, mapping, exclusive: false });
  return Object.fromEntries(findings.map(({ id, status }) => [id, status]));
}

export function finding(observed: TracesObserved, id: string, mapping: SpanMapping | null = null) {
  return judgeTraces(observed, { contract: DOCUMENTED_SPANS, mapping, exclusive: false }).find(
    (candidate) => candidate.id === id,
  );
}

/** Where one start in a hundred of the clients' was so late, and one was the latest. */
export function findingWithStalls(observed: TracesObserved, id: string, lateUs: number, latestUs = lateUs) {
  return findingWhereStartsAre(observed, id, { p50: 0, p99: lateUs, max: latestUs });
}

export function findingWhereStartsAre(observed: TracesObserved, id: string, startLatenessUs: StartLateness) {
  const system = systemNamed('traces');
  const run = factsOf([], {}, { generator: { startLatenessUs } });
  const looked = { promises: system.promises('documented'), sources: ['direct'], exclusive: false };
  const findings = judgeSystem(system, { ...run, observations: [observed] }, looked);
  return findings.find((one) => one.id === id);
}

export const failing = (observed: TracesObserved) =>
  Object.entries(statuses(observed)).flatMap(([id, status]) => (status === 'fail' ? [id] : []));

export function withSpans(change: (span: Span) => Span | null): TracesObserved {
  const spans = real.spans.map(change).filter((span) => span !== null);
  const spanNames: Record<string, number> = {};
  for (const { name } of spans) spanNames[name] = (spanNames[name] ?? 0) + 1;
  return { ...real, spans, spanNames };
}

export const only = (name: string, change: (span: Span) => Span | null) =>
  withSpans((span) => (span.name === name ? change(span) : span));

export function withoutAttribute(name: string, key: string): TracesObserved {
  return only(name, (span) => {
    const { [key]: _, ...attributes } = span.attributes;
    return { ...span, attributes };
  });
}

/** Whether a trace is of one in so many requests with the sampled flag. Ids are random, so they decide nothing. */
export function ofEvery(nth: number): (traceId: string) => boolean {
  const flagged = real.requests.filter((request) => request.sampled === true);
  const hit = new Set(flagged.flatMap((request, at) => (at % nth === 0 ? [request.traceId] : [])));
  return (traceId) => hit.has(traceId);
}

export const skewed = (by: number, isHit = (_traceId: string) => true) =>
  withSpans((span) =>
    isHit(span.traceId)
      ? { ...span, startUnixNano: seconds(span.startUnixNano, by), endUnixNano: seconds(span.endUnixNano, by) }
      : span,
  );

/** What every request's span says instead. */
export const said = (wrong: Span['attributes']) =>
  only('http.request', (span) => ({ ...span, attributes: { ...span.attributes, ...wrong } }));

export const seconds = (nanos: string, by: number) => String(BigInt(nanos) + BigInt(by) * 1_000_000_000n);

export const sampled = (
  change: (lookup: TracesObserved['sampled'][number]) => Partial<TracesObserved['sampled'][number]>,
) => ({
  ...real,
  sampled: real.sampled.map((lookup) => ({ ...lookup, ...change(lookup) })),
});

export const roots = (count: number): TracesObserved => ({
  ...real,
  unflaggedRequests: 1000,
  roots: [{ name: 'http.request', kind: 'server', count }],
});

export const later = (nanos: string, byMs: number) => String(BigInt(nanos) + BigInt(byMs) * 1_000_000n);

export const shifted = (span: Span, byMs: number): Span => ({
  ...span,
  startUnixNano: later(span.startUnixNano, byMs),
  endUnixNano: later(span.endUnixNano, byMs),
});

export const tagged = (name: string, attributes: Span['attributes'], isHit = (_: Span) => true) =>
  only(name, (span) => (isHit(span) ? { ...span, attributes: { ...span.attributes, ...attributes } } : span));

export const pathOf = (span: Span) => String(span.attributes['path']);

export const firstOf = (name: string) => real.spans.find((span) => span.name === name) ?? spanWith();

export const together = (...spans: readonly Span[]): TracesObserved => ({ ...real, spans: [...real.spans, ...spans] });

export function jaeger(comparison: Partial<NonNullable<TracesObserved['comparison']>>): TracesObserved {
  const same = { source: 'jaeger', compared: 0, missing: [], differing: [], problem: null } as const;
  const serviceMap = { services: ['aragora-api'], edges: [{ parent: 'web', child: 'aragora-api', calls: 1 }] };
  return { ...real, serviceMap, comparison: { ...same, ...comparison } };
}
