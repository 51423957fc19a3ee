import { expect, test } from 'vitest';
import type { Expression } from './expression.ts';
import { parsePromql } from './parse.ts';

function read(text: string): Expression {
  const parsed = parsePromql(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.expression;
}

const x = { kind: 'selector', metric: 'x', matchers: [] };

test.each<[string, object]>([
  ['x', x],
  ['(x offset 5m) @ end()', x],
  ['# what it is\nx', x],
  ['{__name__="x"}', x],
  ['{"x", "a.b"=~\'c\'}', { ...x, matchers: [{ label: 'a.b', operator: '=~', value: 'c' }] }],
  ['x{a!="1\\n", b=~`\\d`}', { matchers: [{ value: '1\n' }, { label: 'b', value: '\\d' }] }],
  ['-5m', { kind: 'number', value: -300 }],
  ['1e3', { kind: 'number', value: 1000 }],
  ['0x1F', { kind: 'number', value: 31 }],
  ['-Inf', { kind: 'number', value: -Infinity }],
  ['-x', { kind: 'unary', operator: '-', of: x }],
  ['rate(x[1h30m])', { kind: 'call', name: 'rate', args: [{ kind: 'range', windowMs: 5_400_000, of: x }] }],
  ['x[1h:5m]', { kind: 'range', windowMs: 3_600_000, isSubquery: true }],
  ['x[60]', { kind: 'range', windowMs: 60_000 }],
  ['sum(x) by (a, "b")', { kind: 'aggregate', operator: 'sum', grouping: 'by', labels: ['a', 'b'], args: [x] }],
  ['topk without (a) (3, x)', { operator: 'topk', grouping: 'without', args: [{ value: 3 }, x] }],
  ['x > bool 1', { kind: 'binary', operator: '>', isBool: true, left: x, right: { value: 1 } }],
  ['x / on(a) group_left(b) x', { operator: '/', matching: { by: 'on', labels: ['a'], group: 'left', taken: ['b'] } }],
  ['x unless ignoring(a) x', { operator: 'unless', matching: { by: 'ignoring', labels: ['a'], group: null } }],
])('%s', (text, expression) => {
  expect(read(text)).toMatchObject(expression);
});

test('what is no PromQL says why', () => {
  expect(parsePromql('rate(x[5m]')).toEqual({ ok: false, problem: 'it ends too early' });
});
