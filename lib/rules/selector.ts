/** Whether a selector can find a series: its metric, its labels, and the values that it wants. */
import { nearest } from '../core/nearest.ts';
import type { Matcher, Selector } from '../promql/expression.ts';
import {
  type Catalogue,
  certaintyOf,
  isHistogramName,
  isOfAlerts,
  isUsualTargetLabel,
  type KnownMetric,
  labelNames,
  metricOf,
} from './catalogue.ts';
import { isVariable, matcherText, matches, needsLabel, wholePattern } from './matchers.ts';
import { nearestMetric } from './nearest-metric.ts';
import type { Problem } from './problem.ts';

export function selectorProblems(selector: Selector, catalogue: Catalogue): Problem[] {
  const { metric: name, matchers } = selector;
  if (name === null) return [...namelessProblems(matchers, catalogue), ...matchers.flatMap(jobProblem(catalogue))];
  if (isVariable(name) || isOfAlerts(name)) return [];
  const metric = metricOf(catalogue, name);
  if (metric === undefined) return [missing(name, catalogue)];
  if (metric.dead !== undefined) return [{ effect: 'never', reason: metric.dead }];
  if (!metric.hasSeries) return [{ effect: 'unsure', reason: `${name} is declared and has no series yet` }];
  return matchers.flatMap((matcher) => matcherProblems(matcher, { name, metric, catalogue }));
}

function namelessProblems(matchers: readonly Matcher[], { metrics, kind, source }: Catalogue): Problem[] {
  const named = matchers.filter(({ label, value }) => label === '__name__' && !isVariable(value));
  if (named.length === 0) return [];
  const isThere = [...metrics.keys()].some((name) => named.every((matcher) => matches(matcher, name) !== false));
  if (isThere) return [];
  const reason = `no metric of ${source} fits ${named.map(matcherText).join(', ')}`;
  return [{ effect: kind === 'prometheus' ? 'never' : 'unsure', reason }];
}

/** Many programs have such metrics, so their absence here says nothing of a rule about another program. */
const COMMON_PROGRAMS = new Set(['process', 'python', 'go', 'promhttp', 'nodejs', 'jvm', 'http', 'grpc', 'up']);

function missing(name: string, catalogue: Catalogue): Problem {
  const { kind, source, metrics } = catalogue;
  const near = nearestMetric(catalogue, name);
  const found = near === undefined ? {} : { nearest: near };
  if (kind !== 'prometheus' && isHistogramName(catalogue, name)) {
    const reason = `${name} is a histogram: its series are ${name}_bucket, _sum and _count, unless Prometheus makes native histograms of them`;
    return { effect: 'unsure', reason, nearest: `${name}_bucket` };
  }
  if (kind === 'prometheus') return { effect: 'never', reason: `${source} has no metric ${name}`, ...found };
  if (name.includes(':'))
    return { effect: 'unsure', reason: `no rule of these files records ${name}; another file may`, ...found };
  const program = programOf(name);
  const isOwn = [...metrics.keys()].some((other) => programOf(other) === program) && !COMMON_PROGRAMS.has(program);
  if (!isOwn)
    return {
      effect: 'unsure',
      reason: `${name} is not of this server; its Prometheus knows whether it exists`,
      ...found,
    };
  const where = kind === 'contract' ? `${source} list no metric ${name}` : `${source} has no metric ${name}`;
  return { effect: 'never', reason: where, ...found };
}

function programOf(name: string): string {
  return name.split('_')[0] ?? name;
}

interface Subject {
  readonly name: string;
  readonly metric: KnownMetric;
  readonly catalogue: Catalogue;
}

function matcherProblems(matcher: Matcher, subject: Subject): Problem[] {
  const { label } = matcher;
  if (isVariable(label) || label === '__name__') return [];
  if (label === 'job') return jobProblem(subject.catalogue)(matcher);
  const certainty = certaintyOf(subject.catalogue, subject.metric, label);
  if (certainty === 'no') return absentLabel(matcher, subject);
  if (!subject.metric.labels?.has(label)) return unknownLabel(matcher, subject);
  return valueProblems(matcher, subject);
}

function absentLabel(matcher: Matcher, { name, metric, catalogue }: Subject): Problem[] {
  const { label, operator, value } = matcher;
  const names = labelNames(catalogue, metric);
  const near = nearest(label, names);
  const found = near === undefined ? {} : { nearest: near };
  const has = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  if (isVariable(value) && operator !== '=')
    return [
      { effect: 'wrong', reason: `${name} has no label ${label}: each chosen value shows nothing; ${has}`, ...found },
    ];
  if (!isVariable(value) && !needsLabel(matcher)) return [];
  return [{ effect: 'never', reason: `${name} has no label ${label}; ${has}`, ...found }];
}

