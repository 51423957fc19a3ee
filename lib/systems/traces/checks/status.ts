/** The check that spans have error status where something failed, by what clients saw and by what lines of the log say, and nowhere else. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { sampleOutcome } from '../../../core/sample-outcome.ts';
import { above, boundsOf } from '../../bounds.ts';
import { evidenceOf } from '../../evidence.ts';
import { lacking } from '../../finding.ts';
import type { LogsObservation } from '../../logs/observation.ts';
import { shareOf } from '../../shares.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { Span } from '../observation.ts';
import { begunIn, isFaultless, STRANGE_SHARE } from './begun.ts';
import { DOCS, examples, infoOf, noneBad, type TraceCheck } from './check.ts';
import { NOTHING_MATCHED, type TracesView } from './view.ts';

export const STATUS_CHECK: TraceCheck = checkOf(
  infoOf({
    id: 'status',
    subject: 'error status',
    proves:
      'Every 5xx answer has a span with error status, no good answer has one, and where a part of a good request has one, the log says so.',
    source: DOCS,
    section: 'spans-against-clients',
    bounds: [
      ...boundsOf('http.request', above('clients', 'content')),
      ...boundsOf('http.request status', above('traces', 'value')),
    ],
    throughFaults: true,
  }),
  status,
);

const SERVER_ERROR = 500;

/** A 5xx is an error, and a good answer is not. 4xx is the client's mistake, so both are accepted (OpenTelemetry leaves the status unset). */
function status(check: CheckInfo, view: TracesView): Finding {
  const failed = new Map<string, Span>();
  for (const span of view.observed.spans.filter((span) => view.isOwn(span))) {
    const code = view.roleOf(span)?.signal === 'http.request' ? view.attributeOf(span, 'status') : undefined;
    if (typeof code === 'number' && code >= SERVER_ERROR) failed.set(span.spanId, span);
  }
  for (const { request, span } of view.matched)
    if ((sampleOutcome(request.outcome).status ?? 0) >= SERVER_ERROR) failed.set(span.spanId, span);
  const good = view.matched.filter(({ request, span }) => request.outcome === 'ok' && !failed.has(span.spanId));
  const samples = failed.size + good.length;
  if (samples === 0) return lacking(check, 'no-data', NOTHING_MATCHED);
  const unmarked = [...failed.values()].filter((span) => span.status !== 'error');
  const wronglyMarked = good.filter(({ span }) => span.status === 'error').map(({ span }) => span);
  const begun = failedAmongBegun(view);
  const unexplained = unmarked.length + wronglyMarked.length > 0 ? [] : failedForNobody(view);
  const problems = [
    ...(unmarked.length > 0
      ? [`${countText(unmarked.length)} of ${plural(failed.size, 'failed request')} without error status`]
      : []),
    ...(wronglyMarked.length > 0
      ? [`${countText(wronglyMarked.length)} of ${plural(good.length, 'good request')} with error status`]
      : []),
    ...(unexplained.length > 0
      ? [
          `${plural(unexplained.length, 'span')} ${unexplained[0]?.name ?? ''} with error status, of which no line of the log says anything`,
        ]
      : []),
    ...(begun.length > 0
      ? [`${plural(begun.length, 'trace')} that the server began with error status, although no client saw a failure`]
      : []),
  ];
  const failures =
    failed.size === 0 ? 'no request failed' : `all of ${plural(failed.size, 'failed request')} have error status`;
  return noneBad(check, {
    samples,
    bad: unmarked.length + wronglyMarked.length + unexplained.length + begun.length,
    good: `${failures}, and none of ${plural(good.length, 'good one')} has`,
    broken: problems.join('; '),
    evidence: examples(
      'traces',
      [...unmarked, ...wronglyMarked, ...unexplained, ...begun].map(({ traceId }) => traceId),
    ),
  });
}

/** Of requests to endpoints whose clients all got good answers. A status that no client saw is reported where it is said. */
function failedAmongBegun(view: TracesView): Span[] {
  const judged = begunIn(view).flatMap(({ span, endpoint, group }) => {
    const code = view.attributeOf(span, 'status');
    const isSaid = typeof code === 'number' && code >= SERVER_ERROR;
    if (isSaid || !isFaultless(view, endpoint)) return [];
    return [{ span, traceId: span.traceId, group, problems: span.status === 'error' ? ['failed'] : [] }];
  });
  if (judged.length === 0 || shareOf(judged, STRANGE_SHARE).status !== 'fail') return [];
  return judged.flatMap(({ span, problems }) => (problems.length > 0 ? [span] : []));
}

/** Both guides: whatever is unusual or failed has one of these levels. */
const TROUBLE: readonly string[] = ['WARNING', 'ERROR', 'CRITICAL'];
/** A failure that was handled may be worth no line. */
const UNEXPLAINED_SHARE = 0.2;

/**
 * Spans with error status in traces of good requests whose lines say nothing of any trouble. One that was tried again with success needs no
 * line. [] unless surely more of a signal's than a fifth are so.
 */
function failedForNobody(view: TracesView): Span[] {
  const calm = calmTraces(view);
  const spans = [...calm].flatMap((traceId) => view.traces.get(traceId) ?? []);
  const judged = spans.flatMap((span) => {
    const signal = view.isOwn(span) ? view.roleOf(span)?.signal : undefined;
    if (signal === undefined) return [];
    const isUnlogged = span.status === 'error' && !isMadeUpFor(span, view.traces.get(span.traceId) ?? []);
    return [{ span, traceId: span.traceId, group: signal, problems: isUnlogged ? ['failed'] : [] }];
  });
  if (judged.length === 0 || shareOf(judged, UNEXPLAINED_SHARE).status !== 'fail') return [];
  return judged.flatMap(({ span, problems }) => (problems.length > 0 ? [span] : []));
}

function isMadeUpFor({ name }: Span, trace: readonly Span[]): boolean {
  return trace.some((other) => other.name === name && other.status !== 'error');
}

/** Traces of requests that went well, with lines of which none is about trouble. */
function calmTraces({ observed, run }: TracesView): Set<string> {
  const logs = evidenceOf<LogsObservation>(run.observations, 'logs');
  const lines = logs?.status === 'collected' ? (logs.requests ?? []) : [];
  const calm = new Set(lines.flatMap(({ traceId, levels }) => (levels.some(isTrouble) ? [] : [traceId])));
  const good = observed.requests.filter(({ traceId, foundTraceId }) => foundTraceId === traceId && calm.has(traceId));
  const failed = new Set(good.flatMap(({ traceId, outcome }) => (outcome === 'ok' ? [] : [traceId])));
  return new Set(good.flatMap(({ traceId }) => (failed.has(traceId) ? [] : [traceId])));
}

function isTrouble(level: string): boolean {
  return TROUBLE.includes(level);
}
