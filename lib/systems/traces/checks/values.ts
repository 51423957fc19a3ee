/** What a request's span says wrongly about it: its client knows method, path and status. */
import { sampleOutcome } from '../../../core/sample-outcome.ts';
import type { Span } from '../observation.ts';
import { isAsked, requestSpanOf, type TracesView } from './view.ts';

/** By span; a span that its client can't contradict is not included. An attribute that is missing or has another type is reported elsewhere. */
export function contradicted({ matched, contract, attributeOf }: TracesView): ReadonlyMap<Span, readonly string[]> {
  const told = new Map<Span, readonly string[]>();
  for (const { request, span } of matched) {
    const wanted = requestSpanOf(contract, request.endpoint);
    const [method, path, status] = ['method', 'path', 'status'].map((name) => attributeOf(span, name));
    const answered = sampleOutcome(request.outcome).status;
    const problems = [
      ...(typeof method === 'string' && method !== '' && method !== wanted?.method ? ['another method was asked'] : []),
      ...(typeof path === 'string' && path !== '' && wanted && !isAsked(wanted, path)
        ? ['another path was asked']
        : []),
      ...(typeof status === 'number' && answered !== null && status !== answered
        ? ['another status was answered']
        : []),
    ];
    if (problems.length > 0) told.set(span, problems);
  }
  return told;
}
