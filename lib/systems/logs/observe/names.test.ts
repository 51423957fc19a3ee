import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namedTwice } from './names.ts';

const found = (text: string) => namedTwice(text, JSON.parse(text) as object);

test.each([
  ['{"level":"INFO","level":"ERROR"}', 'level'],
  ['{"a":{"b":1,"c":2,"b":3}}', 'b'],
  ['{"a":[{"b":1},{"b":1,"b":2}]}', 'b'],
  ['{ "a\\u0062" : 1, "ab": 2 }', 'ab'],
  ['{"a":{"b":1},"c":{"b":1},"b":"\\"b\\":1"}', undefined],
  ['{"a": ["b", "b"], "b": "a"}', undefined],
  ['{"a":1.0,"b":"x\\/y"}', undefined],
])('%s', (text, name) => {
  expect(found(text)).toBe(name);
});

test('no object that JSON.stringify writes names anything twice, in whatever form', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      expect([found(JSON.stringify(value)), found(JSON.stringify(value, null, 2))]).toEqual([undefined, undefined]);
    }),
    { seed: 1 },
  );
});
