/** The checks on which traces are continued and recorded: propagation, the sampled flag both ways, the ratio. */
import type { Finding } from '../../../core/finding.ts';
import { countText, intervalText, percentText, plural } from '../../../core/numbers.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { below, both, boundsOf } from '../../bounds.ts';
import { findingOf, lacking } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { Span, TraceLookup } from '../observation.ts';
import type { SpanSignals } from '../signals.ts';
import { examples, infoOf, noneBad, type TraceCheck } from './check.ts';
import { judgeEvenness } from './evenness.ts';
import { isClockOff } from './requests.ts';
import type { MatchedRequest, TracesView } from './view.ts';

export function samplingChecks({ propagation, samplingRatio }: SpanSignals, exclusive: boolean): TraceCheck[] {
  const { source, value } = samplingRatio;
  const section = 'propagation-and-sampling';
  return [
    checkOf(
      infoOf({
        id: 'propagation',
        subject: 'traceparent continued',
        proves:
          'The trace of a request continues under the trace id and the parent id that its client sent, at every endpoint.',
        source: propagation,
        section,
        bounds: boundsOf('http.request', both('clients', 'relation')),
      }),
      continued,
    ),
    checkOf(
      infoOf({
        id: 'sampling.flag-set',
        subject: 'sampled flag obeyed',
        proves: 'Every trace that was sent with the sampled flag is recorded.',
        source,
        section,
        bounds: boundsOf('http.request', below('clients', 'exists', 'count')),
      }),
      flagSet,
    ),
    checkOf(
      infoOf({
        id: 'sampling.flag-unset',
        subject: 'unset flag obeyed',
        proves: 'No trace that was sent without the sampled flag is recorded.',
        source,
        section,
      }),
      flagUnset,
    ),
    checkOf(
      infoOf({
        id: 'sampling.ratio',
        subject: 'sampling ratio',
        proves: `Of the requests without traceparent, ${percentText(value)} begin a trace.`,
        source,
        section,
      }),
      (check, view) => ratio(check, view, { expected: value, exclusive }),
    ),
    checkOf(
      infoOf({
        id: 'sampling.even',
        subject: 'sampling is even',
        proves: 'Requests without traceparent begin traces equally often at every endpoint and all the time.',
        source,
        section,
      }),
      (check, view) => {
        const whole = ratio(check, view, { expected: value, exclusive });
        return judgeEvenness(check, view, {
          expected: value,
          exclusive,
          undecided: whole.status === 'pass' ? null : whole,
        });
      },
    ),
  ];
}

function total(lookups: readonly TraceLookup[], key: 'sent' | 'found'): number {
  return lookups.reduce((sum, lookup) => sum + lookup[key], 0);
}

/**
 * Endpoints without a single trace. A server that continues a trace but ignores its flag records some of them by chance. So many requests
 * without one trace mean that the context was lost, not that the flag was ignored.
 */
