/** The claims of docs/early.md, tested with fixed seeds. `npm run test:simulations` repeats them more often. `npm run calibrate` makes the full table. */
import { describe, expect, it } from 'vitest';
import { simulateEarly } from '../../bench/calibrate/early.ts';
import { autoregressive, stalls } from '../../bench/calibrate/processes.ts';
import { bound, mostOf, replicates } from '../../test/support/replicates.ts';
import { plannedLooks } from './sequential.ts';
import { CONFIDENCE } from './share.ts';

describe('the looks of a run', () => {
  it.each([
    ['come at twice the time of the one before', 150, 900, [150, 300, 600]],
    ['leave out one that saves less than a tenth', 150, 160, []],
    ['take one that saves a tenth', 150, 167, [150]],
    ['are none in a run that is shorter than the first', 150, 60, []],
  ] as const)('%s', (_, firstSec, durationSec, at) => {
    expect(plannedLooks(firstSec, durationSec).looks.map(({ atSec }) => atSec)).toEqual(at);
  });

  it.each([60, 300, 900, 86_400])('err with the end in 5 % together, in %d s', (durationSec) => {
    const { looks, finalConfidence } = plannedLooks(20, durationSec);
    const errors = [...looks.map(({ confidence }) => 1 - confidence), 1 - finalConfidence];
    expect(errors.reduce((sum, error) => sum + error, 0)).toBeCloseTo(1 - CONFIDENCE, 12);
  });

  it('leave a run without any its own confidence', () => {
    expect(plannedLooks(150, 60)).toEqual({ looks: [], finalConfidence: CONFIDENCE });
  });
});

const LOAD = { seconds: 300, ratePerSec: 20, firstSec: 150 };
const RUNS = replicates(300, 60);
/** Eleven figures are compared with it. */
const NOMINAL = mostOf(0.05, RUNS);

describe('early answers where the truth stands at the limit', () => {
  it.each([
    { title: 'of independent samples', law: autoregressive('', 0), shares: [0.05, 0.01], leastSaved: 0.4 },
    { title: 'of AR(1) 0.9', law: autoregressive('', 0.9), shares: [0.05], leastSaved: 0.2 },
    { title: 'with stalls of 1 s, once in 20 s', law: stalls('', 1), shares: [0.05], leastSaved: 0.1 },
    { title: 'with stalls of 0.3 s, once in 30 s', law: stalls('', 0.3), shares: [0.01], leastSaved: 0 },
  ])('$title are false in at most 5 % of runs', ({ law, shares, leastSaved }) => {
    for (const row of simulateEarly(law, LOAD, shares, { repetitions: RUNS, seed: 42 })) {
      expect(row.early.falsePass, `false pass at ${row.allowedShare}`).toBeLessThanOrEqual(NOMINAL);
      expect(row.early.falseFail, `false fail at ${row.allowedShare}`).toBeLessThanOrEqual(NOMINAL);
      expect(row.saved, `saved at ${row.allowedShare}`).toBeGreaterThanOrEqual(bound(leastSaved, leastSaved / 2));
    }
  });

  it('after 20 s would be false for stalls that come once in 30 s', () => {
    const [row] = simulateEarly(stalls('stalls', 1.5), { ...LOAD, firstSec: 20 }, [0.05], {
      repetitions: RUNS,
      seed: 42,
    });
    expect(row?.early.falsePass).toBeGreaterThan(0.2);
    expect(row?.once.falsePass).toBeLessThanOrEqual(NOMINAL);
  });
});
