import { expect, test } from 'vitest';
import { interval } from '../../test/support/records.ts';
import { warmedUp } from './warm-up.ts';

const idle = (second: number) => interval(second);
const busy = (second: number) => interval(second, { endpoints: { health: { count: 0, sumUs: 0 } } });

test('the warm-up is so many seconds from the first sample on, whatever the engine sent before', () => {
  const isWarm = warmedUp(2);
  const seconds = [idle(10), idle(11), busy(12), busy(13), busy(14), idle(15), busy(13)];
  expect(seconds.map(isWarm)).toEqual([false, false, false, false, true, true, false]);
});

test('without a warm-up every record counts, those before the first sample too', () => {
  expect([idle(10), busy(11)].map(warmedUp(0))).toEqual([true, true]);
});
