/** How a plan of phases becomes orders for the engine, and which part of its load belongs to which phase. */
import { describe, expect, test } from 'vitest';
import { PROFILES } from '../../thresholds/profiles.ts';
import type { Journey, Phase, Plan } from '../core/plan.ts';
import { plannedJourneys, plannedSec, timedPhases } from '../core/timeline.ts';
import { health as healthJourney } from '../journeys/health.ts';
import { websocket } from '../journeys/websocket.ts';
import { enginePlanOf, lengthened, plannedScenarios } from './engine-plan.ts';
import { journeyLoads } from './load-figures.ts';
import { makePlan } from './plan.ts';

const users = { vus: 10, maxVus: 10 };
const health = (...steps: (readonly [ratePerSec: number, durationSec: number])[]): Journey => ({
  ...healthJourney,
  steps: steps.map(([ratePerSec, durationSec]) => ({ ratePerSec, durationSec })),
  ...users,
});
const sockets: Journey = { ...websocket, sockets: 4, durationSec: 20, pingEverySec: 1 };
const phase = (name: string, ...journeys: Journey[]): Phase => ({ name, journeys, faults: [], expects: 'all' });

const PHASES: readonly Phase[] = [
  phase('baseline', health([5, 10], [10, 20]), sockets),
  phase('fault', sockets, health([10, 15])),
  phase('recovery', health([5, 40])),
];

