import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { designEffect } from './clustering.ts';
import { judgeShare, referenceShare, type Second, withinReach } from './share.ts';

const SEED = { seed: 20_260_101, numRuns: 200 };

/** `bad` spread evenly over the seconds. */
function even(seconds: number, count: number, bad: number): Second[] {
  return Array.from({ length: seconds }, (_, at) => ({
    count,
    bad: Math.floor(((at + 1) * bad) / seconds) - Math.floor((at * bad) / seconds),
  }));
}

/** All `bad` samples in the seconds from `from` on, as many as fit. */
function burst(seconds: number, count: number, bad: number, from = 10): Second[] {
  return Array.from({ length: seconds }, (_, at) => ({
    count,
    bad: Math.max(0, Math.min(count, bad - (at - from) * count)),
  })).map((second, at) => (at < from ? { count, bad: 0 } : second));
}

describe('judgeShare', () => {
  it.each([
    ['passes P50 with 5 clean samples', even(1, 5, 0), 0.5, 'pass'],
    ['lacks evidence for P50 with 4', even(1, 4, 0), 0.5, 'inconclusive'],
    ['passes P95 with 59 clean samples', even(1, 59, 0), 0.05, 'pass'],
    ['lacks evidence for P95 with 58', even(1, 58, 0), 0.05, 'inconclusive'],
    ['passes P99 with 299 clean samples', even(13, 23, 0), 0.01, 'pass'],
    ['lacks evidence for P99 with 298', even(2, 149, 0), 0.01, 'inconclusive'],
    ['passes 99.9 % with 2,995 clean samples', even(5, 599, 0), 0.001, 'pass'],
    ['lacks evidence for 99.9 % with 2,994', even(2, 1497, 0), 0.001, 'inconclusive'],
    ['fails P95 where 8 % are over, spread evenly', even(60, 50, 240), 0.05, 'fail'],
    ['does not fail P95 where the same 8 % are one burst', burst(60, 50, 240), 0.05, 'inconclusive'],
    ['passes P95 where 1 % are over, spread evenly', even(60, 50, 30), 0.05, 'pass'],
    ['lacks evidence for P95 where the same 1 % and more are one burst', burst(60, 50, 50), 0.05, 'inconclusive'],
    ['fails where every sample is bad', even(60, 10, 600), 0.05, 'fail'],
    ['has no data in empty seconds', even(60, 0, 0), 0.05, 'no-data'],
    ['has no data in no seconds', [], 0.05, 'no-data'],
  ] as const)('%s', (_, seconds, allowedShare, status) => {
    expect(judgeShare(seconds, allowedShare).status).toBe(status);
  });

  it('gives an interval that is scipy’s for independent samples', () => {
    const verdict = judgeShare(even(60, 50, 60), 0.05);
    expect(verdict.designEffect).toBe(1);
    // beta.ppf(0.05, 60, 2941), beta.ppf(0.95, 61, 2940)
    expect(verdict.interval?.lower).toBeCloseTo(0.015980601630293308, 9);
    expect(verdict.interval?.upper).toBeCloseTo(0.024736884286230384, 9);
    expect(verdict.share).toBe(0.02);
  });

  it('learns from the reference level when nothing is bad', () => {
    const rippled = even(60, 10, 0).map((second, at) => ({ ...second, overLevel: at % 20 === 0 ? 10 : 0 }));
    expect(judgeShare(even(60, 10, 0), 0.01).status).toBe('pass');
    const verdict = judgeShare(rippled, 0.01);
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.designEffect).toBeGreaterThan(5);
  });

  it('takes an unanswered second and its backlog for one burst, not for bad luck spread', () => {
    const stalled = even(60, 50, 0).map((second, at) =>
      at === 20 ? { count: 0, bad: 0 } : at === 21 ? { count: 100, bad: 50 } : second,
    );
    expect(judgeShare(stalled, 0.01).effectiveSamples).toBeLessThan(100);
  });

  it('expects steps of the load to differ', () => {
    const spike = even(150, 50, 0).map((second, at) => ({ ...second, bad: at >= 60 && at < 90 ? 20 + (at % 3) : 0 }));
    const stratified = spike.map((second, at) => ({ ...second, stratum: Math.floor(at / 30) }));
    expect(judgeShare(spike, 0.05).status).toBe('inconclusive');
    expect(judgeShare(stratified, 0.05).status).toBe('fail');
  });

  it('counts parts of a sample', () => {
    const verdict = judgeShare(
      even(60, 20, 0).map((second) => ({ ...second, bad: 0.01 })),
      0.005,
    );
    expect(verdict.bad).toBeCloseTo(0.6, 9);
    expect(verdict.status).toBe('pass');
  });

  it('says how many more samples would decide it, and they do', () => {
    const verdict = judgeShare(even(2, 100, 0), 0.01);
    expect(verdict).toMatchObject({ status: 'inconclusive', furtherSamples: 99 });
    expect(judgeShare(even(1, 299, 0), 0.01).status).toBe('pass');
  });

  it('names no number of further samples at the limit itself', () => {
    expect(judgeShare(even(60, 100, 300), 0.05)).toMatchObject({ status: 'inconclusive', furtherSamples: null });
  });
});

