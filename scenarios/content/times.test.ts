/** Times that events give, and times that a client waited. */
import { describe, expect, test } from 'vitest';
import { EventTimes } from './times.ts';

const SENT_MS = 1_000_000;

/** Each event with its time, and when it came after the creation was sent. */
function timesOf(...events: readonly (readonly [timestamp: number | undefined, afterMs: number])[]): EventTimes {
  const times = new EventTimes(SENT_MS);
  for (const [timestamp, afterMs] of events) times.event(timestamp, SENT_MS + afterMs);
  return times;
}

describe('events that can have happened', () => {
  test.each([
    ['none', []],
    ['without times', [[undefined, 300]]],
    [
      'of a server whose clock is an hour ahead',
      [
        [4600.1, 100],
        [4600.3, 300],
      ],
    ],
    [
      'held back, so that all came at once',
      [
        [1000.1, 3000],
        [1003, 3000],
      ],
    ],
    [
      'of two hosts whose clocks differ a little',
      [
        [1000.1, 100],
        [999.8, 200],
        [1000.3, 300],
      ],
    ],
    [
      'in whole seconds',
      [
        [1000, 100],
        [1001, 300],
      ],
    ],
  ] as const)('%s', (_, events) => {
    expect(timesOf(...events).arePossible()).toBe(true);
  });
});

describe('events that can not', () => {
  test.each([
    [
      'one that lies a second ahead',
      [
        [1000.1, 100],
        [1001.3, 300],
      ],
    ],
    [
      'one at the beginning of time',
      [
        [0, 100],
        [1000.3, 300],
      ],
    ],
    [
      'one in another unit',
      [
        [1000.1, 100],
        [1_000_300, 300],
      ],
    ],
    [
      'whole seconds that are too many',
      [
        [1000, 100],
        [1003, 300],
      ],
    ],
  ] as const)('%s', (_, events) => {
    expect(timesOf(...events).arePossible()).toBe(false);
  });
});

test('nothing lasted longer than the client waited', () => {
  const times = timesOf([1000.1, 100], [1000.3, 300]);
  expect([0.2, 0.7, 1].map((sec) => times.isPossible(sec))).toEqual([true, true, true]);
  expect([1.09, 2, 3600].map((sec) => times.isPossible(sec))).toEqual([false, false, false]);
});