const target = { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', embedded: false };
const REQUEST = { runId: 'r', profile: PROFILES.smoke, contract: 'documented', objectives: [], seed: 1 } as const;
const PLAN: Plan = { ...makePlan({ ...REQUEST, target, command: '' }), phases: PHASES };

test('phases follow one another, each as long as its longest journey', () => {
  expect(timedPhases(PLAN).map(({ name, startSec, endSec }) => [name, startSec, endSec])).toEqual([
    ['baseline', 0, 30],
    ['fault', 30, 50],
    ['recovery', 50, 90],
  ]);
  expect(plannedSec(PLAN)).toBe(90);
});

describe('the scenarios of three phases', () => {
  const { scenarios } = enginePlanOf(PLAN);

  test('start when their phase does, each journey at the same distance from it', () => {
    const times = Object.entries(scenarios).map(([name, { startSec, durationSec }]) => [name, startSec, durationSec]);
    expect(times).toEqual([
      ['health_0', 0, 10],
      // Its rate is that of the fault, too.
      ['health_1', 10, 35],
      ['health_2', 50, 40],
      ['websocket_0', 0.137, 20],
      ['websocket_1', 30.137, 20],
    ]);
  });

  test('have the rates, users and sockets of their step', () => {
    expect(scenarios['health_1']).toMatchObject({ journey: 'health', ratePerSec: 10, vus: 10, maxVus: 10 });
    expect(scenarios['websocket_1']).toMatchObject({ journey: 'websocket', ratePerSec: 0, vus: 4, pingEverySec: 1 });
  });

  test('say whose they are', () => {
    const whose = plannedScenarios(PLAN).map(({ name, parts }) => [name, ...parts.map(({ phase }) => phase)].join(' '));
    expect(whose).toEqual([
      'health_0 baseline',
      'health_1 baseline fault',
      'health_2 recovery',
      'websocket_0 baseline',
      'websocket_1 fault',
    ]);
  });

  const namesOf = (...phases: readonly Phase[]) => plannedScenarios({ phases }).map(({ name }) => name);

  test('go on where the rate does, and begin anew at a gap, at another rate, and after part of a slot', () => {
    expect(
      namesOf(phase('a', health([10, 20])), phase('b', health([10, 5])), phase('c', health([10, 7]))),
    ).toHaveLength(1);
    expect(namesOf(phase('a', health([10, 19]), sockets), phase('b', health([10, 5]), sockets))).toHaveLength(4);
    expect(
      namesOf(phase('a', health([10, 20])), phase('b', health([11, 5])), phase('c', health([10, 5]))),
    ).toHaveLength(3);
    expect(namesOf(phase('a', health([0.5, 3])), phase('b', health([0.5, 3])))).toHaveLength(2);
  });

  test('of a load with one rate need no more users than one of its phases', () => {
    const { resilience, smoke } = PROFILES;
    const usersOf = (profile: typeof resilience | typeof smoke) =>
      Object.values(enginePlanOf(makePlan({ ...REQUEST, profile, target, command: '' })).scenarios)
        .filter(({ kind }) => kind === 'arrivals')
        .reduce((sum, { vus }) => sum + vus, 0);
    expect(usersOf(resilience)).toBe(usersOf(smoke));
  });
});

test('a plan of phases is lengthened at its beginning, and all that follows comes later', () => {
  const longer = lengthened(PLAN, 5);
  expect(timedPhases(longer).map(({ startSec }) => startSec)).toEqual([0, 35, 55]);
  expect(plannedJourneys(longer)[0]).toMatchObject({
    steps: [{ ratePerSec: 5, durationSec: 15 }, { durationSec: 20 }],
  });
});

describe('what was offered', () => {
  const BEGIN = 1_000_000;
  const drops = new Map([
    ['health_0', new Map([[BEGIN + 3, 2]])],
    [
      'health_1',
      new Map([
        [BEGIN + 29, 1],
        [BEGIN + 30, 3],
        [BEGIN + 44, 4],
      ]),
    ],
  ]);
  const offered = (iterations: Readonly<Record<string, number>>, untilSec = Number.POSITIVE_INFINITY) =>
    journeyLoads(PLAN, { iterations, drops, beginSecond: BEGIN, untilSec }).map(
      ({ phase, journey, offered, delivered, dropped }) => [phase, journey, offered, delivered, dropped],
    );
  /** Of a load that went to its end. */
  const ALL = { health_0: 48, health_1: 342, health_2: 200, websocket_0: 4, websocket_1: 4 };

  test('is counted for each journey of each phase, also where several phases share a scenario', () => {
    expect(offered(ALL)).toEqual([
      ['baseline', 'health', 250, 247, 3],
      ['baseline', 'websocket', 4, 4, 0],
      ['fault', 'websocket', 4, 4, 0],
      ['fault', 'health', 150, 143, 7],
      ['recovery', 'health', 200, 200, 0],
    ]);
  });

  test('has arrivals without an end in the phase that was the last of them', () => {
    expect(offered({ ...ALL, health_1: 330 }).filter(([, journey]) => journey === 'health')).toEqual([
      ['baseline', 'health', 250, 247, 3],
      ['fault', 'health', 150, 131, 7],
      ['recovery', 'health', 200, 200, 0],
    ]);
  });

  test('ends where the load did: nothing of a phase that never began', () => {
    expect(offered({ health_0: 48, health_1: 280 }, 40)).toEqual([
      ['baseline', 'health', 250, 247, 3],
      ['baseline', 'websocket', 4, 0, 0],
      ['fault', 'websocket', 4, 0, 0],
      ['fault', 'health', 100, 81, 7],
      ['recovery', 'health', 0, 0, 0],
    ]);
  });

  test('may be one more than planned, at the end of a scenario', () => {
    expect(offered({ ...ALL, health_1: 343 })[3]).toEqual(['fault', 'health', 151, 144, 7]);
  });
});

test('the subprotocol is that of the team, where it has one of its own', () => {
  const own = makePlan({ ...REQUEST, ownNames: { file: 'own.yaml', subprotocol: 'chat.v2' }, target, command: '' });
  expect([PLAN, own].map((plan) => enginePlanOf(plan).subprotocol)).toEqual(['aragora-v1', 'chat.v2']);
  expect(own.ownNames).toEqual({ file: 'own.yaml', subprotocol: 'chat.v2' });
});
