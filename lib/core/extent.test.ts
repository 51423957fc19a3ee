import { expect, test } from 'vitest';
import { leastOf, mostOf } from './extent.ts';

test('are found among more values than a stack holds', () => {
  const values = Array.from({ length: 1_000_000 }, (_, at) => at - 3);
  expect([leastOf(values), mostOf(values)]).toEqual([-3, 999_996]);
});

test('of no values are the bounds of all numbers', () => {
  expect([leastOf([]), mostOf([])]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
});

test('are no number where one value is none', () => {
  expect([leastOf([1, Number.NaN]), mostOf([Number.NaN, 1])]).toEqual([Number.NaN, Number.NaN]);
});
