/** Requests that all make a span of some name, as documented, and traces of them that lack it. */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { findingOf } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { Span } from '../observation.ts';
import type { SpanSignal } from '../signals.ts';
import { examples } from './check.ts';
import type { TracesView } from './view.ts';

interface Without {
  readonly samples: number;
  readonly bad: number;
  readonly traceIds: readonly string[];
}

/** The shape of a debate has a finding of its own. */
const ELSEWHERE: ReadonlySet<string> = new Set(['debate.run', 'debate.round', 'agent.call']);

/** Of the settled traces of good requests that have to make such a span. */
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
  const without = [...asked].filter(([, trace]) => !has(trace, id) && !trace.some(isOfCache));
  return { samples: asked.size, bad: without.length, traceIds: without.map(([traceId]) => traceId) };
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
