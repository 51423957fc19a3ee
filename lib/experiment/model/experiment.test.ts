/** Experiments on synthetic servers: how often they are wrong when the machine drifts, and what they say without evidence. */
import { describe, expect, test } from 'vitest';
import type { DifferenceVerdict } from '../../core/difference.ts';
import type { EndpointBlocks, LatencyBlock } from '../../core/latency-blocks.ts';
import { Random } from '../../core/random.ts';
import { failingSide, overall, percentileMs, rowsOf, totalsOf } from './decide.ts';
import { looksOf, orderOf } from './schedule.ts';

/** For the default length: half an hour of blocks of 8 s, which take about 13 s each with warm-up and engine. */
const MOST_PAIRS = 69;
const SMALLEST = { share: 0.05, ms: 2 };
/** The profile smoke for 8 s: samples of a block, the median in ms, and sigma of the logarithm. */
const SERVED = [
  { endpoint: 'debates-list', samples: 240, medianMs: 60, sigma: 0.5 },
  { endpoint: 'agent-response', samples: 96, medianMs: 100, sigma: 0.3 },
  { endpoint: 'consensus', samples: 160, medianMs: 60, sigma: 0.5 },
] as const;

function chance(seed: number): { uniform: () => number; normal: () => number } {
  const random = new Random(seed, 'experiment', 7);
  const uniform = (): number => (random.uint32() + 0.5) / 2 ** 32;
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()) };
}

function blockOf(valuesMs: readonly number[]): LatencyBlock {
  const valuesUs = valuesMs.map((ms) => Math.round(ms * 1000)).sort((x, y) => x - y);
  return { valuesUs, counts: valuesUs.map(() => 1), failed: 0, dropped: 0 };
}

/** P50, P95 and P99 of blocks of normal samples, to draw from. Sorting millions of samples would prove nothing more. */
const DRAWN = SERVED.map(({ samples }, at) => {
  const { normal } = chance(90 + at);
  return Array.from({ length: 400 }, () => {
    const sorted = Array.from({ length: samples }, normal).sort((x, y) => x - y);
    return [50, 95, 99].map((percentile) => sorted[Math.ceil((percentile / 100) * samples) - 1] ?? 0);
  });
});

/** The machine wanders by 3 % a block, warms up by 10 % over the whole time, and spoils one block in twenty by a third. */
function experiment(seed: number, slowerShare: number): DifferenceVerdict {
  const { uniform, normal } = chance(seed);
  const blocks = { a: SERVED.map(() => [] as LatencyBlock[]), b: SERVED.map(() => [] as LatencyBlock[]) };
  let wander = 0;
  const looks = looksOf(MOST_PAIRS);
  for (let pair = 1; pair <= MOST_PAIRS; pair++) {
    for (const side of orderOf(seed, pair) === 'ab' ? (['a', 'b'] as const) : (['b', 'a'] as const)) {
      wander += 0.03 * normal();
      const spoilt = uniform() < 0.05 ? Math.log(1.33) : 0;
      const slower = side === 'b' ? Math.log(1 + slowerShare) : 0;
      const level = wander + (0.1 * pair) / MOST_PAIRS + spoilt + slower + 0.02 * normal();
      for (const [at, { medianMs, sigma }] of SERVED.entries()) {
        const drawn = DRAWN[at]?.[Math.floor(400 * uniform())] ?? [];
        const valuesUs = drawn.map((z) => Math.round(1000 * medianMs * Math.exp(level + sigma * z)));
        blocks[side][at]?.push({ valuesUs, counts: [50, 45, 5], failed: 0, dropped: 0 });
      }
    }
    if (!looks.includes(pair)) continue;
    const of = (side: 'a' | 'b'): EndpointBlocks[] =>
      SERVED.map(({ endpoint }, at) => ({ endpoint, blockSec: 8, blocks: blocks[side][at] ?? [] }));
    const rows = rowsOf({ a: of('a'), b: of('b') }, SMALLEST, looks.length);
    const verdict = overall(rows, { a: totalsOf(of('a')), b: totalsOf(of('b')) });
    if (verdict !== 'cannot-tell' || pair === MOST_PAIRS) return verdict;
  }
  throw new Error('no last look');
}

