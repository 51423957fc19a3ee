import { describe, expect, test } from 'vitest';
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { PROFILES } from '../../thresholds/profiles.ts';
import { DOCUMENTED_OBJECTIVES } from '../../thresholds/slos.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { lengthened } from './engine-plan.ts';
import { bearable, makePlan, overloadWarning } from './plan.ts';

function warningOf(contract: ContractName, ratePerSec: number, durationSec: number): string | undefined {
  const agents = { steps: [{ ratePerSec, durationSec }] };
  return overloadWarning(
    makePlan({
      runId: 'r',
      profile: { ...PROFILES.smoke, journeys: { ...PROFILES.smoke.journeys, agents } },
      contract,
      objectives: DOCUMENTED_OBJECTIVES,
      seed: 1,
      target: { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', embedded: false },
      command: '',
    }),
  );
}

test.each([
  [
    'is warned of more debates than Aragora 2.11.1 can take',
    'aragora-2.11',
    [12, 10],
    /^12 debates a second .* but aragora-2\.11 can take only 1/,
  ],
  ['is not warned of as many as it can take', 'aragora-2.11', [1, 120], null],
  [
    'is warned of more than it can take for long',
    'aragora-2.11',
    [1, 600],
    /^1 debates a second are planned for 600 s, but aragora-2\.11 can take only 0\.5 for more than some minutes: /,
  ],
  ['is not warned of as many as it can take for long', 'aragora-2.11', [0.5, 3600], null],
  ['is not warned where the release has no known limit', 'documented', [12, 3600], null],
] as const)('a user %s', (_, contract, [ratePerSec, durationSec], says) => {
  const warning = warningOf(contract, ratePerSec, durationSec);
  if (says === null) expect(warning).toBeUndefined();
  else expect(warning).toMatch(says);
});

/** With nothing over the limit: a P99 needs 299 samples, 99.9 % needs 2,995 responses. */
test.each(Object.values(CONTRACTS))(
  'the profile of $name can decide all that it gates, with room for a sample or two over',
  (contract) => {
    const profile = PROFILES[contract.profile];
    const target = { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', embedded: false };
    const request = { runId: 'r', profile, contract: contract.name, objectives: DOCUMENTED_OBJECTIVES, seed: 1 };
    const plan = makePlan({ ...request, target, command: '' });
    expect(overloadWarning(plan)).toBeUndefined();
    const arrivals = plannedJourneys(plan).flatMap((journey) =>
      journey.kind === 'sockets'
        ? []
        : [journey.steps.reduce((sum, step) => sum + step.ratePerSec * step.durationSec, 0)],
    );
    expect(arrivals).toHaveLength(4);
    expect(Math.min(...arrivals)).toBeGreaterThanOrEqual(2 * 299);
    expect(arrivals.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(2 * 2_995);
  },
);

describe('the profile check', () => {
  test('brings no more debates a second than the release can take, and all else', () => {
    const { journeys } = bearable(PROFILES.check, 'aragora-2.11');
    expect(journeys['agents']).toEqual({ steps: [{ ratePerSec: 1, durationSec: 10 }] });
    expect({ ...journeys, agents: null }).toEqual({ ...PROFILES.check.journeys, agents: null });
  });

  test('is as it is where no bound is known, and so is every other profile', () => {
    expect(bearable(PROFILES.check, 'documented')).toBe(PROFILES.check);
    expect(bearable(PROFILES.smoke, 'aragora-2.11')).toBe(PROFILES.smoke);
  });
});

test('a plan is lengthened at the rates with which it begins, its sockets along', () => {
  const steps = [
    { ratePerSec: 5, durationSec: 10 },
    { ratePerSec: 9, durationSec: 10 },
  ];
  const websocket = { sockets: 2, durationSec: 20, pingEverySec: 1 };
  const profile = { ...PROFILES.smoke, journeys: { health: { steps }, websocket } };
  const target = { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', embedded: false };
  const plan = makePlan({ runId: 'r', profile, contract: 'documented', objectives: [], seed: 1, target, command: '' });
  const [health, sockets] = plannedJourneys(lengthened(plan, 3));
  expect(health).toMatchObject({ steps: [{ ratePerSec: 5, durationSec: 13 }, steps[1]] });
  expect(sockets).toMatchObject({ durationSec: 23 });
});
