/** How the judge treats a load that was ended on purpose, because its verdict was sure. */
import { describe, expect, it } from 'vitest';
import { factsOf, judged, LATENCY, type MadeSecond, minute, times } from '../../test/support/judged.ts';
import type { Journey, Looks, Plan } from '../core/plan.ts';
import type { LoadReason, LoadResult } from '../core/recording.ts';
import { ONLY_PHASE, onePhase } from '../core/timeline.ts';
import { health } from '../journeys/health.ts';

const EARLY: Looks = { looks: [{ atSec: 60, confidence: 0.999 }], finalConfidence: 0.951 };
const JOURNEYS = [
  { ...health, steps: [{ ratePerSec: 10, durationSec: 600 }], vus: 10, maxVus: 10 },
] as const satisfies readonly Journey[];

function verdict(
  seconds: readonly MadeSecond[],
  reason: LoadReason,
  { plan = {}, load = {} }: { plan?: Partial<Plan>; load?: Partial<LoadResult> } = {},
) {
  const samples = seconds.reduce((sum, { ms }) => sum + ms.length, 0);
  const journeys = [
    { phase: ONLY_PHASE, journey: 'health', offered: samples + 7, delivered: samples, dropped: 0 },
  ] as const;
  return judged(
    factsOf(
      [LATENCY],
      { health: seconds },
      { plan: { phases: onePhase(JOURNEYS), early: EARLY, ...plan }, load: { reason, journeys, ...load } },
    ),
  );
}

const decided = (decision: 'conforms' | 'breaches', look = 0): LoadReason => ({
  kind: 'decided-early',
  look,
  decision,
});
const clean = minute(() => ({ ms: times(10, 5) }));
const slow = minute(() => ({ ms: times(10, 80) }));
/** 15 of 600 over: the upper bound is 3.8 % at 95 % and 5.0 % at 99.9 %. */
const doubtful = minute((second) => ({ ms: [...times(9, 5), second % 4 === 0 ? 80 : 5] }));

describe('a load ended early', () => {
  it('conforms where every gating objective passes, and says when', () => {
    const { outcome, headline, findings } = verdict(clean, decided('conforms'));
    expect(outcome).toBe('conforms');
    expect(headline).toContain(
      'the load was ended after 60 of 600 s, when it was sure that the server conforms (--full runs to the end)',
    );
    expect(findings.find(({ id }) => id === 'load.delivered')).toMatchObject({ status: 'pass', samples: 600 });
  });

  it('breaches where a gating objective fails', () => {
    expect(verdict(slow, decided('breaches')).outcome).toBe('breaches');
    expect(verdict(slow, decided('breaches')).findings.find(({ id }) => id === 'load.completed')?.status).toBe('pass');
  });

  it('is judged at the confidence of its look, one that ran to its end at that of the end', () => {
    const journeys = [{ ...JOURNEYS[0], steps: [{ ratePerSec: 10, durationSec: 60 }] }];
    const upper = (reason: LoadReason): number =>
      verdict(doubtful, reason, { plan: { phases: onePhase(journeys) } }).findings.find(({ id }) => id === LATENCY.id)
        ?.interval?.upper ?? 0;
    expect(upper(decided('conforms'))).toBeGreaterThan(0.05);
    expect(upper({ kind: 'finished' })).toBeLessThan(0.05);
  });

  it.each([
    ['was sure to conform', clean.map((second, at) => (at > 40 ? { ms: times(10, 80) } : second)), 'conforms'],
    ['was sure to breach', clean, 'breaches'],
  ] as const)('never conforms where what came in later contradicts that it %s', (_, seconds, decision) => {
    const { outcome, findings } = verdict(seconds, decided(decision));
    expect(outcome).not.toBe('conforms');
    expect(findings.find(({ id }) => id === 'load.completed')).toMatchObject({
      status: 'inconclusive',
      summary: expect.stringMatching(/later samples contradict the early verdict$/),
    });
  });

  it('at a look that its plan does not know never conforms', () => {
    expect(verdict(clean, decided('conforms', 1)).outcome).toBe('inconclusive');
    const { early: _, ...withoutLooks } = factsOf([LATENCY], { health: clean }).plan;
    const facts = factsOf([LATENCY], { health: clean }, { load: { reason: decided('conforms') } });
    expect(judged({ ...facts, plan: withoutLooks }).outcome).toBe('inconclusive');
  });

  it('with more drops than a gating objective allows does not conform', () => {
    const journeys = [{ phase: ONLY_PHASE, journey: 'health', offered: 700, delivered: 600, dropped: 100 }] as const;
    const { findings } = verdict(clean, decided('conforms'), { load: { journeys } });
    expect(findings.find(({ id }) => id === 'load.delivered')?.status).toBe('inconclusive');
  });
});
