/**
 * Owns what a request's span says wrongly of it: its client knows method, path and status. Refuses to know which attributes are promised.
 */
import { sampleOutcome } from '../../../core/sample-outcome.ts';
import type { Span } from '../observation.ts';
import { isAsked, requestSpanOf, type TracesView } from './view.ts';

/** By span; one that nobody can gainsay is not there. An attribute that is missing or of another type is told as that. */
export function gainsaid({ matched, contract, attributeOf }: TracesView): ReadonlyMap<Span, readonly string[]> {
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
