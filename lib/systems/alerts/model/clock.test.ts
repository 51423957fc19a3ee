import { describe, expect, test } from 'vitest';
import { ERRORS, INTERVALS, LATENCY } from '../../../../test/support/drilled.ts';
import { controlSec, firingBound, patienceSec } from './bounds.ts';
import { largestRate, rateProblem } from './clock.ts';
import { planStages } from './plan.ts';
import { STEPS } from './timeline.ts';

describe('a clock is refused', () => {
  test.each([
    [60, [55], true],
    [60, [56], false],
    [300, [11], true],
    [300, [1, 12, 1], false],
    [1, [9000], true],
    // One of ten is slow by chance, two are not.
    [300, [...Array.from({ length: 9 }, () => 5), 80], true],
    [300, [...Array.from({ length: 8 }, () => 5), 80, 80], false],
  ])('×%i with scrapes of %j ms: held %s', (rate, scrapesMs, isHeld) => {
    expect(rateProblem(rate, scrapesMs, 10) === null).toBe(isHeld);
    expect(largestRate(scrapesMs, 10) >= rate || rate === 1).toBe(isHeld);
  });

  test('with the figures', () => {
    expect(rateProblem(60, [2, 70], 10)).toBe(
      'at ×60 a scrape may take 167 ms. Nine of ten took up to 70 ms, and that has to fit in 3 times',
    );
  });

  test('but never real time', () => {
    expect(largestRate([60_000], 10)).toBe(1);
    expect(largestRate([0], 10)).toBeGreaterThan(1000);
  });
});

describe('stages', () => {
  const HOUR = { ...LATENCY, name: 'LowConsensusRate', windowSec: 3600 };

  test('a rule that looks back for an hour has a faster clock', () => {
    expect(planStages([ERRORS, HOUR, LATENCY], 60)).toEqual([
      { clockRate: 60, rules: [ERRORS, LATENCY] },
      { clockRate: 300, rules: [HOUR] },
    ]);
  });

  test('so has one without a window that waits until it is sent again', () => {
    const down = { ...ERRORS, name: 'AragoraDown', windowSec: 0 };
    expect(planStages([down, LATENCY], 60, true)).toEqual([
      { clockRate: 60, rules: [LATENCY] },
      { clockRate: 300, rules: [down] },
    ]);
  });

  test('none is without rules', () => {
    expect(planStages([HOUR], 20)).toEqual([{ clockRate: 100, rules: [HOUR] }]);
    expect(planStages([], 60)).toEqual([]);
  });

  test('in real time there is one', () => {
    expect(planStages([ERRORS, HOUR], 1)).toEqual([{ clockRate: 1, rules: [ERRORS, HOUR] }]);
    expect(planStages([], 1)).toEqual([]);
  });
});

describe('bounds', () => {
  test('of firing', () => {
    expect(firingBound(ERRORS, INTERVALS, { scrapeSec: 15, evaluationSec: 15 })).toEqual({
      sec: 655,
      words: 'window 300 s + scrape 25 s + for 300 s + 2 evaluations 30 s',
    });
  });

  test('nobody waits for less than theory needs', () => {
    const { sec } = firingBound(ERRORS, INTERVALS, { scrapeSec: 15, evaluationSec: 15 });
    expect(patienceSec('firing', ERRORS, INTERVALS)).toBeGreaterThan(sec);
    const { groupWaitSec, groupIntervalSec } = INTERVALS;
    expect(patienceSec('delivered', ERRORS, INTERVALS)).toBeGreaterThan(groupWaitSec + groupIntervalSec);
    for (const step of STEPS) expect(patienceSec(step, ERRORS, INTERVALS)).toBeGreaterThan(300);
  });

  test('a control is long enough for every rule to fire for nothing', () => {
    expect(controlSec([{ ...ERRORS, forSec: 60 }, ERRORS], INTERVALS)).toBe(375);
  });
});
