import { expect, test } from 'vitest';
import { timesOf } from './times.ts';
import { filtered, listed, written } from './values.ts';

const multi = { isMulti: true, allValue: null };

test.each([
  [multi, ['a'], [], 'a'],
  [multi, ['a', 'b.c'], [], '(a|b\\\\.c)'],
  [multi, ['$__all'], ['x', 'y'], '(x|y)'],
  [{ ...multi, allValue: '.*' }, ['$__all'], ['x', 'y'], '.*'],
  [{ isMulti: false, allValue: null }, ['a.b'], [], 'a.b'],
  [{ isMulti: false, allValue: null }, ["it's"], [], "it\\\\'s"],
  [{ isMulti: false, allValue: null }, [], [], ''],
])('%o with %j of %j is %s', (variable, values, every, text) => {
  expect(written(variable, values, every)).toBe(text);
});

test('values of a list written by hand', () => {
  expect(listed('1m, 5m,')).toEqual(['1m', '5m']);
  expect(listed('one : a, two : b')).toEqual(['a', 'b']);
});

test.each([
  ['', ['a1', 'b2']],
  ['/^a/', ['a1']],
  ['/.(\\d)/', ['1', '2']],
  ['a.', ['a1']],
  ['/(/', []],
])('of a1 and b2, %s lets through %j', (pattern, values) => {
  expect(filtered(['a1', 'b2'], pattern)).toEqual(values);
});

test.each([
  ['now-1h', '', 15_000, '60s', 3600],
  ['now-6h', '30s', 44_000, '120s', 21_600],
  ['now-7d', '', 173_000, '188s', 86_400],
  ['now-1d/d', '1m', 173_000, '240s', 86_400],
  ['2026-01-01', '5s', 44_000, '49s', 21_600],
])('a dashboard from %s with a scrape every %s', (from, scrape, stepMs, rate, rangeSec) => {
  const times = timesOf(from, scrape, 1_800_000_000_000);
  expect(times.stepMs).toBe(stepMs);
  expect(times.variables.get('__rate_interval')).toBe(rate);
  expect(times.variables.get('__range_s')).toBe(String(rangeSec));
  expect((times.endMs - times.startMs) % stepMs).toBe(0);
});
