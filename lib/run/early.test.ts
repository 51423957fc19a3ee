/** When a run is ended before its time: with which profiles, at which looks, and on what evidence. */
import { describe, expect, it, test } from 'vitest';
import {
  factsOf,
  generatorOf,
  LATENCY,
  type MadeSecond,
  minute,
  START_SECOND,
  times,
} from '../../test/support/judged.ts';
import { PROFILES, type Profile } from '../../thresholds/profiles.ts';
import { DOCUMENTED_OBJECTIVES } from '../../thresholds/slos.ts';
import type { Journey, Looks, Plan } from '../core/plan.ts';
import type { LoadResult } from '../core/recording.ts';
import { ONLY_PHASE, onePhase } from '../core/timeline.ts';
import { health } from '../journeys/health.ts';
import { EarlyAnswer, looksOf } from './early.ts';
import { makePlan } from './plan.ts';
import { telemetryPlanOf } from './telemetry-plan.ts';

function looks(profile: Profile, changes: { early?: boolean; traces?: boolean } = {}): number[] | undefined {
  const { early = true, traces = false } = changes;
  const telemetry = telemetryPlanOf(profile, 'documented', traces ? undefined : {});
  const target = { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', embedded: traces };
  const request = { runId: 'r', profile, contract: 'documented', objectives: DOCUMENTED_OBJECTIVES, seed: 1 } as const;
  return makePlan({ ...request, target, command: '', telemetry, early }).early?.looks.map(({ atSec }) => atSec);
}

const short: Profile = {
  ...PROFILES.nightly,
  journeys: { health: { steps: [{ ratePerSec: 50, durationSec: 120 }] } },
  early: { afterSec: 20 },
};

test.each([
  ['nightly', PROFILES.nightly, {}, [300, 600]],
  ['release', PROFILES.release, {}, [300]],
  ['load, in which rare bursts would leave no trace', PROFILES.load, {}, undefined],
  ['smoke, which is as short as a verdict can be', PROFILES.smoke, {}, undefined],
  ['soak, whose length is what it is for', PROFILES.soak, {}, undefined],
  ['spike, whose every step says something', PROFILES.spike, {}, undefined],
  ['check, which judges telemetry alone', PROFILES.check, {}, undefined],
  ['nightly with --full', PROFILES.nightly, { early: false }, undefined],
  ['a profile of telemetry gates alone', { ...short, gates: ['metrics.'] }, {}, undefined],
  ['a short one', short, {}, [20, 40, 80]],
  // Every sixth of 6,000 requests is untraced, so a thousand of them are there only at the very end.
  ['a short one whose sampling ratio gates', short, { traces: true }, undefined],
] as const)('the looks of %s', (_, profile, changes, expected) => {
  expect(looks(profile, changes)).toEqual(expected);
});

test('a run of several phases goes to its end: what a later phase shows can’t be known before', () => {
  const request = { profile: short, objectives: [LATENCY], telemetry: undefined };
  const [phase] = onePhase(JOURNEYS);
  expect(looksOf({ ...request, phases: [phase] })?.looks).not.toEqual([]);
  expect(looksOf({ ...request, phases: [phase, { ...phase, name: 'fault' }] })).toBeUndefined();
});

const EARLY: Looks = {
  looks: [
    { atSec: 20, confidence: 0.999 },
    { atSec: 60, confidence: 0.999 },
  ],
  finalConfidence: 0.952,
};
const JOURNEYS = [
  { ...health, steps: [{ ratePerSec: 20, durationSec: 600 }], vus: 40, maxVus: 40 },
] as const satisfies readonly Journey[];

/** What a look at the last of these seconds says. */
function answerTo(seconds: readonly MadeSecond[], load: Partial<LoadResult> = {}, plan: Partial<Plan> = {}) {
  const delivered = seconds.reduce((sum, { ms }) => sum + ms.length, 0);
  const facts = factsOf(
    [LATENCY],
    { health: seconds },
    {
      plan: { phases: onePhase(JOURNEYS), early: EARLY, ...plan },
      load: {
        journeys: [{ phase: ONLY_PHASE, journey: 'health', offered: delivered, delivered, dropped: 0 }],
        ...load,
      },
    },
  );
  const answer = new EarlyAnswer(facts.plan, {
    recording: () => facts.recording,
    load: (reason) => ({ ...facts.load, reason }),
  });
  answer.after(START_SECOND);
  return answer.after(START_SECOND + seconds.length - 1);
}

describe('at a look', () => {
  const clean = minute(() => ({ ms: times(20, 5) }));

  it('a healthy target is sure to conform', () => {
    expect(answerTo(clean)).toEqual({ kind: 'decided-early', look: 1, decision: 'conforms' });
    expect(answerTo(clean.slice(0, 20))).toEqual({ kind: 'decided-early', look: 0, decision: 'conforms' });
  });

  it('a broken one is sure to breach', () => {
    const broken = minute(() => ({ ms: times(20, 80) }));
    expect(answerTo(broken)).toEqual({ kind: 'decided-early', look: 1, decision: 'breaches' });
  });

  it.each([
    ['one at its limit', minute(() => ({ ms: [...times(19, 5), 80] })), {}, {}],
    ['one on a starved generator', clean, { generators: [generatorOf({ cpuShare: 0.95 })] }, {}],
    [
      'one with an objective that nothing has exercised',
      clean,
      {},
      { objectives: [LATENCY, { ...LATENCY, id: 'x', endpoint: 'consensus' as const }] },
    ],
  ])('%s is not', (_, seconds, load, plan) => {
    expect(answerTo(seconds, load, plan)).toBeUndefined();
  });

  it('one that hangs at this moment is not: its arrivals do not come to their end', () => {
    const journeys = [{ phase: ONLY_PHASE, journey: 'health', offered: 1200, delivered: 1100, dropped: 0 }] as const;
    expect(answerTo(clean, { journeys })).toBeUndefined();
  });

  it('comes once, and not before its time', () => {
    expect(answerTo(clean.slice(0, 19))).toBeUndefined();
    const facts = factsOf([LATENCY], { health: clean }, { plan: { phases: onePhase(JOURNEYS), early: EARLY } });
    let judged = 0;
    const answer = new EarlyAnswer(facts.plan, {
      recording: () => facts.recording,
      load: (reason) => {
        judged += 1;
        return { ...facts.load, reason, generators: [generatorOf({ cpuShare: 0.95 })] };
      },
    });
    for (let second = 0; second < 59; second++) answer.after(START_SECOND + second);
    expect(judged).toBe(1);
    answer.after(START_SECOND + 70);
    answer.after(START_SECOND + 71);
    expect(judged).toBe(2);
  });
});
