/** The check that spans lie inside the time of the span that they are part of. */
import type { Finding } from '../../../core/finding.ts';
import { countText, msText, plural } from '../../../core/numbers.ts';
import { above, below, boundsOf } from '../../bounds.ts';
import { findingOf, lacking } from '../../finding.ts';
import { shareOf } from '../../shares.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { Span } from '../observation.ts';
import { DOCS, examples, infoOf, type TraceCheck } from './check.ts';
import { durationUs, type TracesView } from './view.ts';

export const TIMES_CHECK: TraceCheck = checkOf(
  infoOf({
    id: 'times',
    subject: "span inside its parent's time",
    proves:
      'No span ends before it starts or after it was read, or starts before its parent does, and a part that is waited for ends before its parent.',
    source: DOCS,
    section: 'spans',
    bounds: [
      ...boundsOf({ every: 'span' }, below('traces', 'time')),
      ...boundsOf(['http.request', 'debate.run', 'debate.round', 'agent.call', 'db.query'], above('traces', 'time')),
    ],
  }),
  judgeTimes,
);

/** Clocks of one service, read by several threads and rounded, may be this far apart. */
const TOLERANCE_MS = 20;
/** A span that lasts longer than this, and ends as long after it was read, can't have been exported when it ended, by any usual clock. */
const AFTER_READ_MS = 5000;
/** Debates may run on workers, with the name of the same service: clocks of two hosts. */
const HOSTS_APART_MS = 120;
/** A clock that is set right in the middle makes a few spans wrong. */
const WRONG_SHARE = 0.01;

function judgeTimes(check: CheckInfo, view: TracesView): Finding {
  const judged = view.settled.flatMap((trace) => {
    const byId = new Map(trace.map((span) => [span.spanId, span]));
    return trace.flatMap((span) => {
      if (!view.isOwn(span)) return [];
      const parent = byId.get(span.parentSpanId ?? '');
      const problem = problemOf(view, span, parent);
      const group = view.roleOf(span)?.signal ?? 'others';
      return [{ traceId: span.traceId, group, problems: problem === null ? [] : [problem] }];
    });
  });
  if (judged.length === 0) return lacking(check, 'no-data', 'no settled trace to look at');
  const { status, samples, bad, interval, wrong } = shareOf(judged, WRONG_SHARE);
  const [example] = wrong.flatMap(({ problems }) => problems);
  const first = example === undefined ? '' : `, first: ${example}`;
  return findingOf(check, {
    status,
    operator: '<=',
    unit: 'ratio',
    expected: WRONG_SHARE,
    allowedShare: WRONG_SHARE,
    actual: bad / samples,
    margin: (WRONG_SHARE - bad / samples) / WRONG_SHARE,
    samples,
    bad,
    interval,
    summary: `${countText(bad)} of ${plural(samples, 'span')} outside the time of their parent${first}`,
    evidence: examples('traces', [...new Set(wrong.map(({ traceId }) => traceId))]),
  });
}

/** Another service has another clock. How long a request's own span lasts, its client knows: `traces.duration`. */
function problemOf(view: TracesView, span: Span, parent: Span | undefined): string | null {
  const isRequest = (one: Span) => view.roleOf(one)?.signal === 'http.request';
  if (durationUs(span) < 0) return isRequest(span) ? null : `${span.name} ends before it starts`;
  const aheadMs = Number(BigInt(span.endUnixNano)) / 1e6 - (view.observed.readAtMs ?? Number.POSITIVE_INFINITY);
  if (aheadMs > AFTER_READ_MS && durationUs(span) > 1000 * AFTER_READ_MS)
    return isRequest(span) ? null : `${span.name} ends ${msText(aheadMs)} after it was read`;
  if (parent === undefined || parent.serviceName !== span.serviceName) return null;
  // How long a parent without any time lasted is not known, unless it is a part of a debate, which consists of its parts.
  if (durationUs(parent) <= 0 && !isPart(view, span, parent)) return null;
  const earlyMs = between(span.startUnixNano, parent.startUnixNano);
  const isHandedOver = isRequest(parent) && view.roleOf(span)?.signal === 'debate.run';
  if (earlyMs > (isHandedOver ? HOSTS_APART_MS : TOLERANCE_MS))
    return `${span.name} starts ${msText(earlyMs)} before ${parent.name}`;
  const lateMs = between(parent.endUnixNano, span.endUnixNano);
  if (lateMs <= TOLERANCE_MS || !isWaitedFor(view, span, parent)) return null;
  return `${span.name} ends ${msText(lateMs)} after ${parent.name}`;
}

function between(from: string, to: string): number {
  return Number(BigInt(to) - BigInt(from)) / 1e6;
}

/** A debate goes on after the request that started it. Its parts do not go on after it. */
const PARTS: Readonly<Record<string, string>> = { 'debate.round': 'debate.run', 'agent.call': 'debate.round' };

/** What is read is waited for; what is written may be written later. */
const READS = /^(select|read|get|find|query|search|retrieve|load|fetch|count|exists?)\b/i;

function isWaitedFor(view: TracesView, span: Span, parent: Span): boolean {
  const { signal } = view.roleOf(span) ?? {};
  if (signal === 'db.query' || signal === 'memory.access')
    return READS.test(String(view.attributeOf(span, 'operation')));
  return isPart(view, span, parent);
}

function isPart(view: TracesView, span: Span, parent: Span): boolean {
  const [signal = '', whole] = [view.roleOf(span)?.signal, view.roleOf(parent)?.signal];
  return whole !== undefined && PARTS[signal] === whole;
}
