/** What a profile with phases, and `--fault`, make of a plan. */
import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../thresholds/profiles.ts';
import { documentedObjectives } from '../../thresholds/slos.ts';
import { timedPhases } from '../core/timeline.ts';
import { journeysOf, phasesOf, refusePhases, withFault } from './phase-plan.ts';
import { checkGates, makePlan } from './plan.ts';

const planOf = (profile: Parameters<typeof withFault>[0]) =>
  makePlan({
    runId: 'test',
    profile,
    contract: 'documented',
    objectives: documentedObjectives(),
    seed: 1,
    target: { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', embedded: true },
    command: 'run',
    early: true,
  });

describe('--fault', () => {
  const faults = [{ kind: 'black-hole' }] as const;

  it('sends the load three times, and has it recover', () => {
    const plan = planOf(withFault(PROFILES.smoke, faults));
    const times = timedPhases(plan).map(({ name, startSec, endSec }) => [name, startSec, endSec]);
    expect(times).toEqual([
      ['baseline', 0, 60],
      ['fault', 60, 120],
      ['recovery', 120, 180],
    ]);
    expect(plan.phases.map((phase) => phase.faults)).toEqual([[], faults, []]);
    expect(plan.phases.map((phase) => phase.expects)).toEqual(['all', [], 'all']);
    expect(plan.phases.map((phase) => phase.recoverWithinSec)).toEqual([undefined, undefined, 10]);
  });

  it('does not end early, and is refused for a profile with phases', () => {
    expect(planOf(withFault(PROFILES.nightly, faults)).early).toBeUndefined();
    expect(() => withFault(PROFILES.resilience, faults)).toThrow(
      '--fault needs a profile of one phase, and resilience has the phases baseline, fault, recovery',
    );
  });
});

describe('the profile resilience', () => {
  it('holds the documented objectives in calm phases, and its own in the fault', () => {
    const plan = planOf(PROFILES.resilience);
    const [baseline, fault, recovery] = plan.phases;
    const documented = documentedObjectives().map(({ id }) => id);
    expect(baseline?.expects).toEqual(documented);
    expect(fault?.expects).toEqual(['degraded.availability']);
    expect(recovery?.expects).toEqual(documented);
    expect(plan.objectives.map(({ id }) => id)).toEqual([...documented, 'degraded.availability']);
  });

  it('is refused where only one phase makes sense', () => {
    expect(() => refusePhases(PROFILES.resilience, 'a gate compares loads of one phase')).toThrow(
      'the profile resilience has the phases baseline, fault, recovery: a gate compares loads of one phase',
    );
    expect(() => refusePhases(PROFILES.smoke, 'any reason')).not.toThrow();
  });
});

it('a phase that expects what no objective is called is refused', () => {
  const { phases } = PROFILES.resilience;
  const astray = { ...PROFILES.resilience, phases: phases.map((phase) => ({ ...phase, expects: ['latncy.'] })) };
  expect(() => checkGates(astray, documentedObjectives(), [])).toThrow(
    'profile resilience: the phase baseline expects "latncy.", which no objective is called',
  );
});

it('a profile without phases is one, as before', () => {
  expect(phasesOf(PROFILES.smoke)).toEqual([expect.objectContaining({ name: 'load', faults: [], expects: 'all' })]);
});

it('refuses a fault that would last longer than its phase', () => {
  const profile = withFault(PROFILES.check, [{ kind: 'kill', forMs: 10_000 }]);
  expect(() => planOf(profile)).toThrow('phase fault lasts 10 s, and its fault kill 10 s');
  expect(() => planOf(withFault(PROFILES.check, [{ kind: 'kill', forMs: 9_999 }]))).not.toThrow();
});

it.each(Object.values(PROFILES).map((profile) => [profile.name, profile] as const))(
  'has as many users of each journey of %s in each engine: k6 deals out arrivals in their proportion',
  (_, profile) => {
    for (const runners of [2, 3, 4, 5]) {
      const users = journeysOf(profile, runners).flatMap((journey) =>
        journey.kind === 'arrivals' ? [journey.vus] : [],
      );
      expect(users.filter((vus) => vus % runners !== 0)).toEqual([]);
    }
  },
);
