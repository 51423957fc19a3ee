/** The checks that compare spans with what the client saw of the same request: duration and clock here, status in status.ts. */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText, digitsText, msText, percentText, plural } from '../../../core/numbers.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { above, both, boundsOf } from '../../bounds.ts';
import { findingOf, lacking } from '../../finding.ts';
import { stoodStillUsIn } from '../../stood-still.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import { shareByLatency, TOO_SHORT } from '../../too-short.ts';
import { begunIn, mostUsAt } from './begun.ts';
import { DOCS, examples, infoOf, type TraceCheck } from './check.ts';
import { STATUS_CHECK } from './status.ts';
import { durationUs, type MatchedRequest, NOTHING_MATCHED, type TracesView } from './view.ts';

export const REQUEST_CHECKS: readonly TraceCheck[] = [
  checkOf(
    infoOf({
      id: 'duration',
      subject: "span within its client's latency",
      proves: 'The span of a request lasts no longer than its client waited.',
      source: DOCS,
      section: 'spans-against-clients',
      bounds: boundsOf('http.request', both('clients', 'time')),
    }),
    duration,
  ),
  STATUS_CHECK,
  checkOf(
    infoOf({
      id: 'clock',
      subject: 'clock of the spans',
      proves: 'Spans end within 1 s of the second in which their client was answered.',
      source: DOCS,
      section: 'spans-against-clients',
      bounds: boundsOf('http.request', above('clients', 'time')),
    }),
    clock,
  ),
];

/** A span may be measured in whole ms. */
const ROUNDING_US = 1000;
/** A server that loses the CPU between the last byte and the span's end makes a few spans too long. */
const TOO_LONG_SHARE = 0.05;
const CONFIDENCE = 0.95;
/** The same for spans whose client received its answer late. */
const LATE_SHARE = TOO_LONG_SHARE;

function duration(check: CheckInfo, view: TracesView): Finding {
  const { matched } = view;
  if (matched.length === 0) return lacking(check, 'no-data', NOTHING_MATCHED);
  const isTimeless =
    matched.every(({ span }) => durationUs(span) === 0) &&
    matched.some(({ request }) => request.latencyUs > ROUNDING_US);
  const wrong = matched.filter((one) => isTimeless || isTooLong(one));
  const isWrong = new Set(wrong);
  const begun = begunIn(view).map(({ span, endpoint, group }) => ({
    ...{ traceId: span.traceId, group },
    problems: durationUs(span) > mostUsAt(view, endpoint) + ROUNDING_US ? ['too long'] : [],
  }));
  const own = matched.map((one) => ({
    traceId: one.span.traceId,
    group: one.request.endpoint,
    problems: isWrong.has(one) ? ['too long'] : [],
  }));
  const { status, samples, bad, interval, isExcused } = shareByLatency([...own, ...begun], TOO_LONG_SHARE, {
    recording: view.run.recording,
    saidMs: wrong.map(({ span }) => durationUs(span) / 1000),
  });
  const isOfServer = begun.some(({ problems }) => problems.length > 0);
  const example = wrong[0] === undefined && isOfServer ? ', of traces that the server began' : exampleText(wrong[0]);
  return findingOf(check, {
    operator: '<=',
    unit: 'ratio',
    expected: TOO_LONG_SHARE,
    allowedShare: TOO_LONG_SHARE,
    actual: bad / samples,
    margin: (TOO_LONG_SHARE - bad / samples) / TOO_LONG_SHARE,
    samples,
    bad,
    interval,
    summary: isTimeless
      ? `not one of ${plural(samples, 'span')} took any time`
      : `${countText(bad)} of ${plural(samples, 'span')} longer than the client's latency${example}${isExcused ? `; ${TOO_SHORT}` : ''}`,
    evidence: durationEvidence(matched, wrong),
    status: isTimeless ? 'fail' : status,
  });
}

function isTooLong({ request, span }: MatchedRequest): boolean {
  const spanUs = durationUs(span);
  return spanUs < 0 || spanUs > request.latencyUs + ROUNDING_US;
}

