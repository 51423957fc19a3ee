/** What an expression of PromQL consists of. Brackets, `offset` and `@` are left out: they change neither which series are read nor which labels come. */

export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

export interface Selector {
  readonly kind: 'selector';
  /** null: it names no metric. */
  readonly metric: string | null;
  /** Without the one for the name. */
  readonly matchers: readonly Matcher[];
}

/** How the series of two sides find each other. */
export interface Matching {
  readonly by: 'on' | 'ignoring';
  readonly labels: readonly string[];
  readonly group: 'left' | 'right' | null;
  /** Labels that the group takes from the other side. */
  readonly taken: readonly string[];
}

export interface Binary {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
  /** The result of a comparison is 0 or 1, and nothing is filtered. */
  readonly isBool: boolean;
  readonly matching: Matching | null;
  /** A side without a partner gets a value. */
  readonly fills: boolean;
}

export interface Aggregate {
  readonly kind: 'aggregate';
  readonly operator: string;
  readonly grouping: 'by' | 'without' | null;
  readonly labels: readonly string[];
  readonly args: readonly Expression[];
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expression[];
}

/** Samples of a stretch of time: `x[5m]` and `x[1h:5m]`. */
export interface Range {
  readonly kind: 'range';
  readonly of: Expression;
  /** null where it is computed. */
  readonly windowMs: number | null;
  readonly isSubquery: boolean;
}

export type Expression =
  | Selector
  | Binary
  | Aggregate
  | Call
  | Range
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'unary'; readonly operator: '+' | '-'; readonly of: Expression };

/** Every expression in it, itself first. */
export function partsOf(expression: Expression): Expression[] {
  return [expression, ...childrenOf(expression).flatMap(partsOf)];
}

export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'binary':
      return [expression.left, expression.right];
    case 'aggregate':
    case 'call':
      return expression.args;
    case 'range':
    case 'unary':
      return [expression.of];
    case 'number':
    case 'string':
    case 'selector':
      return [];
  }
}
