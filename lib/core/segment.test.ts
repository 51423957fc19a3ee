import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrivalNumber, arrivalNumbers, nthOfGenerator, slotMs, WHOLE } from './segment.ts';

test('the only generator numbers its arrivals 0, 1, 2 …', () => {
  expect([...arrivalNumbers([{ segment: WHOLE, count: 4 }])]).toEqual([0, 1, 2, 3]);
});

test('generator k of N starts the arrivals k, k + N, k + 2N …', () => {
  expect([...arrivalNumbers([{ segment: { index: 1, of: 3 }, count: 4 }])]).toEqual([1, 4, 7, 10]);
});

test('all generators together start each arrival once, and each knows which of its own it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.nat({ max: 50 }), (of, each) => {
      const started = Array.from({ length: of }, (_, index) => ({ segment: { index, of }, count: each }));
      const numbers = [...arrivalNumbers(started)].sort((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: of * each }, (_, number) => number));
      for (const { segment } of started)
        for (let nth = 0; nth < each; nth++) expect(nthOfGenerator(arrivalNumber(nth, segment), of)).toBe(nth);
    }),
    { seed: 1 },
  );
});

test('a generator has the slots of its part of the rate', () => {
  expect([slotMs(10, 1), slotMs(10, 3)]).toEqual([100, 300]);
});