function durationEvidence(matched: readonly MatchedRequest[], wrong: readonly MatchedRequest[]): Evidence[] {
  const shares = matched
    .map(({ request, span }) => durationUs(span) / Math.max(1, request.latencyUs))
    .sort((a, b) => a - b);
  const median = percentText(shares[Math.floor(matched.length / 2)] ?? 0);
  const traces = wrong.map(({ span }) => span.traceId);
  return [{ label: 'median share', value: `${median} of the client's latency` }, ...examples('traces', traces)];
}

function exampleText(first: TracesView['matched'][number] | undefined): string {
  if (first === undefined) return '';
  const { span, request } = first;
  return `, first: the span took ${msText(durationUs(span) / 1000)}, the client waited ${msText(request.latencyUs / 1000)}`;
}

/** Above this, spans do not match logs and metrics of the same second. */
const MAX_SKEW_MS = 1000;
/** The client reports the second in which its answer was complete: its middle is at most half a second off. */
const RESOLUTION_MS = 500;

/** How far ahead the clock of each matched request's span is, ascending. */
function skewsOf({ matched }: TracesView): number[] {
  return matched.map(skewMsOf).sort((a, b) => a - b);
}

function skewMsOf({ request, span }: MatchedRequest): number {
  return Number(span.endUnixNano) / 1e6 - (request.second * 1000 + RESOLUTION_MS);
}

/**
 * The same without what need not be the clock's: an answer may have been on its way for as long as its client waited, and noticed as late as
 * clients stood still.
 */
function sureSkewsOf({ matched, run }: TracesView): number[] {
  const stoodStillMs = stoodStillUsIn(run.load) / 1000;
  const surely = matched.map((one) => {
    const skewMs = skewMsOf(one);
    const mayMs = stoodStillMs + (skewMs < 0 ? one.request.latencyUs / 1000 : 0);
    return Math.sign(skewMs) * Math.max(0, Math.abs(skewMs) - mayMs);
  });
  return surely.sort((a, b) => a - b);
}

/** 0 without any. */
function medianOf(skews: readonly number[]): number {
  return Math.round(skews[Math.floor(skews.length / 2)] ?? 0);
}

function isOff(skewMs: number): boolean {
  return Math.abs(skewMs) - RESOLUTION_MS > MAX_SKEW_MS;
}

/** Certain if the clock of most spans is off, or of more spans than a machine that was held up could explain (one server of several). */
export function isClockOff(view: TracesView): boolean {
  return areOff(sureSkewsOf(view));
}

function areOff(skews: readonly number[]): boolean {
  if (skews.length === 0) return false;
  const { lower } = clopperPearson({ bad: skews.filter(isOff).length, samples: skews.length, confidence: CONFIDENCE });
  return isOff(medianOf(skews)) || lower > LATE_SHARE;
}

function clock(check: CheckInfo, view: TracesView): Finding {
  const { matched } = view;
  if (matched.length === 0) return lacking(check, 'no-data', NOTHING_MATCHED);
  const skews = skewsOf(view);
  const skewMs = medianOf(skews);
  const distanceMs = Math.abs(skewMs);
  const off = skews.filter(isOff).length;
  const isClose = distanceMs <= MAX_SKEW_MS;
  const some =
    off === 0
      ? ''
      : `; ${countText(off)} of them are off by more than ${digitsText(MAX_SKEW_MS + RESOLUTION_MS, 4)} ms`;
  return findingOf(check, {
    operator: '<=',
    unit: 'ms',
    expected: MAX_SKEW_MS,
    actual: distanceMs,
    margin: (MAX_SKEW_MS - distanceMs) / MAX_SKEW_MS,
    samples: matched.length,
    bad: off,
    status: isClockOff(view) ? 'fail' : isClose && !areOff(skews) ? 'pass' : 'inconclusive',
    summary: `spans end ${digitsText(distanceMs, 4)} ms ${skewMs < 0 ? 'before' : 'after'} the middle of the second in which their client was answered (median of ${countText(matched.length)}, accurate to ± ${RESOLUTION_MS} ms)${some}`,
  });
}
