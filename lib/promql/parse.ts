/** Reads PromQL into its parts. */
import { durationMs } from './duration.ts';
import type { Binary, Expression, Matcher, Matching, MatchOperator, Range, Selector } from './expression.ts';
import { promqlProblem, type SyntaxNode, syntaxTree } from './syntax.ts';

export type Parsed =
  | { readonly ok: true; readonly expression: Expression }
  | { readonly ok: false; readonly problem: string };

export function parsePromql(text: string): Parsed {
  const problem = promqlProblem(text);
  if (problem !== null) return { ok: false, problem };
  const [root] = syntaxTree(text).children;
  if (root === undefined) return { ok: false, problem: 'it is empty' };
  return { ok: true, expression: new Reader(text).read(root) };
}

const LABEL_NAMES = ['LabelName', 'QuotedLabelName'];
/** Nodes around an expression that change only the time at which it is read. */
const AROUND = new Set(['ParenExpr', 'OffsetExpr', 'StepInvariantExpr', 'AnchoredExpr', 'SmoothedExpr']);
const BESIDE_OPERANDS = new Set(['BoolModifier', 'MatchingModifierClause', 'FillModifier']);

class Reader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  read(part: SyntaxNode): Expression {
    const [first] = part.children;
    if (AROUND.has(part.name) && first !== undefined) return this.read(first);
    switch (part.name) {
      case 'NumberDurationLiteral':
        return { kind: 'number', value: numberOf(this.#words(part)) };
      case 'StringLiteral':
        return { kind: 'string', value: unquoted(this.#words(part)) };
      case 'VectorSelector':
        return this.#selector(part);
      case 'MatrixSelector':
      case 'SubqueryExpr':
        return this.#range(part);
      case 'UnaryExpr':
        return this.#unary(part);
      case 'FunctionCall':
        return { kind: 'call', name: this.#words(first), args: this.#args(part) };
      case 'AggregateExpr':
        return this.#aggregate(part);
      case 'BinaryExpr':
        return this.#binary(part);
      default:
        throw new Error(`PromQL has a part that is not known here: ${part.name}`);
    }
  }

  #words(part: SyntaxNode | undefined): string {
    return part === undefined ? '' : this.#text.slice(part.from, part.to);
  }

  #args(part: SyntaxNode): Expression[] {
    return (child(part, 'FunctionCallBody')?.children ?? []).map((arg) => this.read(arg));
  }

  #labels(part: SyntaxNode | undefined): string[] {
    const names = (part?.children ?? []).filter(({ name }) => LABEL_NAMES.includes(name));
    return names.map((name) => unquoted(this.#words(name)));
  }

  #selector(part: SyntaxNode): Selector {
    const inBraces = child(part, 'LabelMatchers')?.children ?? [];
    const quotedName = inBraces.find(({ name }) => name === 'QuotedLabelName');
    const identifier = child(part, 'Identifier') ?? quotedName;
    const all = inBraces.filter(({ name }) => name.endsWith('LabelMatcher')).map((matcher) => this.#matcher(matcher));
    const named = all.find(({ label, operator }) => label === '__name__' && operator === '=');
    return {
      kind: 'selector',
      metric: identifier === undefined ? (named?.value ?? null) : unquoted(this.#words(identifier)),
      matchers: all.filter((matcher) => matcher !== named),
    };
  }

  #matcher({ children: [label, operator, value] }: SyntaxNode): Matcher {
    return {
      label: unquoted(this.#words(label)),
      operator: this.#words(operator) as MatchOperator,
      value: unquoted(this.#words(value)),
    };
  }

  #range(part: SyntaxNode): Range {
    const [of, window] = part.children;
    if (of === undefined) throw new Error('a range without what it is a range of');
    const isSubquery = part.name === 'SubqueryExpr';
    const length = numberOf(this.#words(window)) * 1000;
    return { kind: 'range', of: this.read(of), windowMs: Number.isFinite(length) ? length : null, isSubquery };
  }

  #unary(part: SyntaxNode): Expression {
    const [operator, of] = part.children;
    if (of === undefined) throw new Error('a sign without what it is the sign of');
    const inner = this.read(of);
    const sign = this.#words(operator) === '-' ? '-' : '+';
    if (inner.kind === 'number') return { kind: 'number', value: sign === '-' ? -inner.value : inner.value };
    return { kind: 'unary', operator: sign, of: inner };
  }

  #aggregate(part: SyntaxNode): Expression {
    const modifier = child(part, 'AggregateModifier');
    const word = modifier?.children[0]?.name;
    return {
      kind: 'aggregate',
      operator: this.#words(child(part, 'AggregateOp')).toLowerCase(),
      grouping: word === 'By' ? 'by' : word === 'Without' ? 'without' : null,
      labels: this.#labels(modifier?.children.find(({ name }) => name === 'GroupingLabels')),
      args: this.#args(part),
    };
  }

  #binary(part: SyntaxNode): Binary {
    const [left, operator, ...rest] = part.children;
    const right = rest.find(({ name }) => !BESIDE_OPERANDS.has(name));
    if (left === undefined || right === undefined) throw new Error('an operator without its two sides');
    return {
      kind: 'binary',
      operator: this.#words(operator).toLowerCase(),
      left: this.read(left),
      right: this.read(right),
      isBool: rest.some(({ name }) => name === 'BoolModifier'),
      matching: this.#matching(rest.find(({ name }) => name === 'MatchingModifierClause')),
      fills: rest.some(({ name }) => name === 'FillModifier'),
    };
  }

  #matching(part: SyntaxNode | undefined): Matching | null {
    if (part === undefined) return null;
    const group = part.children.find(({ name }) => name.startsWith('Group') && name !== 'GroupingLabels');
    const [own, taken] = part.children.filter(({ name }) => name === 'GroupingLabels');
    return {
      by: part.children[0]?.name === 'On' ? 'on' : 'ignoring',
      labels: this.#labels(own),
      group: group === undefined ? null : group.name === 'GroupLeft' ? 'left' : 'right',
      taken: this.#labels(taken),
    };
  }
}

function child(part: SyntaxNode, name: string): SyntaxNode | undefined {
  return part.children.find((one) => one.name === name);
}

/** A duration is its seconds, as in PromQL. NaN where it is computed. */
function numberOf(text: string): number {
  const words = text.toLowerCase();
  if (/^[+-]?inf$/.test(words)) return words.startsWith('-') ? -Infinity : Infinity;
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/s.exec(words) ?? [];
  const plain = digits.replaceAll('_', '');
  const ms = /^\d+$/.test(plain) ? null : durationMs(plain);
  const value = ms === null ? Number(plain === '' ? NaN : plain) : ms / 1000;
  return sign === '-' ? -value : value;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' };

/** Without its quotes, and with what its escapes stand for; a name without quotes as it is. */
function unquoted(text: string): string {
  const [quote = ''] = text;
  if (quote === '`') return text.slice(1, -1);
  if (quote !== '"' && quote !== "'") return text;
  const inner = text.slice(1, -1);
  return inner.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/gs, (_, hex, unicode, plain: string) =>
    plain === undefined ? String.fromCodePoint(Number.parseInt(hex ?? unicode, 16)) : (ESCAPES[plain] ?? plain),
  );
}
