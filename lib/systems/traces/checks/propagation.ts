/** Whether the server continues the traces of its clients: their trace id, and the span that called. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { lacking } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { Span, TraceLookup } from '../observation.ts';
import { examples, noneBad } from './check.ts';
import type { MatchedRequest, TracesView } from './view.ts';

export function total(lookups: readonly TraceLookup[], key: 'sent' | 'found'): number {
  return lookups.reduce((sum, lookup) => sum + lookup[key], 0);
}

/**
 * Endpoints without a single trace. A server that continues a trace but ignores its flag records some of them by chance. So many requests
 * without one trace mean that the context was lost, not that the flag was ignored.
 */
export function lost({ observed, contract }: TracesView): readonly TraceLookup[] {
  const byChance = Math.log(1 - 0.95) / Math.log(1 - contract.samplingRatio.value);
  const isNowhere = total(observed.sampled, 'found') === 0;
  return observed.sampled.filter(({ sent, found }) => found === 0 && (isNowhere || sent >= byChance));
}

/** Requests whose trace id was continued, but not the span that called. Spans of an ingress or a mesh may stand between the two. */
export function cutOff(view: TracesView): readonly MatchedRequest[] {
  return view.matched.filter(({ request, span }) => {
    if (request.foundTraceId !== request.traceId) return false;
    const caller = entryOf(view, span).parentSpanId;
    return caller === null || (request.parentSpanId ?? caller) !== caller;
  });
}

/** The first of the spans above this one, or itself: where its trace came in. */
export function entryOf({ traces }: TracesView, span: Span): Span {
  const trace = traces.get(span.traceId) ?? [];
  const byId = new Map(trace.map((one) => [one.spanId, one]));
  let first = span;
  // As many steps as there are spans: parents may go in a circle.
  for (let steps = 0; steps < trace.length; steps++) first = byId.get(first.parentSpanId ?? '') ?? first;
  return first;
}

export function continued(check: CheckInfo, view: TracesView): Finding {
  const { observed } = view;
  const sent = total(observed.sampled, 'sent');
  if (sent === 0) return lacking(check, 'no-data', 'no sampled request was sent');
  if (observed.spanCount === 0) return lacking(check, 'no-data', 'no span arrived at all');
  const nowhere = lost(view);
  const cut = cutOff(view);
  const elsewhere = observed.requests.filter(
    ({ traceId, foundTraceId }) => foundTraceId !== null && foundTraceId !== traceId,
  );
  const kept = view.mapping?.traceIdAttribute;
  const problems = [
    ...nowhere.map(({ endpoint, sent }) => `none of ${plural(sent, 'trace id')} sent to ${endpoint} was continued`),
    ...(cut.length > 0 ? [`${plural(cut.length, 'span')} took the trace id but not the parent id`] : []),
  ];
  return noneBad(check, {
    samples: sent,
    bad: total(nowhere, 'sent') + cut.length,
    good: `${countText(total(observed.sampled, 'found'))} of ${plural(sent, 'trace id')} continued, at every endpoint`,
    broken: problems.slice(0, 3).join('; '),
    evidence: [
      ...examples('traces', [...nowhere.flatMap((lookup) => lookup.examples), ...cut.map(({ span }) => span.traceId)]),
      ...(elsewhere.length > 0 && kept
        ? [{ label: 'kept as', value: `attribute ${kept} of another trace, ×${countText(elsewhere.length)}` }]
        : []),
    ],
  });
}
