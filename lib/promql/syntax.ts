/** Whether an expression is PromQL, by Prometheus' own grammar. The only importer of @prometheus-io/lezer-promql. */
import { parser } from '@prometheus-io/lezer-promql';

/** A node of the syntax tree, without its tokens. */
export interface SyntaxNode {
  readonly name: string;
  /** Where it begins in the text, and where it ends. */
  readonly from: number;
  readonly to: number;
  readonly children: readonly SyntaxNode[];
}

const SHOWN_CHARS = 40;

/** Where and why the text is not PromQL, for example `unexpected "by (provider)" at character 74`; null when it parses. */
export function promqlProblem(expr: string): string | null {
  if (expr.trim() === '') return 'it is empty';
  const cursor = parser.parse(expr).cursor();
  do {
    if (cursor.type.isError) return problemAt(expr, cursor.from);
  } while (cursor.next());
  return null;
}

function problemAt(expr: string, at: number): string {
  const rest = expr.slice(at).trim();
  if (rest === '') return 'it ends too early';
  const shown = rest.split('\n')[0]?.slice(0, SHOWN_CHARS);
  return `unexpected ${JSON.stringify(shown)} at character ${at + 1}`;
}

/** The tree of an expression that parses. Comments are left out. */
export function syntaxTree(expr: string): SyntaxNode {
  const cursor = parser.parse(expr).cursor();
  const read = (): SyntaxNode => {
    const { name, from, to } = cursor;
    const children: SyntaxNode[] = [];
    if (cursor.firstChild()) {
      do {
        if (cursor.name !== 'LineComment') children.push(read());
      } while (cursor.nextSibling());
      cursor.parent();
    }
    return { name, from, to, children };
  };
  return read();
}
