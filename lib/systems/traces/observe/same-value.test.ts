/** Which copies of an attribute are the same value. */
import { expect, test } from 'vitest';
import { spanWith } from '../../../../test/support/jaeger.ts';
import type { SpanValue } from '../observation.ts';
import { differenceOf } from './compare.ts';
import { differingAttribute } from './same-value.ts';

const long = 'x'.repeat(4096);

test.each<[string, own: SpanValue, there: SpanValue]>([
  ['a text', 'a<b>&c', 'a<b>&c'],
  ['a list as JSON', ['a', 1, true], '["a",1,true]'],
  ['a list whose JSON has HTML escapes', ['<a&b>'], '["\\u003ca\\u0026b\\u003e"]'],
  ['a structure with its keys in another order', '{"b":{"d":1,"c":2},"a":[1]}', '{"a":[1],"b":{"c":2,"d":1}}'],
  ['a structure with HTML escapes', '{"a":"<"}', '{"a":"\\u003c"}'],
  ['a whole number beyond 2^53 as text', 2 ** 60, '1152921504606846976'],
  ['a whole number that lost its last digits', Number('9007199254740993'), '9007199254740993'],
  ['the other way round', '-1152921504606846977', Number('-1152921504606846977')],
  ['a long text that was cut when it was received', long, `${long}yz`],
  ['a long structure that was cut', `{"b":"${long}`.slice(0, 4096), `{"a":1,"b":"${long}"}`],
  ['text that only looks like JSON', '{not', '{not'],
])('the same: %s', (_, own, there) => {
  expect(differingAttribute({ a: own }, { a: there })).toBeNull();
});

test.each<[string, own: SpanValue, there: SpanValue]>([
  ['another text', 'a', 'b'],
  ['a text in another case', 'A', 'a'],
  ['a number as text', 200, '200'],
  ['another large number', 2 ** 60, '1152921504606847231'],
  ['a truth as text', true, 'true'],
  ['a list in another order', ['a', 'b'], '["b","a"]'],
  ['another value in a structure', '{"a":1}', '{"a":2}'],
  ['a text that was cut there', 'x'.repeat(100), 'x'.repeat(64)],
  ['another long text', long, `y${long}`],
])('not the same: %s', (_, own, there) => {
  expect(differingAttribute({ a: own, b: 1 }, { a: there, b: 1 })).toBe('a');
});

test('an attribute that only one of both has is named', () => {
  expect(differingAttribute({ a: 1 }, {})).toBe('a');
  expect(differingAttribute({}, { a: 1 })).toBe('a');
});

test('what was left out of very many attributes is not missed', () => {
  const many = Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`a${at}`, at]));
  const first = Object.fromEntries(Object.entries(many).slice(0, 128));
  expect(differingAttribute(first, many)).toBeNull();
});

test('a trace says which attribute of which span differs', () => {
  const span = spanWith({ attributes: { tokens: 128, list: ['a'] } });
  expect(differenceOf([span], [{ ...span, attributes: { list: '["a"]', tokens: 128 } }])).toBeNull();
  expect(differenceOf([span], [{ ...span, attributes: { list: '["a"]', tokens: 129 } }])).toBe(
    'span http.request: the attribute tokens was 128, there it is 129',
  );
  expect(differenceOf([span], [{ ...span, attributes: { list: '["a"]' } }])).toBe(
    'span http.request: the attribute tokens was 128, there it is absent',
  );
});
