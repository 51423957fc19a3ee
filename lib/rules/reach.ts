/** Whether an expression can ever return data on a server: every selector, and what is made of them. */
import { nearest } from '../core/nearest.ts';
import { durationText } from '../core/numbers.ts';
import type { Aggregate, Binary, Call, Expression } from '../promql/expression.ts';
import { parsePromql } from '../promql/parse.ts';
import { type Catalogue, isUsualTargetLabel, metricOf } from './catalogue.ts';
import { isScalar, type LabelSet, labelSet } from './label-set.ts';
import { isVariable } from './matchers.ts';
import { has, once, type Problem, softened } from './problem.ts';
import { selectorProblems } from './selector.ts';
import { typeProblem } from './types.ts';
import { isComparison, isImpossible, type ValueRange, valueRange } from './value-range.ts';

export interface World {
  readonly catalogue: Catalogue;
  /** How often the server is scraped; null: nobody says. */
  readonly scrapeIntervalMs: number | null;
}

/** Everything that is wrong with a query. */
export function queryProblems(query: string, world: World): Problem[] {
  const parsed = parsePromql(query);
  if (!parsed.ok)
    return [{ effect: 'never', reason: `it is no PromQL: ${parsed.problem}${grammarHint(parsed.problem)}` }];
  const typed = typeProblem(parsed.expression);
  if (typed !== null) return [{ effect: 'never', reason: `Prometheus refuses it: ${typed}` }];
  return once(reachProblems(parsed.expression, world));
}

