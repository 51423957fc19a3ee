/** The queue of a target with a capacity, compared with the arithmetic of a D/D/1 queue. */
import { describe, expect, test } from 'vitest';
import { createQueue } from './queue.ts';

/** Waits of `arrivals` evenly spaced requests. */
function waits(perSec: number | undefined, ratePerSec: number, arrivals: number): (number | null)[] {
  const queue = createQueue(perSec);
  return Array.from({ length: arrivals }, (_, index) => queue.enter((index * 1000) / ratePerSec));
}

describe('a target with a capacity', () => {
  test('makes nobody wait longer than a service below it', () => {
    for (const waitMs of waits(100, 99, 1000)) expect(waitMs).toBeCloseTo(10, 6);
  });

  test('lets the queue grow beyond it by what is too much', () => {
    // Each of the 200 in a second adds 10 ms of service, and 5 ms pass.
    expect(waits(100, 200, 201).at(-1)).toBeCloseTo(10 + 200 * 5, 6);
  });

  test('refuses who would wait longer than two seconds, and serves at its capacity all the same', () => {
    const served = waits(100, 400, 4000).filter((waitMs) => waitMs !== null);
    expect(Math.max(...served)).toBeLessThanOrEqual(2010);
    // A thousand in ten seconds, and two hundred more that still wait.
    expect(served.length).toBeGreaterThanOrEqual(1195);
    expect(served.length).toBeLessThanOrEqual(1205);
  });

  test('is none without a capacity', () => {
    expect(waits(undefined, 1e6, 100).every((waitMs) => waitMs === 0)).toBe(true);
  });
});
