import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrivalNumber, slotMs } from '../../core/segment.ts';
import { Drops } from './drops.ts';

const START_MS = 1_763_776_355_000;

describe('the correction of drops', () => {
  test('leaves values alone while nothing was dropped', () => {
    expect(new Drops(100).correct(START_MS, 12.5)).toBe(12.5);
  });

  test('finds the true due time of every iteration of any generator, whichever slots were dropped and however late the timer was', () => {
    const slots = fc.array(
      fc.record({
        dropped: fc.boolean(),
        /** How late k6's timer was, as a share of a slot; less than half of one. */
        lateSlots: fc.double({ min: 0, max: 0.4, noNaN: true }),
        latencyMs: fc.double({ min: 0.1, max: 5000, noNaN: true }),
      }),
      { maxLength: 200 },
    );
    const segments = fc
      .record({ of: fc.integer({ min: 1, max: 5 }), at: fc.nat() })
      .map(({ of, at }) => ({ of, index: at % of }));
    fc.assert(
      fc.property(slots, fc.integer({ min: 1, max: 500 }), segments, (list, ratePerSec, segment) => {
        const everyMs = slotMs(ratePerSec, segment.of);
        const drops = new Drops(everyMs);
        const dueOf = (arrival: number): number => START_MS + (arrival * 1000) / ratePerSec;
        let started = 0;
        const samples: { completedMs: number; valueMs: number; trueMs: number }[] = [];
        for (const [slot, { dropped, lateSlots, latencyMs }] of list.entries()) {
          const dueMs = dueOf(arrivalNumber(slot, segment));
          if (dropped) {
            drops.add(dueMs + lateSlots * everyMs);
          } else {
            const completedMs = dueMs + lateSlots * everyMs + latencyMs;
            // The script knows the number of the iteration, not of the slot.
            samples.push({
              completedMs,
              valueMs: completedMs - dueOf(arrivalNumber(started, segment)),
              trueMs: completedMs - dueMs,
            });
            started += 1;
          }
        }
        for (const { completedMs, valueMs, trueMs } of samples) {
          expect(drops.correct(completedMs, valueMs)).toBeCloseTo(trueMs, 2);
        }
      }),
      { seed: 20_261_122 },
    );
  });

  test('concerns only the iterations after the drop', () => {
    const drops = new Drops(100);
    drops.add(START_MS + 500);
    expect(drops.correct(START_MS + 450, 50)).toBe(50);
    expect(drops.correct(START_MS + 650, 150)).toBe(50);
  });

  test('never makes a value negative', () => {
    const drops = new Drops(100);
    for (let at = 0; at < 20; at += 1) drops.add(START_MS + at * 100);
    expect(drops.correct(START_MS + 2000, 30)).toBe(30);
    expect(drops.correct(START_MS + 2000, 130)).toBe(30);
  });

  test('stays bounded over millions of scattered drops, and right for the recent ones', () => {
    const drops = new Drops(1);
    const pairs = 150_000;
    for (let at = 0; at < pairs; at += 1) drops.add(START_MS + 2 * at);
    const dueMs = START_MS + 2 * pairs - 1;
    const completedMs = dueMs + 5;
    const rawDueMs = START_MS + (pairs - 1);
    expect(drops.correct(completedMs, completedMs - rawDueMs)).toBeCloseTo(5, 6);
  });
});
