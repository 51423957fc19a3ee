/** The check that each trace is one tree, of one request: no circle, no second root, no id that another span has. */
import type { Finding } from '../../../core/finding.ts';
import { plural } from '../../../core/numbers.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { above, below, boundsOf } from '../../bounds.ts';
import { lacking } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import type { Span, TracesObserved } from '../observation.ts';
import { DOCS, examples, infoOf, noneBad, type TraceCheck } from './check.ts';
import { isAsked, type TracesView } from './view.ts';

export const TREE_CHECK: TraceCheck = checkOf(
  infoOf({
    id: 'tree',
    subject: 'one tree for each request',
    proves: 'Each trace is one tree of one request: no span is above itself, and no two spans or requests share an id.',
    source: DOCS,
    section: 'spans',
    bounds: [
      ...boundsOf({ every: 'span' }, above('traces', 'relation')),
      ...boundsOf(
        ['debate.run', 'debate.round', 'agent.call', 'db.query', 'memory.access'],
        below('traces', 'relation'),
      ),
      ...boundsOf('http.request', above('clients', 'count')),
    ],
  }),
  judgeTree,
);

interface Problem {
  readonly traceId: string;
  readonly words: string;
}

const NONE = { count: 0, examples: [] } as const;

function judgeTree(check: CheckInfo, view: TracesView): Finding {
  const { traces, observed } = view;
  const samples = observed.spans.filter((span) => view.isOwn(span)).length;
  if (samples === 0) return lacking(check, 'no-data', 'no span to look at');
  const { differing = NONE } = observed;
  const twice = stoodTwice(observed);
  const callers = callersOf(view);
  const problems: Problem[] = [
    ...[...traces.values()].flatMap((trace) => [
      ...circles(view, trace),
      ...roots(view, trace, callers),
      ...twins(view, trace),
    ]),
    ...frequentTwins(view),
    ...requestsTogether(view),
    ...sharedIds(view),
  ];
  const sentTwice = [
    ...(differing.count === 0 ? [] : [`${plural(differing.count, 'span')} came twice, with different content`]),
    ...(twice.count === 0 ? [] : [`${plural(twice.count, 'span')} stood twice in one export`]),
  ];
  const traceIds = [...problems.map(({ traceId }) => traceId), ...differing.examples, ...twice.examples];
  return noneBad(check, {
    samples,
    bad: problems.length + differing.count + twice.count,
    good: `${plural(samples, 'span')} in ${plural(traces.size, 'trace')}, each one tree`,
    broken: [...new Set([...problems.map(({ words }) => words), ...sentTwice])].slice(0, 3).join('; '),
    evidence: examples('traces', [...new Set(traceIds)]),
  });
}

/** Of each name, where surely more than 2 % of its spans: a collector may join a few that were sent again to the export that has them. */
function stoodTwice({ twice, spanNames, spanCount }: TracesObserved) {
  if (twice === undefined) return NONE;
  const counts = Object.entries(twice.byName).filter(([name, bad]) => {
    const samples = Math.max(bad, spanNames[name] ?? spanCount);
    return clopperPearson({ bad, samples, confidence: CONFIDENCE }).lower > TWINS_SHARE;
  });
  if (counts.length === 0) return NONE;
  return { count: counts.reduce((sum, [, count]) => sum + count, 0), examples: twice.examples };
}

/** Spans from which the way up never ends. A span that has no parent, or one that is not here, is the end of it. */
function circles(view: TracesView, trace: readonly Span[]): Problem[] {
  const byId = new Map(trace.map((span) => [span.spanId, span]));
  const isEndless = new Map<string, boolean>();
  return trace.flatMap((span) => {
    const way = new Set<string>();
    let above: Span | undefined = span;
    while (above !== undefined && !isEndless.has(above.spanId) && !way.has(above.spanId)) {
      way.add(above.spanId);
      above = byId.get(above.parentSpanId ?? '');
    }
    const endless = above !== undefined && (isEndless.get(above.spanId) ?? true);
    for (const spanId of way) isEndless.set(spanId, endless);
    if (!endless || !view.isOwn(span)) return [];
    const words = span.parentSpanId === span.spanId ? 'is its own parent' : 'is in a circle of parents';
    return [{ traceId: span.traceId, words: `a span ${span.name} ${words}` }];
  });
}

/**
 * A span without a parent begins a trace, so a second one belongs to another request; so does the first in a trace that its client began.
 * What a request is made of is not right under its client.
 */