function grammarHint(problem: string): string {
  if (/unexpected "(by|without)\b/.test(problem)) return '; by and without belong to an aggregation such as sum';
  return problem.startsWith('unexpected "(') ? '; there is no function of that name' : '';
}

function reachProblems(expression: Expression, world: World): Problem[] {
  switch (expression.kind) {
    case 'number':
    case 'string':
      return [];
    case 'selector':
      return selectorProblems(expression, world.catalogue);
    case 'range':
    case 'unary':
      return reachProblems(expression.of, world);
    case 'call':
      return ofCall(expression, world);
    case 'aggregate':
      return unlessNever(ofAll(expression.args, world), () => groupingProblems(expression, world.catalogue));
    case 'binary':
      return ofBinary(expression, world);
  }
}

function ofAll(all: readonly Expression[], world: World): Problem[] {
  return all.flatMap((one) => reachProblems(one, world));
}

/** One cause is enough: what follows from it is not said. */
function unlessNever(problems: readonly Problem[], more: () => readonly Problem[]): Problem[] {
  return has(problems, 'never') ? [...problems] : [...problems, ...more()];
}

function ofCall(call: Call, world: World): Problem[] {
  const inner = ofAll(call.args, world);
  if (call.name === 'absent' || call.name === 'absent_over_time')
    return softened(inner, 'note', `inside ${call.name}(), which then has data all the time`);
  return unlessNever(inner, () => [
    ...counterProblems(call, world.catalogue),
    ...windowProblems(call, world),
    ...bucketProblems(call, world.catalogue),
  ]);
}

const OF_COUNTERS = new Set(['rate', 'irate', 'increase']);
const INSTEAD: Readonly<Record<string, string>> = { rate: 'deriv', irate: 'idelta', increase: 'delta' };

function counterProblems({ name, args: [range] }: Call, catalogue: Catalogue): Problem[] {
  if (!OF_COUNTERS.has(name) || range?.kind !== 'range' || range.of.kind !== 'selector') return [];
  const { metric } = range.of;
  if (metric === null || metricOf(catalogue, metric)?.type !== 'gauge') return [];
  const reason = `${name}() of the gauge ${metric} counts each fall as a restart; ${INSTEAD[name]}() is for gauges`;
  return [{ effect: 'wrong', reason }];
}

const OF_TWO_SAMPLES = new Set([...OF_COUNTERS, 'delta', 'idelta', 'deriv', 'predict_linear']);

function windowProblems({ name, args }: Call, { scrapeIntervalMs }: World): Problem[] {
  const range = args.find((arg) => arg.kind === 'range');
  if (scrapeIntervalMs === null || !OF_TWO_SAMPLES.has(name) || range?.kind !== 'range') return [];
  const { windowMs, isSubquery } = range;
  if (windowMs === null || isSubquery || windowMs >= 2 * scrapeIntervalMs) return [];
  const window = durationText(windowMs / 1000);
  const reason = `${name}() needs two samples, and ${window} holds`;
  const every = `with a scrape every ${durationText(scrapeIntervalMs / 1000)}`;
  if (windowMs < scrapeIntervalMs) return [{ effect: 'never', reason: `${reason} at most one ${every}` }];
  return [{ effect: 'wrong', reason: `${reason} only one at times ${every}` }];
}

function bucketProblems({ name, args: [, buckets] }: Call, catalogue: Catalogue): Problem[] {
  if (name !== 'histogram_quantile' || buckets === undefined) return [];
  if (labelSet(buckets, catalogue).of('le') !== 'no') return [];
  return [{ effect: 'never', reason: 'histogram_quantile() needs the label le, which is not there: by (le, …)' }];
}

function groupingProblems({ grouping, labels, args }: Aggregate, catalogue: Catalogue): Problem[] {
  const of = args.at(-1);
  if (grouping !== 'by' || of === undefined) return [];
  const own = labelSet(of, catalogue);
  return labels.flatMap((label): Problem[] => {
    if (isVariable(label)) return [];
    const what = `by (${label}): no series has the label ${label}`;
    if (own.of(label) === 'no') return [withNearest(own, label, `${what}, so all are one`)];
    if (own.names.length === 0 || own.names.includes(label) || isUsualTargetLabel(label)) return [];
    return [{ effect: 'unsure', reason: `${what} at the server; the scrape configuration may add it` }];
  });
}

function withNearest(own: LabelSet, label: string, reason: string): Problem {
  const near = nearest(label, own.names);
  return { effect: 'wrong', reason, ...(near === undefined ? {} : { nearest: near }) };
}

function ofBinary(binary: Binary, world: World): Problem[] {
  const { operator, fills } = binary;
  const [left, right] = [reachProblems(binary.left, world), reachProblems(binary.right, world)];
  if (operator === 'or') {
    if (has(left, 'never') && has(right, 'never')) return [...left, ...right];
    return [left, right].flatMap((side) => softened(side, 'wrong', 'one side of "or"'));
  }
  if (operator === 'unless') return [...left, ...softened(right, 'note', 'behind "unless"')];
  if (fills)
    return [
      ...softened(left, 'note', '"fill" stands in for it'),
      ...softened(right, 'note', '"fill" stands in for it'),
    ];
  return unlessNever([...left, ...right], () => [
    ...matchingProblems(binary, world.catalogue),
    ...thresholdProblems(binary, world.catalogue),
  ]);
}

function matchingProblems({ left, right, matching }: Binary, catalogue: Catalogue): Problem[] {
  if (isScalar(left) || isScalar(right)) return [];
  const [a, b] = [labelSet(left, catalogue), labelSet(right, catalogue)];
  if (matching?.by === 'on') return matching.labels.flatMap((label) => onProblem(label, a, b));
  if (matching !== null && matching.group !== null) return [];
  const ignored = matching?.labels ?? [];
  const lone = (own: LabelSet, other: LabelSet): string[] =>
    own.always.filter((label) => other.of(label) === 'no' && !ignored.includes(label));
  const [onLeft, onRight] = [lone(a, b), lone(b, a)];
  if (onLeft.length + onRight.length === 0) return [];
  const said = [
    onLeft.length > 0 ? `left ${onLeft.join(', ')}` : '',
    onRight.length > 0 ? `right ${onRight.join(', ')}` : '',
  ];
  const reason = `its two sides never match, because only one of them has these labels: ${said.filter(Boolean).join('; ')}`;
  return [{ effect: 'never', reason }];
}

function onProblem(label: string, a: LabelSet, b: LabelSet): Problem[] {
  const sides = [a.of(label), b.of(label)];
  if (isVariable(label) || !sides.includes('no')) return [];
  if (sides.includes('always'))
    return [{ effect: 'never', reason: `on (${label}): only one side has the label ${label}, so nothing matches` }];
  return sides.includes('maybe') ? [] : [withNearest(a, label, `on (${label}): no side has the label ${label}`)];
}

function thresholdProblems({ operator, left, right, isBool }: Binary, catalogue: Catalogue): Problem[] {
  if (!isComparison(operator) || isBool) return [];
  const [a, b] = [valueRange(left, catalogue), valueRange(right, catalogue)];
  if (!isImpossible(a, operator, b)) return [];
  const [own, limit] = isScalar(left) ? [b, a] : [a, b];
  const reason = `it can never be ${isScalar(left) ? 'as compared with' : operator} ${limit.least}: it is ${rangeText(own)}`;
  return [{ effect: 'never', reason }];
}

function rangeText({ least, most }: ValueRange): string {
  if (least === most) return `always ${least}`;
  if (least === -Infinity) return `at most ${most}`;
  return most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
}
