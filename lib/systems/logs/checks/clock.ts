/** The check that lines and spans of the same request have the same time. */
import type { Finding } from '../../../core/finding.ts';
import { countText, digitsText, plural } from '../../../core/numbers.ts';
import { endpointNamed } from '../../../journeys/index.ts';
import { both, boundsOf } from '../../bounds.ts';
import { collectedOf } from '../../evidence.ts';
import { findingOf, lacking, unasked } from '../../finding.ts';
import { shareOf } from '../../shares.ts';
import type { CheckInfo } from '../../system.ts';
import type { TracesObserved } from '../../traces/observation.ts';
import type { LoggedRequest, LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { from, infoOf, type LogCheck, type LogFacts, lineCheck } from './frame.ts';
import { strangersOf } from './strangers.ts';
import { judgeTimes } from './times.ts';

export function clockCheck({ traceIdSource }: LogSignals): LogCheck {
  const info = infoOf({
    id: 'clock',
    subject: "log on the spans' clock",
    proves: 'The lines of a request have the time of its spans.',
    source: traceIdSource,
    needs: ['logs', 'traces'],
    bounds: [...boundsOf('lines', both('traces', 'time')), ...boundsOf('http.request', both('logs', 'time'))],
  });
  return lineCheck(info, judgeClock);
}

/** A server that loses the CPU between a span's end and its line writes the line later. */
const TOLERANCE_MS = 250;
const LATE_SHARE = 0.05;
/** Above this the clock of the spans is wrong, which `traces.clock` reports. */
const MAX_SPAN_SKEW_MS = 1500;

interface Times {
  readonly startMs: number;
  readonly endMs: number;
  /** Of the span that answers the request; null where there is none, or more than one. */
  readonly answer: Pick<Times, 'startMs' | 'endMs'> | null;
}

function judgeClock(check: CheckInfo, observed: LogsObserved, facts: LogFacts): Finding {
  if (observed.requests === undefined)
    return unasked(check, 'the times of single requests were not observed', from(observed));
  const spans = spanTimes(collectedOf<TracesObserved>(facts, 'traces'));
  const endpoints = endpointsOf(facts);
  const strangers = strangersOf(facts);
  for (const { request, group } of strangers) endpoints.set(request.traceId, group);
  const pairs = [...observed.requests, ...strangers.map(({ request }) => request)].flatMap((logged) => {
    const times = spans.get(logged.traceId);
    if (times === undefined || logged.firstMs === null) return [];
    return [{ traceId: logged.traceId, group: endpoints.get(logged.traceId) ?? '', ms: skewOf(logged, times) }];
  });
  if (pairs.length === 0)
    return lacking(check, 'no-data', 'no request has both lines with a time and spans', from(observed));
  if (judgeTimes(check, observed, facts).status === 'fail' || isSpanClockOff(facts))
    return lacking(check, 'inconclusive', 'one of the two clocks is wrong by itself', from(observed));
  if ((observed.ofOthers?.count ?? 0) > 0)
    return lacking(check, 'inconclusive', 'lines have the trace ids of other requests', from(observed));
  const off = pairs.filter(({ ms }) => ms !== 0);
  const { status, samples, bad, interval } = shareOf(
    pairs.map(({ ms, ...pair }) => ({ ...pair, problems: ms === 0 ? [] : ['another time'] })),
    LATE_SHARE,
  );
  const middle = off.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(bad / 2)] ?? 0;
  const how =
    bad === 0
      ? ''
      : `; the middle one is ${digitsText(Math.abs(middle), 4)} ms ${middle < 0 ? 'before' : 'after'} them`;
  return findingOf(check, {
    status,
    operator: '<=',
    unit: 'ratio',
    expected: LATE_SHARE,
    allowedShare: LATE_SHARE,
    actual: bad / samples,
    margin: (LATE_SHARE - bad / samples) / LATE_SHARE,
    samples,
    bad,
    interval,
    summary: `the lines of ${countText(bad)} of ${plural(samples, 'request')} are more than ${TOLERANCE_MS} ms before or after its spans${how}`,
    evidence: [...from(observed), ...off.slice(0, 3).map(({ traceId }) => ({ label: 'trace', value: traceId }))],
  });
}

function spanTimes({ spans, unsettled }: TracesObserved): Map<string, Times> {
  const times = new Map<string, Times>();
  const answers = new Map<string, number>();
  for (const { traceId, kind, startUnixNano, endUnixNano } of spans) {
    const own = { startMs: Number(startUnixNano) / 1e6, endMs: Number(endUnixNano) / 1e6 };
    if (kind === 'server') answers.set(traceId, (answers.get(traceId) ?? 0) + 1);
    const known = times.get(traceId) ?? { ...own, answer: null };
    times.set(traceId, {
      startMs: Math.min(known.startMs, own.startMs),
      endMs: Math.max(known.endMs, own.endMs),
      answer: answers.get(traceId) !== 1 ? null : kind === 'server' ? own : known.answer,
    });
  }
  for (const traceId of unsettled) times.delete(traceId);
  return times;
}

/** How far the lines lie before the spans (negative) or after them; 0 where they may be of the same time. */
function skewOf({ firstMs, requestMs = null }: LoggedRequest, { answer, ...all }: Times): number {
  const some = firstMs === null ? 0 : beside(firstMs, all);
  // The line about the request has the time of the span that answers it.
  return some !== 0 || requestMs === null || answer === null ? some : beside(requestMs, answer);
}

function beside(atMs: number, { startMs, endMs }: Pick<Times, 'startMs' | 'endMs'>): number {
  // Where a log has whole seconds, its times are up to a second too early.
  const early = startMs - atMs - (atMs % 1000 === 0 ? 1000 : 0);
  if (early > TOLERANCE_MS) return -early;
  return atMs - endMs > TOLERANCE_MS ? atMs - endMs : 0;
}

function endpointsOf({ recording }: LogFacts): Map<string, string> {
  const all = [...recording.endpoints.values()].filter(({ endpoint }) => endpointNamed(endpoint)?.http !== undefined);
  return new Map(all.flatMap(({ endpoint, traces }) => traces.map(({ traceId }) => [traceId, endpoint] as const)));
}

/** As far as their clients can say: to half a second. */
function isSpanClockOff(facts: LogFacts): boolean {
  const { requests, spans } = collectedOf<TracesObserved>(facts, 'traces');
  const ends = new Map(
    spans.flatMap(({ traceId, kind, endUnixNano }) => (kind === 'server' ? [[traceId, endUnixNano] as const] : [])),
  );
  const skews = requests.flatMap(({ foundTraceId, second }) => {
    const end = ends.get(foundTraceId ?? '');
    return end === undefined ? [] : [Number(end) / 1e6 - (second * 1000 + 500)];
  });
  const off = skews.filter((ms) => Math.abs(ms) > MAX_SPAN_SKEW_MS).length;
  return off > skews.length * LATE_SHARE;
}
