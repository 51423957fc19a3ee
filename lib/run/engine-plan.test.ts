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
      ['health_1', 10, 20],
      ['websocket_0', 0.137, 20],
      ['websocket_1', 30.137, 20],
      ['health_2', 30, 15],
      ['health_3', 50, 40],
    ]);
  });

  test('have the rates, users and sockets of their step', () => {
    expect(scenarios['health_1']).toMatchObject({ journey: 'health', ratePerSec: 10, vus: 10, maxVus: 10 });
    expect(scenarios['websocket_1']).toMatchObject({ journey: 'websocket', ratePerSec: 0, vus: 4, pingEverySec: 1 });
  });

  test('say whose they are', () => {
    expect(plannedScenarios(PLAN).map(({ name, phase }) => `${name} ${phase}`)).toEqual([
      'health_0 baseline',
      'health_1 baseline',
      'websocket_0 baseline',
      'websocket_1 fault',
      'health_2 fault',
      'health_3 recovery',
    ]);
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
  const offered = (untilSec: number) =>
    journeyLoads(PLAN, { iterations: { health_0: 50, health_2: 12 }, dropped: { health_2: 3 }, untilSec }).map(
      ({ phase, journey, offered, delivered, dropped }) => [phase, journey, offered, delivered, dropped],
    );

  test('is counted for each journey of each phase', () => {
    expect(offered(Number.POSITIVE_INFINITY)).toEqual([
      ['baseline', 'health', 250, 50, 0],
      ['baseline', 'websocket', 4, 0, 0],
      ['fault', 'websocket', 4, 0, 0],
      ['fault', 'health', 150, 12, 3],
      ['recovery', 'health', 200, 0, 0],
    ]);
  });

  test('ends where the load did: nothing of a phase that never began', () => {
    expect(offered(40).map(([phase, journey, count]) => [phase, journey, count])).toEqual([
      ['baseline', 'health', 250],
      ['baseline', 'websocket', 4],
      ['fault', 'websocket', 4],
      ['fault', 'health', 100],
      ['recovery', 'health', 0],
    ]);
  });
});

test('the subprotocol is that of the team, where it has one of its own', () => {
  const own = makePlan({ ...REQUEST, ownNames: { file: 'own.yaml', subprotocol: 'chat.v2' }, target, command: '' });
  expect([PLAN, own].map((plan) => enginePlanOf(plan).subprotocol)).toEqual(['aragora-v1', 'chat.v2']);
  expect(own.ownNames).toEqual({ file: 'own.yaml', subprotocol: 'chat.v2' });
});
