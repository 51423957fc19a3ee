/** Small choices on traces: which requests to look up, and whether a trace is whole. */
import { sampleOutcome, wasAnswered } from '../../../core/sample-outcome.ts';
import { endpointNamed } from '../../../journeys/index.ts';
import type { Span, TracedRequest } from '../observation.ts';
import { isEntry, orphansOf } from '../span-tree.ts';

/** Whether the server has seen the request and finished it. An arrival may also have sent none, for example a consensus check without a debate. */
export function isAnswered({ outcome, endpoint }: Pick<TracedRequest, 'outcome' | 'endpoint'>): boolean {
  const unsent: readonly string[] = endpointNamed(endpoint)?.unsentOutcomes ?? [];
  return !unsent.includes(outcome) && wasAnswered(sampleOutcome(outcome));
}

/** At most `limit` items, evenly over the list, with the first and the last. */
export function spread<T>(items: readonly T[], limit: number): readonly T[] {
  if (items.length <= limit) return items;
  const step = (items.length - 1) / Math.max(1, limit - 1);
  return Array.from({ length: limit }, (_, index) => items[Math.round(index * step)]).filter(
    (item) => item !== undefined,
  );
}

/** At most `limit` requests: equally for all endpoints, and for each endpoint evenly over time. */
export function sampleRequests(requests: readonly TracedRequest[], limit: number): readonly TracedRequest[] {
  const byEndpoint = new Map<string, TracedRequest[]>();
  for (const request of requests) {
    const group = byEndpoint.get(request.endpoint);
    if (group === undefined) byEndpoint.set(request.endpoint, [request]);
    else group.push(request);
  }
  const share = Math.max(1, Math.floor(limit / Math.max(1, byEndpoint.size)));
  return [...byEndpoint.values()].flatMap((group) => spread(group, share));
}

/** Whether nothing more will come, as far as can be seen: no parent is missing, and the spans that end last are there. */
export function isWhole(spans: readonly Span[], awaited: readonly string[]): boolean {
  if (spans.length === 0 || orphansOf(spans, isEntry).length > 0) return false;
  return awaited.every((name) => spans.some((span) => span.name === name));
}
