/** Whether one expression counts a part of what another counts, so that their quotient is from 0 to 1. */
import type { Expression, Matcher, Selector } from '../promql/expression.ts';

/** Both count events of one metric in the same way, and the first one wants more of them. */
export function isShare(part: Expression, whole: Expression): boolean {
  return counts(part) && isPart(part, whole);
}

function isPart(part: Expression, whole: Expression): boolean {
  if (part.kind === 'selector' && whole.kind === 'selector') return wantsMore(part, whole);
  if (part.kind === 'range' && whole.kind === 'range')
    return part.windowMs !== null && part.windowMs === whole.windowMs && isPart(part.of, whole.of);
  if (part.kind === 'call' && whole.kind === 'call')
    return part.name === whole.name && part.args.length === 1 && onlyArgs(part.args, whole.args);
  if (part.kind === 'aggregate' && whole.kind === 'aggregate') {
    const same = part.operator === whole.operator && part.grouping === whole.grouping;
    return same && part.labels.join() === whole.labels.join() && onlyArgs(part.args, whole.args);
  }
  return false;
}

function onlyArgs([part, ...others]: readonly Expression[], [whole]: readonly Expression[]): boolean {
  return part !== undefined && whole !== undefined && others.length === 0 && isPart(part, whole);
}

function wantsMore(part: Selector, whole: Selector): boolean {
  const isIn = (wanted: Matcher): boolean =>
    part.matchers.some(
      ({ label, operator, value }) => label === wanted.label && operator === wanted.operator && value === wanted.value,
    );
  return part.metric !== null && part.metric === whole.metric && whole.matchers.every(isIn);
}

const COUNTING = new Set(['rate', 'increase', 'irate', 'count_over_time']);

/** Not negative, and more series never make it less: sums of rates, and counts of series. */
function counts(expression: Expression): boolean {
  if (expression.kind === 'call') return COUNTING.has(expression.name);
  if (expression.kind !== 'aggregate') return false;
  const [first] = expression.args;
  return expression.operator === 'count' || (expression.operator === 'sum' && first !== undefined && counts(first));
}
