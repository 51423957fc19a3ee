/** How far back a query looks. Pure. */

import { durationMs } from '../../promql/duration.ts';
import { childrenOf, type Expression } from '../../promql/expression.ts';
import { parsePromql } from '../../promql/parse.ts';

/** A recording rule: what it writes is as old as its group's last evaluation, and looks back itself. */
export interface Recording {
  readonly query: string;
  readonly everySec: number;
}

type Recordings = ReadonlyMap<string, Recording>;

const NONE: Recordings = new Map();
/** Rules that record each other have no end. */
const MOST_DEPTH = 8;

/** The longest stretch of time; 0 for none, and for a query that can't be read. */
export function lookbackSec(query: string, recordings: Recordings = NONE, depth = 0): number {
  const parsed = parsePromql(query);
  if (!parsed.ok || depth > MOST_DEPTH) return 0;
  return ofExpression(parsed.expression, (metric) => {
    const recorded = recordings.get(metric);
    return recorded === undefined ? 0 : recorded.everySec + lookbackSec(recorded.query, recordings, depth + 1);
  });
}

function ofExpression(expression: Expression, ofMetric: (metric: string) => number): number {
  const inner = Math.max(0, ...childrenOf(expression).map((child) => ofExpression(child, ofMetric)));
  if (expression.kind === 'range') return inner + (expression.windowMs ?? 0) / 1000;
  return expression.kind === 'selector' && expression.metric !== null ? ofMetric(expression.metric) : inner;
}

/** The largest `offset` in it, which the parts of an expression do not have. */
export function offsetSec(query: string): number {
  const offsets = [...query.matchAll(/\boffset\s+(\w+)/gi)].map(([, text = '']) => durationMs(text.toLowerCase()) ?? 0);
  return Math.max(0, ...offsets) / 1000;
}