function roots(view: TracesView, trace: readonly Span[], callersIn: ReturnType<typeof callersOf>): Problem[] {
  const callers = callersIn.get(trace[0]?.traceId ?? '');
  const under = trace.filter(({ parentSpanId }) => callers?.has(parentSpanId ?? ''));
  const isEntry = (span: Span) => span.kind === 'server' || view.roleOf(span)?.signal === 'http.request';
  const further = trace
    .filter((span) => span.parentSpanId === null && view.isOwn(span))
    .slice(under.some(isEntry) ? 0 : 1);
  const parts = under.filter((span) => !isEntry(span) && view.roleOf(span) !== undefined && under.some(isEntry));
  return [
    ...further.map(({ traceId, name }) => ({ traceId, words: `a trace has a second root: ${name}` })),
    ...parts.map(({ traceId, name }) => ({ traceId, words: `a span ${name} is right under the client` })),
  ];
}

/** The same part with the same times, to less than a ms, under another id: a clock that fine never stands still for so long. */
function twins(view: TracesView, trace: readonly Span[]): Problem[] {
  const known = new Set<string>();
  return trace.flatMap((span) => {
    const text = JSON.stringify({ ...span, spanId: '' });
    const isTwin = known.has(text) && isFine(span) && view.isOwn(span);
    known.add(text);
    return isTwin ? [{ traceId: span.traceId, words: `a span ${span.name} is there twice under two ids` }] : [];
  });
}

/** Some parts are so short that two of them may seem to be one, where a clock begins each in whole ms. */
const TWINS_SHARE = 0.02;
const CONFIDENCE = 0.95;

/** The same where times begin in whole ms and end in ns: two spans may end alike by chance, but not often. */
function frequentTwins(view: TracesView): Problem[] {
  const known = new Map<string, Span[]>();
  const own = [...view.traces.values()].flat().filter((span) => view.isOwn(span) && !isFine(span));
  for (const span of own) known.set(span.name, [...(known.get(span.name) ?? []), span]);
  return [...known.values()].flatMap((spans) => {
    const seen = new Set<string>();
    const second = spans.filter((span) => {
      const text = JSON.stringify({ ...span, spanId: '' });
      const isSecond = seen.has(text) && Number(span.endUnixNano.slice(-3)) > 0;
      seen.add(text);
      return isSecond;
    });
    const { lower } = clopperPearson({ bad: second.length, samples: spans.length, confidence: CONFIDENCE });
    if (lower <= TWINS_SHARE) return [];
    return second.map(({ traceId, name }) => ({ traceId, words: `a span ${name} is there twice under two ids` }));
  });
}

/** Whether its times have digits behind the ms, and are two. */
function isFine({ startUnixNano, endUnixNano }: Pick<Span, 'startUnixNano' | 'endUnixNano'>): boolean {
  const digits = (nanos: string) => Number(nanos.slice(-6)) > 0;
  return startUnixNano !== endUnixNano && digits(startUnixNano) && digits(endUnixNano);
}

/** Ids of the spans that clients sent, by trace. */
function callersOf({ observed }: TracesView): Map<string, Set<string>> {
  const callers = new Map<string, Set<string>>();
  for (const { traceId, parentSpanId } of observed.requests) {
    if (parentSpanId !== undefined) callers.set(traceId, (callers.get(traceId) ?? new Set()).add(parentSpanId));
  }
  return callers;
}

/** From here on an answer is none that a client wanted: it is sent again elsewhere, or has failed. */
const REDIRECT = 300;

/**
 * A caller sends its span's id with one request. A second good answer under it is another request's; one that failed before may have been
 * repeated by a proxy.
 */
function requestsTogether(view: TracesView): Problem[] {
  const routes = Object.values(view.contract.requestSpans).flatMap((route) => route ?? []);
  return [...callersOf(view)].flatMap(([traceId, callers]) => {
    const answered = (view.traces.get(traceId) ?? []).filter((span) => {
      if (!callers.has(span.parentSpanId ?? '') || !view.isOwn(span) || span.status === 'error') return false;
      const [method, path, status] = ['method', 'path', 'status'].map((name) => view.attributeOf(span, name));
      const isOurs = routes.some((route) => route.method === method && isAsked(route, String(path)));
      return isOurs && !(typeof status === 'number' && status >= REDIRECT);
    });
    return answered.length > 1
      ? [{ traceId, words: `a trace has ${plural(answered.length, 'request')} of one caller` }]
      : [];
  });
}

function sharedIds(view: TracesView): Problem[] {
  const owners = new Map<string, string>();
  return view.observed.spans.flatMap((span) => {
    const owner = owners.get(span.spanId) ?? span.traceId;
    owners.set(span.spanId, owner);
    if (owner === span.traceId || !view.isOwn(span)) return [];
    return [{ traceId: span.traceId, words: `a span ${span.name} has the id of a span of another trace` }];
  });
}
