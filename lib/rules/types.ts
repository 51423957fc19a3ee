/** The types of PromQL, as far as Prometheus refuses an expression for them: its grammar alone takes `rate(x)`. */
import type { Aggregate, Binary, Call, Expression } from '../promql/expression.ts';

type ValueType = 'scalar' | 'string' | 'instant vector' | 'range vector';

/** They want a range vector; it is their only argument that is no number. */
const OF_RANGES = new Set(
  `absent_over_time avg_over_time changes count_over_time delta deriv double_exponential_smoothing first_over_time holt_winters
   idelta increase irate last_over_time mad_over_time max_over_time min_over_time predict_linear present_over_time
   quantile_over_time rate resets stddev_over_time stdvar_over_time sum_over_time ts_of_first_over_time ts_of_last_over_time
   ts_of_max_over_time ts_of_min_over_time`.split(/\s+/),
);

export function typeProblem(expression: Expression): string | null {
  switch (expression.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return null;
    case 'range':
      return typeProblem(expression.of) ?? rangeProblem(expression);
    case 'unary':
      return typeProblem(expression.of) ?? unlessPlain(expression.of, 'a sign');
    case 'call':
      return first(expression.args, typeProblem) ?? callProblem(expression);
    case 'aggregate':
      return first(expression.args, typeProblem) ?? aggregateProblem(expression);
    case 'binary':
      return typeProblem(expression.left) ?? typeProblem(expression.right) ?? binaryProblem(expression);
  }
}

export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'range':
      return 'range vector';
    case 'selector':
    case 'aggregate':
      return 'instant vector';
    case 'unary':
      return typeOf(expression.of);
    case 'call':
      return ['scalar', 'time', 'pi'].includes(expression.name) ? 'scalar' : 'instant vector';
    case 'binary':
      return [expression.left, expression.right].every((side) => typeOf(side) === 'scalar')
        ? 'scalar'
        : 'instant vector';
  }
}

function rangeProblem({ of, isSubquery }: Extract<Expression, { kind: 'range' }>): string | null {
  if (isSubquery) return unlessPlain(of, 'a subquery');
  return of.kind === 'selector' ? null : 'a range [ ] stands only behind a metric; of anything else it is [range:step]';
}

function callProblem({ name, args }: Call): string | null {
  const [range] = args.filter((arg) => typeOf(arg) === 'range vector');
  if (OF_RANGES.has(name) && range === undefined) return `${name}() needs a range, for example ${name}(x[5m])`;
  return !OF_RANGES.has(name) && range !== undefined ? `${name}() takes no range` : null;
}

function aggregateProblem({ operator, args }: Aggregate): string | null {
  const of = args.at(-1);
  if (of === undefined) return `${operator}() needs something to aggregate`;
  const type = typeOf(of);
  return type === 'instant vector' ? null : `${operator}() aggregates an instant vector, not a ${type}`;
}

function binaryProblem({ operator, left, right, isBool }: Binary): string | null {
  const plain = unlessPlain(left, operator) ?? unlessPlain(right, operator);
  if (plain !== null) return plain;
  const sides = [typeOf(left), typeOf(right)];
  if (['and', 'or', 'unless'].includes(operator) && sides.includes('scalar')) return `${operator} takes no number`;
  const compares = ['>', '>=', '<', '<=', '==', '!='].includes(operator);
  return compares && !isBool && sides.every((type) => type === 'scalar')
    ? `a comparison of two numbers needs "bool": ${operator} bool`
    : null;
}

function unlessPlain(expression: Expression, what: string): string | null {
  const type = typeOf(expression);
  return type === 'range vector' || type === 'string' ? `${what} takes no ${type}` : null;
}

function first<T>(all: readonly T[], of: (one: T) => string | null): string | null {
  for (const one of all) {
    const found = of(one);
    if (found !== null) return found;
  }
  return null;
}
