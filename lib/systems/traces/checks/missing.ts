/** Requests that all make a span of some name, as documented, and traces of them that lack it. */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { findingOf } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { Span } from '../observation.ts';
import type { SpanSignal } from '../signals.ts';
import { begunIn, isFaultless } from './begun.ts';
import { examples } from './check.ts';
import { durationUs, type TracesView } from './view.ts';

interface Without {
  readonly samples: number;
  readonly bad: number;
  readonly traceIds: readonly string[];
}

/** The shape of a debate has a finding of its own. */
const ELSEWHERE: ReadonlySet<string> = new Set(['debate.run', 'debate.round', 'agent.call']);

/** Of the settled traces of good requests that have to make such a span, whoever began them. */
export function tracesWithout(view: TracesView, { id, provokedBy }: SpanSignal): Without {
  const debates = view.contract.signals.find((signal) => signal.id === 'debate.run')?.provokedBy ?? [];
  const isOfDebates = provokedBy.every((endpoint) => debates.includes(endpoint));
  const settled = new Map(view.settled.flatMap((trace) => (trace[0] ? [[trace[0].traceId, trace] as const] : [])));
  const has = (trace: readonly Span[], signal: string) => trace.some((span) => view.roleOf(span)?.signal === signal);
  const asked = new Map(
    view.observed.requests.flatMap(({ endpoint, outcome, foundTraceId }) => {
      const trace = settled.get(foundTraceId ?? '');
      const isAsked = trace !== undefined && outcome === 'ok' && provokedBy.includes(endpoint);
      if (ELSEWHERE.has(id) || !isAsked || (isOfDebates && !has(trace, 'debate.run'))) return [];
      return [[trace[0]?.traceId ?? '', trace] as const];
    }),
  );
  if (!ELSEWHERE.has(id)) for (const trace of begunAlike(view, settled, (one) => has(one, id))) asked.set(...trace);
  const without = [...asked].filter(([, trace]) => !has(trace, id) && !trace.some(isOfCache));
  return { samples: asked.size, bad: without.length, traceIds: without.map(([traceId]) => traceId) };
}

/** With fewer traces that clients began it is not known what a request makes, and with fewer others they may be of another kind. */
const LEAST_ALIKE = 10;
const LEAST_BEGUN = 5;
/** What comes out of a cache takes a smaller share of the time than this. */
const AS_LONG = 0.5;

/**
 * Traces that the server began at endpoints where each trace that a client began has such a span: they owe it, too. A cache may spare them:
 * where most have it, or those that lack it take less time, they are let be. The load's own traces come once a second, and may miss the cache
 * each time.
 */
function begunAlike(
  view: TracesView,
  settled: ReadonlyMap<string, readonly Span[]>,
  has: (trace: readonly Span[]) => boolean,
): [traceId: string, trace: readonly Span[]][] {
  const traceOf = (traceId: string | null) => settled.get(traceId ?? '');
  const begun = begunIn(view).flatMap(({ span, endpoint }) => {
    const trace = traceOf(span.traceId);
    return trace === undefined || endpoint === null ? [] : [{ endpoint, trace, traceId: span.traceId }];
  });
  return [...new Set(begun.map(({ endpoint }) => endpoint))].flatMap((endpoint) => {
    const known = view.observed.requests.flatMap(({ endpoint: asked, outcome, foundTraceId }) => {
      const trace = traceOf(foundTraceId);
      return asked === endpoint && outcome === 'ok' && trace !== undefined ? [trace] : [];
    });
    const own = begun.filter((one) => one.endpoint === endpoint);
    const lacking = own.filter(({ trace }) => !has(trace)).map(({ trace }) => trace);
    const areAlike = known.length >= LEAST_ALIKE && known.every(has) && own.length >= LEAST_BEGUN;
    const tookAsLong = usuallyUsOf(view, lacking) >= AS_LONG * usuallyUsOf(view, known);
    return areAlike && lacking.length > own.length / 2 && tookAsLong && isFaultless(view, endpoint)
      ? own.map(({ traceId, trace }): [string, readonly Span[]] => [traceId, trace])
      : [];
  });
}

/** How long a quarter of these requests took at most: a busy machine makes many of them long. */
function usuallyUsOf(view: TracesView, traces: readonly (readonly Span[])[]): number {
  const requests = traces.flatMap((trace) => trace.find((span) => view.roleOf(span)?.signal === 'http.request') ?? []);
  const tookUs = requests.map(durationUs).sort((a, b) => a - b);
  return tookUs[Math.floor(tookUs.length / 4)] ?? 0;
}

/** What comes out of a cache asks no database; the spans then say so. */
function isOfCache({ name, attributes }: Span): boolean {
  return /cache/i.test(name) || Object.entries(attributes).some(([key, value]) => /cache/i.test(`${key} ${value}`));
}

/** An exporter may lose one span. */
const LOST_SHARE = 0.01;
const CONFIDENCE = 0.95;

/** @param present what the finding says of the spans that are there. */
export function missingIn(
  check: CheckInfo,
  { samples, bad, traceIds }: Without,
  present: Pick<Finding, 'operator' | 'expected' | 'actual' | 'summary'> & { readonly evidence: readonly Evidence[] },
): Finding {
  const { lower } = clopperPearson({ bad, samples, confidence: CONFIDENCE });
  return findingOf(check, {
    ...present,
    status: lower > LOST_SHARE ? 'fail' : bad / samples <= LOST_SHARE ? 'pass' : 'inconclusive',
    margin: -bad / samples,
    samples,
    bad,
    summary: `${present.summary}, but none in ${countText(bad)} of ${plural(samples, 'trace')} that should have one`,
    evidence: [...present.evidence, ...examples('traces', traceIds)],
  });
}
