/** The check that lines and spans of the same request have the same time. */
import type { Finding } from '../../../core/finding.ts';
import { countText, digitsText, plural } from '../../../core/numbers.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { both, boundsOf } from '../../bounds.ts';
import { collectedOf } from '../../evidence.ts';
import { findingOf, lacking, unasked } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { TracesObserved } from '../../traces/observation.ts';
import type { LoggedRequest, LogsObserved } from '../observation.ts';
import type { LogSignals } from '../signals.ts';
import { from, infoOf, type LogCheck, type LogFacts, lineCheck } from './frame.ts';
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
const CONFIDENCE = 0.95;
/** Above this the clock of the spans is wrong, which `traces.clock` reports. */
const MAX_SPAN_SKEW_MS = 1500;

interface Times {
  readonly startMs: number;
  readonly endMs: number;
}

function judgeClock(check: CheckInfo, observed: LogsObserved, facts: LogFacts): Finding {
  if (observed.requests === undefined)
    return unasked(check, 'the times of single requests were not observed', from(observed));
  const spans = spanTimes(collectedOf<TracesObserved>(facts, 'traces'));
  const pairs = observed.requests.flatMap((logged) => {
    const times = spans.get(logged.traceId);
    return times === undefined || logged.firstMs === null
      ? []
      : [{ traceId: logged.traceId, ms: skewOf(logged, times) }];
  });
  const samples = pairs.length;
  if (samples === 0)
    return lacking(check, 'no-data', 'no request has both lines with a time and spans', from(observed));
  if (judgeTimes(check, observed, facts).status === 'fail' || isSpanClockOff(facts))
    return lacking(check, 'inconclusive', 'one of the two clocks is wrong by itself', from(observed));
  const off = pairs.filter(({ ms }) => ms !== 0);
  const bad = off.length;
  const interval = clopperPearson({ bad, samples, confidence: CONFIDENCE });
  const middle = off.map(({ ms }) => ms).sort((a, b) => a - b)[Math.floor(bad / 2)] ?? 0;
  const how =
    bad === 0
      ? ''
      : `; the middle one is ${digitsText(Math.abs(middle), 4)} ms ${middle < 0 ? 'before' : 'after'} them`;
  return findingOf(check, {
    status: interval.lower > LATE_SHARE ? 'fail' : bad / samples <= LATE_SHARE ? 'pass' : 'inconclusive',
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
  for (const { traceId, startUnixNano, endUnixNano } of spans) {
    const [startMs, endMs] = [Number(startUnixNano) / 1e6, Number(endUnixNano) / 1e6];
    const known = times.get(traceId) ?? { startMs, endMs };
    times.set(traceId, { startMs: Math.min(known.startMs, startMs), endMs: Math.max(known.endMs, endMs) });
  }
  for (const traceId of unsettled) times.delete(traceId);
  return times;
}

/** How far the lines lie before the spans (negative) or after them; 0 where they may be of the same time. */
function skewOf({ firstMs, lastMs }: LoggedRequest, { startMs, endMs }: Times): number {
  const [first, last] = [firstMs ?? startMs, lastMs ?? endMs];
  // Where a log has whole seconds, its times are up to a second too early.
  const isWhole = first % 1000 === 0 && last % 1000 === 0;
  const early = startMs - first - (isWhole ? 1000 : 0);
  if (early > TOLERANCE_MS) return -early;
  return first - endMs > TOLERANCE_MS ? first - endMs : 0;
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
