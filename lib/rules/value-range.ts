/** Between which values an expression can be, as far as that is certain: a share is at most 1, a rate never negative. */
import { leastOf, mostOf } from '../core/extent.ts';
import type { Aggregate, Binary, Call, Expression, Selector } from '../promql/expression.ts';
import { type Catalogue, metricOf } from './catalogue.ts';
import { isShare } from './share.ts';

export interface ValueRange {
  readonly least: number;
  readonly most: number;
}

const ANY: ValueRange = { least: -Infinity, most: Infinity };
const NOT_NEGATIVE: ValueRange = { least: 0, most: Infinity };
const SHARE: ValueRange = { least: 0, most: 1 };

export function valueRange(expression: Expression, catalogue: Catalogue): ValueRange {
  const inner = (one: Expression | undefined): ValueRange => (one === undefined ? ANY : valueRange(one, catalogue));
  switch (expression.kind) {
    case 'number':
      return { least: expression.value, most: expression.value };
    case 'string':
      return ANY;
    case 'selector':
      return ofSelector(expression, catalogue);
    case 'range':
      return inner(expression.of);
    case 'unary': {
      const { least, most } = inner(expression.of);
      return expression.operator === '-' ? { least: -most, most: -least } : { least, most };
    }
    case 'call':
      return ofCall(expression, inner, catalogue);
    case 'aggregate':
      return ofAggregate(expression, inner);
    case 'binary':
      return ofBinary(expression, inner);
  }
}

type Inner = (expression: Expression | undefined) => ValueRange;

function ofSelector({ metric: name }: Selector, catalogue: Catalogue): ValueRange {
  if (name === 'up') return SHARE;
  const type = name === null ? undefined : metricOf(catalogue, name)?.type;
  const isCount = type === 'counter' || (type === 'histogram' && !name?.endsWith('_sum'));
  return isCount ? NOT_NEGATIVE : ANY;
}

const COUNTING = new Set(['rate', 'irate', 'increase', 'count_over_time', 'changes', 'resets', 'abs', 'sqrt']);
const SAME = new Set([
  'avg_over_time',
  'min_over_time',
  'max_over_time',
  'last_over_time',
  'sort',
  'sort_desc',
  'scalar',
  'vector',
]);

function ofCall({ name, args }: Call, inner: Inner, catalogue: Catalogue): ValueRange {
  const [first, second] = args;
  if (SAME.has(name)) return inner(first);
  if (COUNTING.has(name)) return NOT_NEGATIVE;
  if (name === 'absent' || name === 'absent_over_time') return { least: 1, most: 1 };
  if (name === 'histogram_quantile') return { least: -Infinity, most: highestBound(second, catalogue) };
  const [own, bound] = [inner(first), inner(second)];
  if (name === 'clamp_max') return { least: Math.min(own.least, bound.least), most: Math.min(own.most, bound.most) };
  if (name === 'clamp_min') return { least: Math.max(own.least, bound.least), most: Math.max(own.most, bound.most) };
  return ANY;
}

/** A quantile is never above the highest bucket with an end. */
function highestBound(expression: Expression | undefined, catalogue: Catalogue): number {
  let at = expression;
  while (at !== undefined && at.kind !== 'selector') {
    if (at.kind === 'range') at = at.of;
    else if (at.kind === 'call' || (at.kind === 'aggregate' && at.operator === 'sum'))
      at = at.args.length === 1 ? at.args[0] : undefined;
    else return Infinity;
  }
  const metric = at === undefined || at.metric === null ? undefined : metricOf(catalogue, at.metric);
  const bounds = [...(metric?.labels?.get('le')?.values ?? [])].map(Number).filter(Number.isFinite);
  return bounds.length === 0 ? Infinity : mostOf(bounds);
}

const WITHIN = new Set(['avg', 'min', 'max', 'quantile', 'topk', 'bottomk', 'limitk', 'limit_ratio']);

function ofAggregate({ operator, args }: Aggregate, inner: Inner): ValueRange {
  const own = inner(args.at(-1));
  if (operator === 'quantile') return ANY;
  if (WITHIN.has(operator)) return own;
  if (operator === 'group') return { least: 1, most: 1 };
  if (operator === 'count') return { least: 1, most: Infinity };
  return operator === 'sum' && own.least >= 0 ? NOT_NEGATIVE : ANY;
}

export const COMPARISONS = ['>', '>=', '<', '<=', '==', '!='] as const;
export type Comparison = (typeof COMPARISONS)[number];

export function isComparison(operator: string): operator is Comparison {
  return COMPARISONS.some((one) => one === operator);
}

function ofBinary(binary: Binary, inner: Inner): ValueRange {
  const { operator, left, right, isBool, fills } = binary;
  if (isBool) return SHARE;
  if (operator === 'and' || operator === 'unless' || isComparison(operator)) return inner(left);
  const [a, b] = [inner(left), inner(right)];
  if (operator === 'or') return { least: Math.min(a.least, b.least), most: Math.max(a.most, b.most) };
  if (operator === '/' && !fills && isShare(left, right)) return SHARE;
  return fills ? ANY : calculated(operator, a, b);
}

function calculated(operator: string, a: ValueRange, b: ValueRange): ValueRange {
  if (operator === '+') return checked(a.least + b.least, a.most + b.most);
  if (operator === '-') return checked(a.least - b.most, a.most - b.least);
  if (operator === '*') return corners(a, b, (x, y) => x * y);
  // A divisor that may be 0 makes any value.
  if (operator === '/' && (b.least > 0 || b.most < 0)) return corners(a, b, (x, y) => x / y);
  return ANY;
}

function corners(a: ValueRange, b: ValueRange, of: (x: number, y: number) => number): ValueRange {
  const all = [of(a.least, b.least), of(a.least, b.most), of(a.most, b.least), of(a.most, b.most)];
  return checked(leastOf(all), mostOf(all));
}

function checked(least: number, most: number): ValueRange {
  // 0 * Infinity and Infinity - Infinity are no numbers: nothing is certain then.
  return Number.isNaN(least) || Number.isNaN(most) ? ANY : { least, most };
}

/** Whether no value of `range` compares so with any value of `other`. */
export function isImpossible(range: ValueRange, operator: Comparison, other: ValueRange): boolean {
  switch (operator) {
    case '>':
      return range.most <= other.least;
    case '>=':
      return range.most < other.least;
    case '<':
      return range.least >= other.most;
    case '<=':
      return range.least > other.most;
    case '==':
      return range.most < other.least || range.least > other.most;
    case '!=':
      return range.least === range.most && other.least === other.most && range.least === other.least;
  }
}
