/** Looks at the syntax of documented queries, without asking anyone. Types are not checked: a Prometheus may still refuse what parses. */
import { promqlProblem } from '../../../promql/syntax.ts';
import type { QueryObserved } from '../observation.ts';

export function queriesRead(queries: readonly { readonly id: string; readonly expr: string }[]): QueryObserved[] {
  return queries.map(({ id, expr }) => ({ id, expr, syntaxProblem: promqlProblem(expr), answer: null }));
}
