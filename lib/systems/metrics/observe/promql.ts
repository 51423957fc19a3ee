/**
 * Whether an expression is PromQL, by Prometheus' own grammar. The only importer of @prometheus-io/lezer-promql. Types are not checked: a
 * Prometheus may still refuse an expression that parses, for example a rate over an instant vector.
 */
import { parser } from '@prometheus-io/lezer-promql';
import type { QueryObserved } from '../observation.ts';

/** Where and why the text is not PromQL, for example `unexpected "by (provider)" at character 74`; null when it parses. */
export function promqlProblem(expr: string): string | null {
  if (expr.trim() === '') return 'it is empty';
  const cursor = parser.parse(expr).cursor();
  do {
    if (cursor.type.isError) {
      const rest = expr.slice(cursor.from).trim();
      return rest === ''
        ? 'it ends too early'
        : `unexpected ${JSON.stringify(rest.slice(0, 40))} at character ${cursor.from + 1}`;
    }
  } while (cursor.next());
  return null;
}

/** The syntax of documented queries, without asking anyone. */
export function queriesRead(queries: readonly { readonly id: string; readonly expr: string }[]): QueryObserved[] {
  return queries.map(({ id, expr }) => ({ id, expr, syntaxProblem: promqlProblem(expr), answer: null }));
}