describe('properties', () => {
  const seconds = fc.array(
    fc
      .integer({ min: 0, max: 60 })
      .chain((count) => fc.record({ count: fc.constant(count), bad: fc.integer({ min: 0, max: count }) })),
    { minLength: 1, maxLength: 80 },
  );
  const RANK = { pass: 0, inconclusive: 1, 'no-data': 1, fail: 2 };

  it('bounds hold the share, within 0 and 1, and effective samples never exceed samples', () => {
    fc.assert(
      fc.property(seconds, (series) => {
        const { share, interval, effectiveSamples, samples } = judgeShare(series, 0.05);
        if (share === null || interval === null || effectiveSamples === null) return samples === 0;
        return (
          0 <= interval.lower &&
          interval.lower <= share &&
          share <= interval.upper &&
          interval.upper <= 1 &&
          effectiveSamples <= samples
        );
      }),
      SEED,
    );
  });

  it('a stricter limit never improves the status', () => {
    fc.assert(
      fc.property(seconds, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (series, allowed) => {
        return RANK[judgeShare(series, allowed / 2).status] >= RANK[judgeShare(series, allowed).status];
      }),
      SEED,
    );
  });

  it('more bad samples never improve the status of a series too short to show clustering', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, part) => {
        const bad = Math.floor(part * (count - 1));
        return (
          RANK[judgeShare([{ count, bad: bad + 1 }], 0.05).status] >= RANK[judgeShare([{ count, bad }], 0.05).status]
        );
      }),
      SEED,
    );
  });

  it('a series twice as bad, second by second, does not come to pass', () => {
    const mild = seconds.map((series) => series.map(({ count, bad }) => ({ count, bad: Math.floor(bad / 3) })));
    fc.assert(
      fc.property(mild, (series) => {
        const twice = series.map(({ count, bad }) => ({ count, bad: 2 * bad }));
        return judgeShare(series, 0.05).status === 'pass' || judgeShare(twice, 0.05).status !== 'pass';
      }),
      SEED,
    );
  });

  it('order of time reversed, or empty seconds merged away, keeps totals', () => {
    fc.assert(
      fc.property(seconds, (series) => {
        const forward = judgeShare(series, 0.05);
        const backward = judgeShare([...series].reverse(), 0.05);
        const pairs = series.map((second, at) =>
          at % 2 === 0
            ? { count: second.count + (series[at + 1]?.count ?? 0), bad: second.bad + (series[at + 1]?.bad ?? 0) }
            : null,
        );
        const merged = judgeShare(
          pairs.filter((pair) => pair !== null),
          0.05,
        );
        expect(backward.designEffect).toBeCloseTo(forward.designEffect, 6);
        expect([backward.bad, merged.bad]).toEqual([forward.bad, forward.bad]);
        expect([backward.samples, merged.samples]).toEqual([forward.samples, forward.samples]);
      }),
      SEED,
    );
  });

  it('a design effect is never below 1 and does not depend on which half is called bad', () => {
    fc.assert(
      fc.property(seconds, (series) => {
        const bad = designEffect(
          series.map(({ count, bad }) => ({ count, events: bad })),
          0.95,
        );
        const good = designEffect(
          series.map(({ count, bad }) => ({ count, events: count - bad })),
          0.95,
        );
        expect(bad).toBeGreaterThanOrEqual(1);
        expect(good).toBeCloseTo(bad, 6);
      }),
      SEED,
    );
  });
});

describe('reference level', () => {
  it.each([
    [10_000, 0.05, 0.05],
    [1000, 0.01, 0.03],
    [300, 0.01, 0.1],
    [20, 0.01, 0.5],
  ])('of %d samples with %d allowed lies at a share of %d', (samples, allowed, share) => {
    expect(referenceShare(samples, allowed)).toBe(share);
  });

  it('is of no use where the limit is out of reach', () => {
    expect(withinReach({ limit: 40, median: 3, max: 20 })).toBe(true);
    expect(withinReach({ limit: 500, median: 3, max: 20 })).toBe(false);
  });
});
