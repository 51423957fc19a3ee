/** The value at a rank, compared with counting the samples one by one. */
import { describe, expect, it } from 'vitest';
import { seededUniform } from '../../bench/calibrate/processes.ts';
import type { LatencyBlock } from '../core/latency-blocks.ts';
import { Ordered, product } from './ordered.ts';

const block = (samples: readonly number[]): LatencyBlock => {
  const valuesUs = [...new Set(samples)].sort((a, b) => a - b);
  const counts = valuesUs.map((valueUs) => samples.filter((one) => one === valueUs).length);
  return { valuesUs, counts, failed: 0, dropped: 0 };
};

/** The samples of each block, repeated as often as `times` says. */
function ranked(blocks: readonly (readonly number[])[], times: readonly number[]): number[] {
  return blocks
    .flatMap((samples, at) => Array.from({ length: times[at] ?? 0 }, () => samples).flat())
    .sort((a, b) => a - b);
}

describe('the value of every rank is that of the samples counted one by one', () => {
  const uniform = seededUniform(11);
  const upTo = (most: number): number => Math.floor(most * uniform());
  it.each([
    ['of few samples', 5, 4, 50],
    ['of many in few values', 20, 60, 9],
    ['of many values', 20, 60, 1e9],
    ['of one block', 1, 30, 100],
    ['that slow down block by block', 30, 20, -1],
  ])('%s', (_, many, most, values) => {
    const samples = Array.from({ length: many }, (_, at) =>
      Array.from({ length: upTo(most) }, () => (values < 0 ? 100 * at : 0) + upTo(Math.abs(values) + 50)),
    );
    const ordered = new Ordered(samples.map(block));
    for (const near of [0, 0.5, 0.99, 1]) {
      const times = samples.map(() => upTo(3));
      const all = ranked(samples, times);
      const found = [...all, null].map((_, at) => ordered.valueUs(at + 1, near, Int32Array.from(times)));
      expect(found).toEqual([...all, Number.POSITIVE_INFINITY]);
    }
  });
});

it('of no block there is none', () => {
  const ordered = new Ordered([]);
  expect(ordered.valueUs(1, 0.5, new Int32Array())).toBe(Number.POSITIVE_INFINITY);
  expect([...ordered.atMost(5, 0)]).toEqual([]);
});

it('counts what is at most a value, block by block', () => {
  const ordered = new Ordered([block([1, 2, 2, 3]), block([]), block([2, 9])]);
  expect([...ordered.atMost(2, 3)]).toEqual([3, 0, 1]);
  expect([...ordered.atMost(0, 3)]).toEqual([0, 0, 0]);
  expect([...ordered.atMost(9, 3)]).toEqual([4, 0, 2]);
});

it('sums products from the given place', () => {
  expect(product(Int32Array.of(2, 0, 1), Int32Array.of(9, 1, 5, 7), 1)).toBe(9);
});
