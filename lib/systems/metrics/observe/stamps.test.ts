/** Which times of samples contradict their values. */
import { expect, test } from 'vitest';
import { Stamps } from './stamps.ts';

const START_MS = 1_764_331_200_000;

/** A series that is scraped every 3 s, with its value and how much later than the scrape its own time is; null: it has none. */
const problemsOf = (...samples: readonly (readonly [value: number, laterMs: number | null])[]) => {
  const stamps = new Stamps();
  return samples.map(([value, laterMs], index) => {
    const atMs = START_MS + 3000 * index;
    return stamps.problemOf({ value, timestampMs: laterMs === null ? null : atMs + laterMs, atMs });
  });
};

test('a sample without a time has that of its scrape', () => {
  expect(problemsOf([1, null], [2, null])).toEqual([undefined, undefined]);
});

test('a value that moved is not of four minutes ago, nor of the future', () => {
  expect(problemsOf([1, -240_000], [2, -240_000])[1]).toMatch(/moved .* is 240 s before the scrape$/);
  expect(problemsOf([1, 0], [2, 240_000])[1]).toMatch(/is 240 s after the scrape$/);
});

test('a value that stands still may be of any time, and a clock may be half a minute slow', () => {
  expect(problemsOf([1, -240_000], [1, -240_000])).toEqual([undefined, undefined]);
  expect(problemsOf([1, -30_000], [2, -30_000])).toEqual([undefined, undefined]);
});

test('two values of one time are one too many', () => {
  expect(problemsOf([1, 0], [2, -3000])[1]).toMatch(/timestamp of an earlier scrape, and another value/);
  expect(problemsOf([1, 0], [1, -3000], [1, -6000])).toEqual([undefined, undefined, undefined]);
});

test('times of whole seconds are times', () => {
  const stamps = new Stamps();
  const whole = (atMs: number, value: number) => stamps.problemOf({ value, timestampMs: START_MS, atMs });
  expect([whole(START_MS, 1), whole(START_MS + 900, 2)]).toEqual([undefined, undefined]);
});
