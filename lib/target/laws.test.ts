import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseLaws, sampler } from './laws.ts';
import { evenly } from './random.ts';

const draw = (law: string, count: number, seed = 7) => {
  const next = sampler(parseLaws(law), seed, 'test');
  return Array.from({ length: count }, (_, index) => next(index)).sort((a, b) => a - b);
};
const share = (values: readonly number[], matches: (value: number) => boolean) =>
  values.filter(matches).length / values.length;

describe('a latency law', () => {
  it('constant waits the same each time', () => {
    expect(new Set(draw('constant(2ms)', 100))).toEqual(new Set([2]));
  });

  it('lognormal has its median and its spread', () => {
    const values = draw('lognormal(100ms,0.5)', 20_000);
    expect(values[10_000]).toBeGreaterThan(97);
    expect(values[10_000]).toBeLessThan(103);
    // One standard deviation of the logarithm above the median: 100 × e^0.5 ms at 84.1 %.
    expect(share(values, (value) => value <= 164.9)).toBeCloseTo(0.841, 1.7);
  });

  it('bimodal has exactly its share of slow ones, the first one fast', () => {
    const next = sampler(parseLaws('bimodal(2ms,200ms,0.1)'), 3, 'test');
    expect(next(0)).toBe(2);
    const values = draw('bimodal(2ms,200ms,0.1)', 1000);
    expect(new Set(values)).toEqual(new Set([2, 200]));
    expect(Math.abs(share(values, (value) => value === 200) - 0.1)).toBeLessThanOrEqual(0.002);
  });

  it('stall holds what is due in a freeze until it is over, and nothing else', () => {
    const next = sampler(parseLaws('stall(5s,200ms)'), 1, 'test');
    const waits = Array.from({ length: 50_000 }, (_, ms) => next(ms));
    expect(share(waits, (wait) => wait > 0)).toBeCloseTo(200 / 5000, 3);
    const ends = new Set(waits.flatMap((wait, ms) => (wait > 0 ? [ms + wait] : [])));
    expect(ends.size).toBeLessThanOrEqual(22); // Ten or eleven freezes, whose ends are rounded to a whole ms.
  });

  it('joined laws add up', () => {
    expect(draw('constant(2ms)+constant(3ms)', 1)).toEqual([5]);
  });

  it('gives the same waits for the same seed and others for another', () => {
    expect(draw('lognormal(5ms,0.5)', 50, 1)).toEqual(draw('lognormal(5ms,0.5)', 50, 1));
    expect(draw('lognormal(5ms,0.5)', 50, 1)).not.toEqual(draw('lognormal(5ms,0.5)', 50, 2));
  });

  test.each([
    ['gauss(5ms)', 'latency law "gauss(5ms)" is no latency law'],
    ['constant(5)', 'has no duration such as 5ms or 2s where it says "5"'],
    ['constant(-5ms)', 'has no duration'],
    ['lognormal(5ms)', 'is no latency law'],
    ['lognormal(5ms,)', 'has no number from 0 to Infinity where it says ""'],
    ['bimodal(1ms,2ms,1.5)', 'has no number from 0 to 1 where it says "1.5"'],
    ['stall(1s,1s)', 'freezes for as long as it runs or longer'],
    ['', 'is no latency law'],
  ])('%s is refused', (law, message) => {
    expect(() => parseLaws(law)).toThrow(message);
    expect(() => parseLaws(law)).toThrow(expect.objectContaining({ code: 'config-invalid', exitCode: 2 }));
  });
});

describe('an even choice', () => {
  it('chooses its share of any stretch, and of any regular part of it, to within 2', () => {
    const anything = fc.record({
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      seed: fc.integer({ min: 0 }),
      count: fc.integer({ min: 1, max: 3000 }),
      skip: fc.integer({ min: 0, max: 500 }),
    });
    fc.assert(
      fc.property(anything, ({ share, seed, count, skip }) => {
        const isChosen = evenly(share, seed, 'test');
        for (let index = 0; index < skip; index += 1) isChosen();
        let chosen = 0;
        for (let index = 0; index < count; index += 1) if (isChosen()) chosen += 1;
        expect(Math.abs(chosen - share * count)).toBeLessThanOrEqual(3);
      }),
      { seed: 42 },
    );
  });

  it('is just as even for every second call', () => {
    const isChosen = evenly(0.05, 9, 'test');
    const calls = Array.from({ length: 4000 }, () => isChosen());
    expect(calls.filter((chosen, index) => chosen && index % 2 === 0).length).toBeGreaterThan(90);
    expect(calls.filter((chosen, index) => chosen && index % 2 === 1).length).toBeGreaterThan(90);
  });

  it('never chooses the first call for a share up to a quarter', () => {
    for (let seed = 0; seed < 500; seed += 1) expect(evenly(0.25, seed, 'test')()).toBe(false);
  });
});
