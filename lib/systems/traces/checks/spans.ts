/**
 * Owns the checks on spans by themselves: promised names and attributes, parents, the service's name.
 * Refuses to know requests' latencies and sampling, and the shape of a debate (traces-shape.ts).
 */
import type { Evidence } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import type { Span } from '../observation.ts';
import type { SpanContract, SpanSignal } from '../signals.ts';
import { type CheckResult, examples, lacking, noneBad, type TraceCheck } from './check.ts';
import { cutOff } from './sampling.ts';
import { debateShape } from './shape.ts';
import { gainsaid } from './values.ts';
import type { Role, TracesView } from './view.ts';

const DOCS = { document: 'aragora-slo', section: 'docs/checks/traces.md' } as const;

export function spanChecks(contract: SpanContract): TraceCheck[] {
  const [debateSource = DOCS] = contract.signals.flatMap(({ id, forms }) =>
    id === 'debate.run' ? forms.map(({ source }) => source) : [],
  );
  return [
    ...contract.signals.flatMap((signal): TraceCheck[] => {
      const source = signal.forms[0]?.source ?? DOCS;
      const subject = `span ${signal.id}`;
      return [
        { id: `traces.spans.${signal.id}.present`, subject, source, judge: (view) => present(view, signal) },
        {
          id: `traces.spans.${signal.id}.attributes`,
          subject: `${subject} attributes`,
          source,
          judge: (view) => attributes(view, signal),
        },
      ];
    }),
    { id: 'traces.debate.shape', subject: 'shape of a debate', source: debateSource, judge: debateShape },
    { id: 'traces.orphans', subject: 'spans without their parent', source: DOCS, judge: orphans },
    {
      id: 'traces.service-name',
      subject: 'service name',
      source: contract.serviceName.source,
      judge: (view) => serviceName(view, contract.serviceName.value),
    },
  ];
}

/** How often the load asked for the span, with a trace that should have been recorded. */
function provoked({ observed }: TracesView, { provokedBy }: SpanSignal): number {
  const asked = observed.sampled.filter(({ endpoint }) => provokedBy.some((known) => known === endpoint));
  return asked.reduce((sum, { sent }) => sum + sent, 0);
}

function notProvoked({ observed }: TracesView, { id, provokedBy }: SpanSignal): CheckResult {
  const nothing = observed.sampled.length === 0;
  const summary = nothing ? 'no sampled request was sent' : `the load sent no request that makes a server record ${id}`;
  return lacking(`${summary} (${provokedBy.join(', ')})`, { gating: nothing });
}

function present(view: TracesView, signal: SpanSignal): CheckResult {
  const count = view.countOf(signal.id, 'documented');
  const expectation = { operator: '>=', expected: 1, actual: count } as const;
  const forms = signal.forms.map(({ name }) => name).join(' or ');
  const evidence = [...formEvidence(signal), ...keptAs(view, signal)];
  if (count > 0) {
    const summary = `${plural(count, 'span')} named ${forms}`;
    return { ...expectation, status: 'pass', margin: count - 1, samples: count, summary, evidence };
  }
  const asked = provoked(view, signal);
  if (asked === 0) return { ...notProvoked(view, signal), ...expectation, evidence };
  if (allUnsettled(view, signal)) {
    const summary = `no ${forms} yet, but the traces that should have one were still growing when the wait ended`;
    return { ...expectation, ...lacking(summary, { status: 'inconclusive' }), evidence };
  }
  const summary = `no span named ${forms} among ${countText(view.observed.spanCount)}, after ${plural(asked, 'sampled request')} that should bring one`;
  const seen = Object.keys(view.observed.spanNames).slice(0, 8).join(', ');
  const names = seen === '' ? [] : [{ label: 'names seen', value: seen }];
  return {
    ...expectation,
    status: 'fail',
    margin: -1,
    samples: asked,
    bad: asked,
    summary,
    evidence: [...evidence, ...names],
  };
}

/** Where the documents disagree, each form with its source. */
function formEvidence({ forms }: SpanSignal): Evidence[] {
  if (forms.length < 2) return [];
  const value = forms.map(({ name, source }) => `${name} (${source.document}, ${source.section})`).join('; ');
  return [{ label: 'documented as', value }];
}

