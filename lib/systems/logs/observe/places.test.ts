/** Which lines name another function than the place has from which they come. */
import { expect, test } from 'vitest';
import { Places } from './places.ts';

const LINE = { logger: 'aragora.http', module: 'http', function: 'ended', line: 150, message: 'request' };

const elsewhere = (...lines: readonly Readonly<Record<string, unknown>>[]) => {
  const places = new Places(['line']);
  for (const line of lines) places.add({ ...LINE, ...line });
  return places.facts().elsewhere;
};

test('one statement lies in one function', () => {
  expect(elsewhere({}, {}, {})).toBe(0);
  expect(elsewhere({}, { function: 'finish' }, { function: 'finish' })).toBe(2);
});

test('other statements may lie in others, also at the same line of another file', () => {
  expect(elsewhere({}, { function: 'begin', message: 'begun' }, { function: 'begin', line: 12 })).toBe(0);
  expect(elsewhere({}, { function: 'handle', module: 'views' }, { function: 'handle', logger: 'views' })).toBe(0);
  expect(elsewhere({}, { function: undefined }, { function: 7 })).toBe(0);
});
