/** The check on the shape of a debate: which span is the child of which, and that no agent's call is missing. */
import type { Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { lacking, unasked } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import type { Span } from '../observation.ts';
import { examples, noneBad } from './check.ts';
import type { TracesView } from './view.ts';

/** Which span must be the child of which in a debate. */
const LEVELS = [
  { child: 'debate.round', parent: 'debate.run' },
  { child: 'agent.call', parent: 'debate.round' },
] as const;

/** None of them is made of debates. */
const PARTS = ['debate.round', 'agent.call', 'db.query', 'memory.access'] as const;

/** Looks only at settled traces in which no parent is missing, and at names that exist at all; the rest has its own findings. */
export function debateShape(check: CheckInfo, view: TracesView): Finding {
  const seen = (signal: string) => view.countOf(signal, 'documented') + view.countOf(signal, 'mapped') > 0;
  const levels = LEVELS.filter(({ child, parent }) => seen(child) && seen(parent));
  const traces = view.settled.filter((trace) => view.orphansOf(trace).length === 0);
  const withRuns = traces.filter((trace) => trace.some((span) => view.roleOf(span)?.signal === 'debate.run'));
  const created = seen('debate.run') ? createdWithoutRun(view, traces) : [];
  if (withRuns.length + created.length === 0 || levels.length === 0) {
    const asked = view.observed.sampled.some(({ endpoint }) => provokes(view, endpoint));
    const summary = 'no whole debate with rounds or agent calls to look at';
    return asked ? lacking(check, 'no-data', summary) : unasked(check, summary);
  }
  const problems = [...created, ...traces.flatMap((trace) => shapeProblems(view, trace, levels))];
  return noneBad(check, {
    samples: withRuns.length + created.length,
    bad: problems.length,
    good: `debate.run over rounds over agent calls in ${plural(withRuns.length, 'debate')}`,
    broken: `${plural(problems.length, 'span')} out of place, first: ${problems[0]?.problem ?? ''}`,
    evidence: examples('traces', [...new Set(problems.map(({ traceId }) => traceId))]),
  });
}

/** Whether a request to this endpoint starts a debate. */
function provokes({ contract }: TracesView, endpoint: string): boolean {
  return contract.signals.some(({ id, provokedBy }) => id === 'debate.run' && provokedBy.includes(endpoint));
}

interface ShapeProblem {
  readonly traceId: string;
  readonly problem: string;
}

function createdWithoutRun(view: TracesView, traces: readonly (readonly Span[])[]): ShapeProblem[] {
  const whole = new Map(traces.flatMap((trace) => (trace[0] === undefined ? [] : [[trace[0].traceId, trace]])));
  return view.observed.requests.flatMap(({ endpoint, outcome, foundTraceId }) => {
    const trace = foundTraceId === null ? undefined : whole.get(foundTraceId);
    if (!provokes(view, endpoint) || outcome !== 'ok' || trace === undefined) return [];
    if (trace.some((span) => view.roleOf(span)?.signal === 'debate.run')) return [];
    return [{ traceId: foundTraceId ?? '', problem: 'the trace of a debate has no debate.run' }];
  });
}

function shapeProblems(
  view: TracesView,
  trace: readonly Span[],
  levels: readonly (typeof LEVELS)[number][],
): ShapeProblem[] {
  const holders = holdersIn(view, trace);
  const isA = (span: Span | undefined, signal: string) => span !== undefined && view.roleOf(span)?.signal === signal;
  const below = trace.flatMap((span): ShapeProblem[] => {
    const holder = holders.get(span);
    if (!isA(span, 'debate.run') || !PARTS.some((part) => isA(holder, part))) return [];
    return [{ traceId: span.traceId, problem: `debate.run under ${holder?.name ?? ''}` }];
  });
  if (below.length > 0) return below;
  return levels.flatMap(({ child, parent }) => {
    const misplaced = trace.flatMap((span): ShapeProblem[] => {
      const holder = holders.get(span);
      if (!isA(span, child) || isA(holder, parent)) return [];
      return [{ traceId: span.traceId, problem: `${child} under ${holder?.name ?? 'nothing'} instead of ${parent}` }];
    });
    // A misplaced child explains a parent without children.
    if (misplaced.length > 0) return misplaced;
    return trace.flatMap((span) => {
      if (!isA(span, parent)) return [];
      const children = trace.filter((other) => isA(other, child) && holders.get(other) === span).length;
      const problem = lackOf(view, span, { child, parent, children });
      return problem === null ? [] : [{ traceId: span.traceId, problem }];
    });
  });
}

/** For each span the nearest one above it that the documents name: a server may have spans of its own in between. */
function holdersIn(view: TracesView, trace: readonly Span[]): ReadonlyMap<Span, Span | undefined> {
  const byId = new Map(trace.map((span) => [span.spanId, span]));
  const above = (span: Span) => byId.get(span.parentSpanId ?? '');
  return new Map(
    trace.map((span) => {
      let holder = above(span);
      // As many steps as there are spans: parents may go in a circle.
      for (let steps = 0; steps < trace.length && holder !== undefined && view.roleOf(holder) === undefined; steps++)
        holder = above(holder);
      return [span, holder];
    }),
  );
}

/** A round says how many agents it has. A repeated call is one more; one less is a missing call. */
function lackOf(
  view: TracesView,
  span: Span,
  { child, parent, children }: { readonly child: string; readonly parent: string; readonly children: number },
): string | null {
  if (children === 0) return `${parent} without any ${child}`;
  const agents = child === 'agent.call' ? view.attributeOf(span, 'agent_count') : undefined;
  if (typeof agents !== 'number' || agents <= children) return null;
  return `${parent} of ${countText(agents)} agents with ${countText(children)} ${child}`;
}
