/** The checks of each documented span by itself: is it there, and has it its attributes? */
import type { Evidence, Finding } from '../../../core/finding.ts';
import { countText, plural } from '../../../core/numbers.ts';
import { above, below, boundsOf } from '../../bounds.ts';
import { findingOf, lacking, unasked } from '../../finding.ts';
import { type CheckInfo, checkOf } from '../../system.ts';
import { attributesOf, FREE_TEXTS } from '../covered.ts';
import type { Span } from '../observation.ts';
import type { SpanSignal } from '../signals.ts';
import { DOCS, infoOf, noneBad, type TraceCheck } from './check.ts';
import { missingIn, tracesWithout } from './missing.ts';
import { contradicted, KNOWN_VALUES } from './values.ts';
import { numberIn, type Role, type TracesView } from './view.ts';

/** That it is there where the load caused it, and has its attributes. */
export function documentedSpanChecks(signal: SpanSignal): TraceCheck[] {
  const { id, forms } = signal;
  const subject = `span ${id}`;
  const own = { source: forms[0]?.source ?? DOCS, section: 'spans' } as const;
  const proves = `A request that has to make spans named ${formNames(signal)} makes them.`;
  const presence = boundsOf(id, below('clients', 'exists'), id === 'db.query' ? below('clients', 'count') : []);
  return [
    checkOf(
      infoOf({ ...own, id: `spans.${id}.present`, subject, proves, bounds: presence, throughFaults: true }),
      (check, view) => present(check, view, signal),
    ),
    checkOf(
      infoOf({
        ...own,
        id: `spans.${id}.attributes`,
        subject: `${subject} attributes`,
        proves: `Every span ${id} has its documented attributes, of the documented type and not empty.`,
        bounds: [
          ...boundsOf(attributesOf(signal), below('documents', 'exists', 'content')),
          ...boundsOf(attributesOf(signal, 'number'), above('documents', 'content')),
          ...boundsOf(
            FREE_TEXTS.filter((name) => name.startsWith(`${id} `)),
            above('documents', 'content'),
          ),
          ...KNOWN_VALUES.filter((known) => known.signal.startsWith(`${id} `)),
        ],
      }),
      (check, view) => attributes(check, view, signal),
    ),
  ];
}

function formNames({ forms }: SpanSignal): string {
  return forms.map(({ name }) => name).join(' or ');
}

/** How often the load caused the span, with a trace that should have been recorded. */
function provoked({ observed }: TracesView, { provokedBy }: SpanSignal): number {
  const asked = observed.sampled.filter(({ endpoint }) => provokedBy.some((known) => known === endpoint));
  return asked.reduce((sum, { sent }) => sum + sent, 0);
}

function notProvoked(check: CheckInfo, { observed }: TracesView, { id, provokedBy }: SpanSignal): Finding {
  const nothing = observed.sampled.length === 0;
  const summary = nothing ? 'no sampled request was sent' : `the load sent no request that makes a server record ${id}`;
  const why = `${summary} (${provokedBy.join(', ')})`;
  return nothing ? lacking(check, 'no-data', why) : unasked(check, why);
}

function present(check: CheckInfo, view: TracesView, signal: SpanSignal): Finding {
  const { id } = signal;
  const count = view.countOf(id, 'documented');
  const expectation = { operator: '>=', expected: 1, actual: count } as const;
  const own = view.mapping?.renames.find(({ signal, isOwn }) => signal === id && isOwn === true);
  const forms = own?.name ?? formNames(signal);
  const evidence = [...formEvidence(signal), ...keptAs(view, signal)];
  if (count > 0) {
    const without = tracesWithout(view, signal);
    const summary = `${plural(count, 'span')} named ${forms}`;
    if (without.bad > 0) return missingIn(check, without, { ...expectation, summary, evidence });
    return findingOf(check, { ...expectation, status: 'pass', margin: count - 1, samples: count, summary, evidence });
  }
  const asked = provoked(view, signal);
  if (asked === 0) return { ...notProvoked(check, view, signal), ...expectation, evidence };
  if (allUnsettled(view, signal)) {
    const summary = `no ${forms} yet, but the traces that should have one were still growing when the wait ended`;
    return { ...lacking(check, 'inconclusive', summary, evidence), ...expectation };
  }
  const summary = `no span named ${forms} among ${countText(view.observed.spanCount)}, after ${plural(asked, 'sampled request')} that should cause one`;
  const seen = Object.keys(view.observed.spanNames).slice(0, 8).join(', ');
  const names = seen === '' ? [] : [{ label: 'names seen', value: seen }];
  return findingOf(check, {
    ...expectation,
    status: 'fail',
    margin: -1,
    samples: asked,
    bad: asked,
    summary,
    evidence: [...evidence, ...names],
  });
}

/** Where the documents disagree, each form with its source. */
function formEvidence({ forms }: SpanSignal): Evidence[] {
  if (forms.length < 2) return [];
  const value = forms.map(({ name, source }) => `${name} (${source.document}, ${source.section})`).join('; ');
  return [{ label: 'documented as', value }];
}

const MOST_KEPT = 3;

/** The names that the release gives such spans, each with its own count. */
function keptAs({ observed, roleOf }: TracesView, { id }: SpanSignal): Evidence[] {
  const kept = Object.entries(observed.spanNames)
    .filter(([name]) => roleOf({ name })?.signal === id && roleOf({ name })?.mapped === true)
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  if (kept.length === 0) return [];
  const shown = kept.slice(0, MOST_KEPT).map(([name, count]) => `${name} ×${countText(count)}`);
  const rest = kept.slice(MOST_KEPT).reduce((sum, [, count]) => sum + count, 0);
  return [{ label: 'kept as', value: [...shown, ...(rest > 0 ? [`others ×${countText(rest)}`] : [])].join(', ') }];
}

function allUnsettled({ observed }: TracesView, { provokedBy }: SpanSignal): boolean {
  const own = observed.requests.filter(({ endpoint }) => provokedBy.some((known) => known === endpoint));
  const unsettled = new Set(observed.unsettled);
  return own.length > 0 && own.every(({ foundTraceId }) => foundTraceId !== null && unsettled.has(foundTraceId));
}

function attributes(check: CheckInfo, view: TracesView, signal: SpanSignal): Finding {
  const spans = view.observed.spans.flatMap((span) => {
    const role = view.isOwn(span) ? view.roleOf(span) : undefined;
    return role?.signal === signal.id ? [{ span, role }] : [];
  });
  if (spans.length === 0) {
    if (provoked(view, signal) === 0) return notProvoked(check, view, signal);
    return lacking(check, 'no-data', `no ${signal.id} to look at`);
  }
  const wrong = contradicted(view, signal.id);
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
  return noneBad(check, {
    samples: spans.length,
    bad,
    good: `${wanted} in all of ${plural(spans.length, 'span')}`,
    broken: `${broken.slice(0, 3).join('; ')} of ${plural(spans.length, 'span')}`,
  });
}

function attributeProblems({ attributes }: Span, role: Role): string[] {
  return role.attributes.flatMap(({ key, type }) => {
    const value = type === 'number' ? numberIn(attributes[key]) : attributes[key];
    if (value === undefined) return [`${key} is missing`];
    if (typeof value !== type || value === '') return [`${key} is ${describe(value)} instead of a ${type}`];
    // Each documented number counts something.
    return type === 'number' && !isCount(value) ? [`${key} is ${String(value)} instead of a whole number`] : [];
  });
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function describe(value: unknown): string {
  if (value === '') return 'empty';
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return value;
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
