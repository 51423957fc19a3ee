/** Which labels the series of an expression have, as far as that is known. */
import {
  type Aggregate,
  type Binary,
  type Call,
  childrenOf,
  type Expression,
  type Selector,
} from '../promql/expression.ts';
import { type Catalogue, type Certainty, certaintyOf, labelNames, metricOf } from './catalogue.ts';
import { isVariable } from './matchers.ts';

export interface LabelSet {
  of(label: string): Certainty;
  /** Those that are certainly there. */
  readonly always: readonly string[];
  /** All that are known. */
  readonly names: readonly string[];
}

const UNKNOWN: LabelSet = { of: () => 'maybe', always: [], names: [] };
const NONE: LabelSet = { of: () => 'no', always: [], names: [] };

export function labelSet(expression: Expression, catalogue: Catalogue): LabelSet {
  const inner = (one: Expression): LabelSet => labelSet(one, catalogue);
  switch (expression.kind) {
    case 'number':
    case 'string':
      return NONE;
    case 'selector':
      return ofSelector(expression, catalogue);
    case 'range':
    case 'unary':
      return inner(expression.of);
    case 'call':
      return ofCall(expression, inner);
    case 'aggregate':
      return ofAggregate(expression, inner);
    case 'binary':
      return ofBinary(expression, inner);
  }
}

type Inner = (expression: Expression) => LabelSet;

function ofSelector({ metric: name, matchers }: Selector, catalogue: Catalogue): LabelSet {
  const metric = name === null ? undefined : metricOf(catalogue, name);
  if (metric === undefined || metric.labels === null) return UNKNOWN;
  const of = (label: string): Certainty => {
    const certainty = certaintyOf(catalogue, metric, label);
    const isWanted = matchers.some((one) => one.label === label && one.operator === '=' && one.value !== '');
    return isWanted && certainty === 'maybe' ? 'always' : certainty;
  };
  const known = labelNames(catalogue, metric).filter((label) => of(label) !== 'no');
  return { of, names: known, always: known.filter((label) => of(label) === 'always') };
}

const WITHOUT_LABELS = new Set(['time', 'vector', 'scalar', 'pi']);
const OF_UNKNOWN_LABELS = new Set(['absent', 'absent_over_time', 'info']);
const ADD_LABEL = new Set(['label_replace', 'label_join']);

function ofCall({ name, args }: Call, inner: Inner): LabelSet {
  if (WITHOUT_LABELS.has(name)) return NONE;
  if (OF_UNKNOWN_LABELS.has(name)) return UNKNOWN;
  const vector = args.find((arg) => arg.kind !== 'number' && arg.kind !== 'string');
  if (vector === undefined) return args.length === 0 ? NONE : UNKNOWN;
  const own = inner(vector);
  if (ADD_LABEL.has(name)) {
    const added = args[1]?.kind === 'string' ? args[1].value : undefined;
    return added === undefined ? UNKNOWN : withLabels(own, [added], 'maybe');
  }
  return name === 'histogram_quantile' ? withoutLabels(own, ['le']) : own;
}

const PICKING = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

function ofAggregate({ operator, grouping, labels, args }: Aggregate, inner: Inner): LabelSet {
  const of = args.at(-1);
  const own = of === undefined ? UNKNOWN : inner(of);
  if (PICKING.has(operator)) return own;
  if (labels.some(isVariable)) return UNKNOWN;
  const grouped =
    grouping === 'without' ? withoutLabels(own, labels) : onlyLabels(own, grouping === 'by' ? labels : []);
  const [first] = args;
  if (operator !== 'count_values') return grouped;
  return first?.kind === 'string' ? withLabels(grouped, [first.value], 'always') : UNKNOWN;
}

function ofBinary({ operator, left, right, matching }: Binary, inner: Inner): LabelSet {
  if (isScalar(left)) return inner(right);
  if (isScalar(right) || operator === 'and' || operator === 'unless') return inner(left);
  if (operator === 'or') return either(inner(left), inner(right));
  if (matching?.group === 'left') return withLabels(inner(left), matching.taken, 'maybe');
  if (matching?.group === 'right') return withLabels(inner(right), matching.taken, 'maybe');
  if (matching?.labels.some(isVariable)) return UNKNOWN;
  if (matching?.by === 'on') return onlyLabels(inner(left), matching.labels);
  return matching === null ? inner(left) : withoutLabels(inner(left), matching.labels);
}

/** It has one value at a time, and no labels. */
export function isScalar(expression: Expression): boolean {
  if (expression.kind === 'number') return true;
  if (expression.kind === 'call') return ['scalar', 'time', 'pi'].includes(expression.name);
  if (expression.kind === 'unary') return isScalar(expression.of);
  return expression.kind === 'binary' && childrenOf(expression).every(isScalar);
}

function made(names: readonly string[], of: LabelSet['of']): LabelSet {
  const known = names.filter((label) => of(label) !== 'no');
  return { of, names: known, always: known.filter((label) => of(label) === 'always') };
}

function onlyLabels(own: LabelSet, labels: readonly string[]): LabelSet {
  return made(labels, (label) => (labels.includes(label) ? own.of(label) : 'no'));
}

function withoutLabels(own: LabelSet, labels: readonly string[]): LabelSet {
  return made(own.names, (label) => (labels.includes(label) ? 'no' : own.of(label)));
}

function withLabels(own: LabelSet, labels: readonly string[], certainty: Certainty): LabelSet {
  const of = (label: string): Certainty =>
    labels.includes(label) && own.of(label) !== 'always' ? certainty : own.of(label);
  return made([...new Set([...own.names, ...labels])], of);
}

function either(left: LabelSet, right: LabelSet): LabelSet {
  const of = (label: string): Certainty => {
    const [a, b] = [left.of(label), right.of(label)];
    return a === b ? a : 'maybe';
  };
  return made([...new Set([...left.names, ...right.names])], of);
}