function verdicts(experiments: number, slowerShare: number): (verdict: DifferenceVerdict) => number {
  const all = Array.from({ length: experiments }, (_, seed) => experiment(seed, slowerShare));
  return (wanted) => all.filter((verdict) => verdict === wanted).length / experiments;
}

describe('over the default length, with drift (200 experiments a row)', () => {
  test('equal sides are called different in at most 5 %', () => {
    const share = verdicts(200, 0);
    expect(share('slower') + share('faster')).toBeLessThanOrEqual(0.05);
  });

  test('a side slower by 10 % is found in at least 90 %', () => {
    expect(verdicts(200, 0.1)('slower')).toBeGreaterThanOrEqual(0.9);
  });

  test('a side slower by the 5 % that matter is called the same in at most 5 %', () => {
    expect(verdicts(200, 0.05)('same')).toBeLessThanOrEqual(0.05);
  });

  test('a side faster by 10 % is never called slower', () => {
    const share = verdicts(200, -0.1);
    expect(share('slower')).toBe(0);
    expect(share('faster')).toBeGreaterThanOrEqual(0.8);
  });
});

describe('the schedule', () => {
  test('is the seed’s, and no side comes first more often than chance has it', () => {
    const orders = Array.from({ length: 1000 }, (_, index) => orderOf(7, index));
    expect(orders).toEqual(Array.from({ length: 1000 }, (_, index) => orderOf(7, index)));
    const first = orders.filter((order) => order === 'ab').length;
    expect(first).toBeGreaterThan(440);
    expect(first).toBeLessThan(560);
  });

  test.each([
    [5, []],
    [6, [6]],
    [7, [7]],
    [20, [6, 9, 13, 20]],
    [46, [6, 9, 13, 19, 28, 46]],
  ])('of %d pairs has few looks', (most, looks) => {
    expect(looksOf(most)).toEqual(looks);
  });
});

const side = (endpoint: EndpointBlocks['endpoint'], blocks: readonly LatencyBlock[]): EndpointBlocks[] => [
  { endpoint, blockSec: 8, blocks },
];
const steady = Array.from({ length: 8 }, (_, at) => blockOf([10 + at / 100, 11, 12]));

describe('without evidence there is no answer', () => {
  test('no endpoint was answered by both', () => {
    const [a, b] = [side('health', steady), side('consensus', steady)];
    expect(rowsOf({ a, b }, SMALLEST, 1)).toEqual([]);
    expect(overall([], { a: totalsOf(a), b: totalsOf(b) })).toBe('cannot-tell');
  });

  test('one pair has no spread', () => {
    const one = side('health', steady.slice(0, 1));
    expect(rowsOf({ a: one, b: one }, SMALLEST, 1)[0]).toMatchObject({ interval: null, verdict: 'cannot-tell' });
  });

  test('a percentile that falls among failed requests in one block', () => {
    const failing = steady.map((block, at) => (at === 3 ? { ...block, failed: 5 } : block));
    const rows = rowsOf({ a: side('health', steady), b: side('health', failing) }, SMALLEST, 1);
    expect(rows.map(({ verdict }) => verdict)).toEqual(['cannot-tell', 'cannot-tell', 'cannot-tell']);
  });

  test('a side of which more than one in a thousand fails is never the same', () => {
    const failing = steady.map((block) => ({ ...block, counts: [1000, 1000, 1000], failed: 4 }));
    const [a, b] = [side('health', steady), side('health', failing)];
    const totals = { a: totalsOf(a), b: totalsOf(b) };
    expect(failingSide(totals)).toBe('b');
    expect(overall(rowsOf({ a, b: side('health', steady) }, SMALLEST, 1), totals)).toBe('cannot-tell');
  });

  test('equal sides are the same, by the smallest difference of 2 ms', () => {
    const one = side('health', steady);
    const rows = rowsOf({ a: one, b: one }, SMALLEST, 1);
    expect(rows[0]).toMatchObject({ smallestMs: 2, differenceMs: 0, verdict: 'same' });
    expect(overall(rows, { a: totalsOf(one), b: totalsOf(one) })).toBe('same');
  });
});

test.each([
  [50, 2],
  [75, 3],
  [76, null],
])('P%d counts failed samples as slower than any answer', (percentile, ms) => {
  const block = { valuesUs: [1000, 2000, 3000], counts: [1, 1, 1], failed: 1, dropped: 0 };
  expect(percentileMs(block, percentile)).toBe(ms);
});