function keptAs(view: TracesView, { id }: SpanSignal): Evidence[] {
  const count = view.countOf(id, 'mapped');
  const names = (view.mapping?.renames ?? []).flatMap(({ signal, name }) => (signal === id ? [name] : []));
  return count === 0 ? [] : [{ label: 'kept as', value: `${names.join(', ')} ×${countText(count)}` }];
}

function allUnsettled({ observed }: TracesView, { provokedBy }: SpanSignal): boolean {
  const own = observed.requests.filter(({ endpoint }) => provokedBy.some((known) => known === endpoint));
  const unsettled = new Set(observed.unsettled);
  return own.length > 0 && own.every(({ foundTraceId }) => foundTraceId !== null && unsettled.has(foundTraceId));
}

function attributes(view: TracesView, signal: SpanSignal): CheckResult {
  const spans = view.observed.spans.flatMap((span) => {
    const role = view.isOwn(span) ? view.roleOf(span) : undefined;
    return role?.signal === signal.id ? [{ span, role }] : [];
  });
  if (spans.length === 0) {
    if (provoked(view, signal) === 0) return notProvoked(view, signal);
    return lacking(`no ${signal.id} to look at`);
  }
  const wrong = signal.id === 'http.request' ? gainsaid(view) : NOTHING_WRONG;
  const problems = new Map<string, number>();
  let bad = 0;
  for (const { span, role } of spans) {
    const own = [...attributeProblems(span, role), ...(wrong.get(span) ?? [])];
    if (own.length > 0) bad += 1;
    for (const problem of own) problems.set(problem, (problems.get(problem) ?? 0) + 1);
  }
  const wanted = [...new Set(spans.flatMap(({ role }) => role.attributes.map(({ key }) => key)))].join(', ');
  const broken = [...problems]
    .sort((a, b) => b[1] - a[1])
    .map(([problem, count]) => `${problem} in ${countText(count)}`);
  return noneBad({
    samples: spans.length,
    bad,
    good: `${wanted} in all of ${plural(spans.length, 'span')}`,
    broken: `${broken.slice(0, 3).join('; ')} of ${plural(spans.length, 'span')}`,
  });
}

const NOTHING_WRONG: ReturnType<typeof gainsaid> = new Map();

function attributeProblems({ attributes }: Span, role: Role): string[] {
  return role.attributes.flatMap(({ key, type }) => {
    const value = attributes[key];
    if (value === undefined) return [`${key} is missing`];
    return typeof value === type && value !== '' ? [] : [`${key} is ${describe(value)} instead of a ${type}`];
  });
}

function describe(value: unknown): string {
  if (value === '') return 'empty';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

function orphans(view: TracesView): CheckResult {
  const samples = view.settled.reduce((sum, trace) => sum + trace.length, 0);
  if (samples === 0) return lacking('no settled trace to look at');
  // Whose caller was forgotten or confused is told by `traces.propagation`.
  const entries = new Set(cutOff(view).map(({ span }) => span));
  const lost = view.settled
    .flatMap((trace) => view.orphansOf(trace))
    .filter((span) => view.isOwn(span) && !entries.has(span));
  return noneBad({
    samples,
    bad: lost.length,
    good: `the parent of each of ${plural(samples, 'span')} arrived, in ${plural(view.settled.length, 'trace')}`,
    broken: `the parent of ${countText(lost.length)} of ${plural(samples, 'span')} never arrived, first: ${lost[0]?.name ?? ''}`,
    evidence: examples('traces', [...new Set(lost.map(({ traceId }) => traceId))]),
  });
}

/** In the load's own traces where there are any: what else comes may be of others that export to the same place. */
function serviceName({ observed, traces }: TracesView, expected: string): CheckResult {
  const found = observed.requests.flatMap(({ foundTraceId }) => traces.get(foundTraceId ?? '') ?? []);
  const spans = found.length > 0 ? [...new Set(found)] : observed.spans;
  if (spans.length === 0) return lacking('no span to look at');
  const others = spans.filter((span) => span.serviceName !== expected);
  const names = [...new Set(others.map((span) => span.serviceName ?? 'none'))];
  return noneBad({
    samples: spans.length,
    bad: others.length,
    good: `${expected} in all of ${plural(spans.length, 'span')}`,
    broken: `${countText(others.length)} of ${plural(spans.length, 'span')} name the service ${names.slice(0, 3).join(', ')} instead of ${expected}`,
  });
}
