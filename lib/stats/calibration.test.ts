/** The main claims of docs/verdict.md, tested with fixed seeds. `npm run test:simulations` repeats them more often. `npm run calibrate` makes the full table. */
import { describe, expect, it } from 'vitest';
import { autoregressive, normalQuantile, stalls } from '../../bench/calibrate/processes.ts';
import { simulate } from '../../bench/calibrate/simulate.ts';
import { mostOf, replicates } from '../../test/support/replicates.ts';

const SMOKE = { seconds: 60, ratePerSec: 50 };
const RUNS = replicates(500, 100);
const NOMINAL = mostOf(0.05, RUNS, 2);

describe('a verdict where the truth stands at the limit', () => {
  it.each([
    { process: autoregressive('independent', 0), shares: [0.5, 0.05, 0.01], leastPower: 0.98 },
    { process: autoregressive('AR(1) 0.9', 0.9), shares: [0.5, 0.05, 0.01], leastPower: 0.45 },
    { process: stalls('stalls of 0.2 s', 0.2), shares: [0.5, 0.05], leastPower: 0.95 },
  ])('$process.name: passes and fails falsely in at most 5 % of runs', ({ process, shares, leastPower }) => {
    for (const row of simulate(process, SMOKE, shares, { repetitions: RUNS, seed: 42 })) {
      expect(row.ours.falsePass, `false pass at ${row.allowedShare}`).toBeLessThanOrEqual(NOMINAL);
      expect(row.ours.falseFail, `false fail at ${row.allowedShare}`).toBeLessThanOrEqual(NOMINAL);
      expect(row.ours.power, `power at ${row.allowedShare}`).toBeGreaterThanOrEqual(leastPower);
    }
  });

  it('AR(1) 0.99 in a minute (15 correlation times): still well below the plain bounds and the block means', () => {
    for (const row of simulate(autoregressive('AR(1) 0.99', 0.99), SMOKE, [0.05, 0.01], {
      repetitions: RUNS,
      seed: 42,
    })) {
      expect(row.ours.falsePass).toBeLessThanOrEqual(0.1);
      expect(row.blockMeans.falsePass).toBeGreaterThan(row.ours.falsePass);
      expect(row.plain.falsePass).toBeGreaterThan(0.4);
    }
  });

  it('a clean run of independent samples pays nothing for the caution', () => {
    const [row] = simulate(autoregressive('independent', 0), { seconds: 60, ratePerSec: 100 }, [0.001], {
      repetitions: replicates(200, 50),
      seed: 42,
    });
    expect(row?.ours.power).toBeGreaterThanOrEqual((row?.plain.power ?? 1) - 0.03);
  });
});

it.each([
  [0.5, 0],
  [0.95, 1.6448536269514722],
  [0.999, 3.090232306167813],
])('the simulation’s normal quantile of %d is right', (probability, expected) => {
  expect(normalQuantile(probability)).toBeCloseTo(expected, 9);
});