function lost({ observed, contract }: TracesView): readonly TraceLookup[] {
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

function continued(check: CheckInfo, view: TracesView): Finding {
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

function flagSet(check: CheckInfo, view: TracesView): Finding {
  const nowhere = new Set(lost(view).map(({ endpoint }) => endpoint));
  const judged = view.observed.sampled.filter(({ endpoint }) => !nowhere.has(endpoint));
  const [sent, found] = [total(judged, 'sent'), total(judged, 'found')];
  if (sent === 0)
    return lacking(check, 'no-data', 'no sampled trace was continued, so nothing is known about its flag');
  return noneBad(check, {
    samples: sent,
    bad: sent - found,
    good: `all of ${plural(sent, 'trace')} with the sampled flag were recorded`,
    broken: `${countText(sent - found)} of ${plural(sent, 'trace')} with the sampled flag were not recorded, or lost before they arrived`,
    evidence: examples(
      'traces',
      judged.flatMap((lookup) => lookup.examples),
    ),
  });
}

function flagUnset(check: CheckInfo, { observed }: TracesView): Finding {
  const { sent, found, examples: traceIds } = observed.unsampled;
  if (sent === 0 && found === 0) return lacking(check, 'no-data', 'no request was sent with the sampled flag unset');
  if (sent === 0) {
    const summary = `${plural(found, 'trace')} continue a context that the load did not send`;
    return lacking(check, 'inconclusive', summary);
  }
  if (found === 0 && total(observed.sampled, 'found') === 0) {
    return lacking(check, 'no-data', 'no trace was continued, so nothing is known about the flag');
  }
  return noneBad(check, {
    samples: sent,
    bad: found,
    good: `none of ${plural(sent, 'trace')} without the sampled flag was recorded`,
    broken: `${countText(found)} of ${plural(sent, 'trace')} without the sampled flag were recorded`,
    evidence: examples('traces', traceIds),
  });
}

/** On each side; together the interval is the exact two-sided one of 95 %. */
const SIDE_CONFIDENCE = 0.975;
/** A ratio within a quarter of the documented one counts as that ratio; the interval must leave out half and twice of it. */
const TOLERANCE = 1.25;
const PRECISION = 2;

function ratio(
  check: CheckInfo,
  view: TracesView,
  { expected, exclusive }: { readonly expected: number; readonly exclusive: boolean },
): Finding {
  const { observed } = view;
  const samples = observed.unflaggedRequests;
  const frame = { operator: '==', unit: 'ratio', expected } as const;
  if (samples === 0) return { ...lacking(check, 'no-data', 'no request was sent without traceparent'), ...frame };
  if (observed.roots === null) {
    return { ...lacking(check, 'unavailable', 'not all traces that began could be counted'), ...frame };
  }
  if (isClockOff(view))
    return { ...lacking(check, 'no-data', 'spans have another time, so those of the load are not known'), ...frame };
  if (lost(view).length + cutOff(view).length > 0) {
    return {
      ...lacking(
        check,
        'no-data',
        'requests with traceparent also begin new traces: it is not known which request began which',
      ),
      ...frame,
    };
  }
  const roots = observed.roots.filter(
    ({ name, kind }) => kind === 'server' || view.roleOf({ name })?.signal === 'http.request',
  );
  const begun = roots.reduce((sum, { count }) => sum + count, 0);
  // If nobody else calls, the surplus is the few requests with which the harness prepares its load.
  const recorded = exclusive ? Math.min(begun, samples) : begun;
  if (recorded > samples) {
    const summary = `${plural(recorded, 'trace')} began in the server after ${plural(samples, 'request')} without traceparent: others call it, too`;
    return { ...lacking(check, 'inconclusive', summary), ...frame, samples };
  }
  const interval = clopperPearson({ bad: recorded, samples, confidence: SIDE_CONFIDENCE });
  const share = recorded / samples;
  const isElsewhere = interval.upper < expected / TOLERANCE || interval.lower > expected * TOLERANCE;
  const isNarrow = interval.lower >= expected / PRECISION && interval.upper <= expected * PRECISION;
  // Others may have begun some of them, so more than expected proves nothing.
  const isOthers = !exclusive && interval.lower > expected * TOLERANCE;
  const status = isOthers ? 'inconclusive' : isElsewhere ? 'fail' : isNarrow ? 'pass' : 'inconclusive';
  return findingOf(check, {
    ...frame,
    status,
    actual: share,
    margin: -Math.abs(share - expected) / expected,
    samples,
    interval,
    furtherSamples: status === 'inconclusive' && !isOthers ? furtherSamples(samples, share, expected) : null,
    summary: `${countText(recorded)} of ${plural(samples, 'request')} without traceparent were recorded: ${percentText(share)}  ${intervalText(interval, null)} at 95 %${isOthers ? '; some may be of others' : ''}`,
    evidence: [
      { label: 'accepted', value: `${percentText(expected / TOLERANCE)} to ${percentText(expected * TOLERANCE)}` },
    ],
  });
}

const MOST_SAMPLES = 100_000;

/** How many more would decide it, at the share seen; null when no number would. */
function furtherSamples(samples: number, share: number, expected: number): number | null {
  for (let more = Math.ceil(samples * 1.1) + 1; more <= MOST_SAMPLES; more = Math.ceil(more * 1.1)) {
    const { lower, upper } = clopperPearson({
      bad: Math.round(share * more),
      samples: more,
      confidence: SIDE_CONFIDENCE,
    });
    const isElsewhere = upper < expected / TOLERANCE || lower > expected * TOLERANCE;
    if (isElsewhere || (lower >= expected / PRECISION && upper <= expected * PRECISION)) return more - samples;
  }
  return null;
}