function unknownLabel(matcher: Matcher, { name, metric, catalogue }: Subject): Problem[] {
  const { label, value } = matcher;
  const isBound = label === 'le' && metric.type === 'histogram';
  if (label === 'instance' || isBound || catalogue.targetLabels?.has(label)) return [];
  // Dashboards choose by such labels, and whoever chooses has seen them.
  const isAsked = isVariable(value) ? !isUsualTargetLabel(label) : needsLabel(matcher);
  if (!isAsked) return [];
  const reason =
    metric.labels === null
      ? `nobody says which labels ${name} has, so not whether it has ${label}`
      : `${name} has no label ${label} at the server; the scrape configuration may add it`;
  return [{ effect: 'unsure', reason }];
}

const jobProblem =
  ({ jobs }: Catalogue) =>
  (matcher: Matcher): Problem[] => {
    if (matcher.label !== 'job' || isVariable(matcher.value) || !needsLabel(matcher)) return [];
    if (jobs === null)
      return [
        { effect: 'unsure', reason: `only the scrape configuration knows whether a job fits ${matcherText(matcher)}` },
      ];
    if ([...jobs].some((job) => matches(matcher, job) !== false)) return [];
    const near = nearest(matcher.value, [...jobs]);
    const all = jobs.size === 0 ? 'none' : [...jobs].join(', ');
    const found = near === undefined ? {} : { nearest: near };
    return [{ effect: 'never', reason: `no job fits ${matcherText(matcher)}; jobs: ${all}`, ...found }];
  };

/** Numbers that Prometheus may write differently than the server: `1` becomes `1.0`. They are all there from the beginning. */
const CLOSED_LABELS = new Set(['le', 'quantile']);
const SHOWN_VALUES = 5;

function valueProblems(matcher: Matcher, { name, metric }: Subject): Problem[] {
  const values = [...(metric.labels?.get(matcher.label)?.values ?? [])];
  if (values.length === 0 || isVariable(matcher.value)) return [];
  if (values.some((value) => matches(matcher, value) !== false)) return [];
  if (CLOSED_LABELS.has(matcher.label)) return boundProblems(matcher, name, values);
  if (kinOf(values).some((value) => matches(matcher, value))) return [];
  const near = nearest(matcher.value, values);
  const more = values.length > SHOWN_VALUES ? ` and ${values.length - SHOWN_VALUES} more` : '';
  const seen = `${values.slice(0, SHOWN_VALUES).join(', ')}${more}`;
  const reason = `no series of ${name} had ${matcherText(matcher)} so far; seen: ${seen}`;
  return [{ effect: 'unsure', reason, ...(near === undefined ? {} : { nearest: near }) }];
}

function boundProblems(matcher: Matcher, name: string, bounds: readonly string[]): Problem[] {
  const wanted = numberOf(matcher.value);
  if (matcher.operator !== '=' || Number.isNaN(wanted) || matches(matcher, '')) return [];
  if (bounds.some((bound) => numberOf(bound) === wanted)) {
    const reason = `${matcherText(matcher)} is written ${bounds.find((bound) => numberOf(bound) === wanted)} at the server; Prometheus 2 keeps that, Prometheus 3 writes 1.0 for 1`;
    return [{ effect: 'unsure', reason }];
  }
  const [near = ''] = [...bounds].sort((a, b) => Math.abs(numberOf(a) - wanted) - Math.abs(numberOf(b) - wanted));
  return [
    { effect: 'never', reason: `${name} has no ${matcherText(matcher)}; it has ${bounds.join(', ')}`, nearest: near },
  ];
}

function numberOf(text: string): number {
  return text === '+Inf' ? Infinity : text.trim() === '' ? Number.NaN : Number(text);
}

const STATUS_CODES = Array.from({ length: 500 }, (_, at) => String(at + 100));
const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'];

/** Values that a healthy server has not shown, and that are certainly possible: all status codes, where only such were seen. */
function kinOf(values: readonly string[]): readonly string[] {
  const all = (pattern: string): boolean => values.every((value) => wholePattern(pattern)?.test(value));
  if (all('[1-5]\\d\\d')) return STATUS_CODES;
  return all('(?i)[1-5]xx') ? [...STATUS_CLASSES, ...STATUS_CLASSES.map((value) => value.toUpperCase())] : [];
}
