/** Makes the engine's orders from a Plan: which scenario starts when, at which rate, in which phase. */
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import type { Profile } from '../../thresholds/profiles.ts';
import { endpointsOf, owedByArrival, START_LATENESS } from '../core/endpoint.ts';
import type { EnginePlan, EngineScenario, OwnAsking } from '../core/engine-protocol.ts';
import { limitsUsByEndpoint } from '../core/limits.ts';
import type { Journey, Plan, Timeline } from '../core/plan.ts';
import { plannedJourneys, timedPhases } from '../core/timeline.ts';
import { phasesOf } from './phase-plan.ts';

/** A scenario of the engine, and its journey and phase in the plan. */
export interface PlannedScenario {
  /** Its name in engine.json and in the engine's records. */
  readonly name: string;
  /** Name of its phase. */
  readonly phase: string;
  readonly scenario: EngineScenario;
}

export function enginePlanOf(plan: Plan): EnginePlan {
  const contract = CONTRACTS[plan.contract as ContractName];
  const own = ownAskings(plan);
  return {
    httpUrl: plan.target.httpUrl,
    wsUrl: plan.target.wsUrl,
    ...(plan.target.createdStatus !== undefined && { createdStatus: plan.target.createdStatus }),
    seed: plan.seed,
    subprotocol: plan.ownNames?.subprotocol ?? contract.subprotocol,
    distinctClients: contract.distinctClients,
    namesakesSpeak: contract.namesakesSpeak,
    endpoints: [...endpointsOf(plannedJourneys(plan)).map(({ name }) => name), START_LATENESS],
    limitsUs: limitsUsByEndpoint(plan.objectives),
    generators: plan.generators ?? 1,
    scenarios: scenariosByName(plan, plan.telemetry?.untracedEvery),
    ...(Object.keys(own).length === 0 ? {} : { own }),
    ...ownEndpoints(plan),
  };
}

/** What the journeys that a profile describes ask. */
function ownAskings(timeline: Timeline): NonNullable<EnginePlan['own']> {
  const asking = plannedJourneys(timeline).flatMap((journey): [Journey['name'], OwnAsking][] => {
    const [endpoint] = journey.endpoints;
    if (journey.kind !== 'arrivals' || journey.request === undefined || endpoint === undefined) return [];
    const { request, needsDebate } = journey;
    return [
      [journey.name, { ...request, endpoint: endpoint.name, goodStatus: endpoint.goodStatus ?? 200, needsDebate }],
    ];
  });
  return Object.fromEntries(asking);
}

/** What the scripts of other such journeys ask, with the names in braces of its path. */
function ownEndpoints(timeline: Timeline): Pick<EnginePlan, 'ownEndpoints'> {
  const measured = plannedJourneys(timeline).flatMap((journey) => {
    if (journey.kind !== 'arrivals' || journey.templates === undefined) return [];
    const { endpoints, templates } = journey;
    return endpoints.flatMap((endpoint) => {
      const path = templates[endpoint.name];
      if (endpoint.http === undefined || path === undefined) return [];
      return [[endpoint.name, { ...endpoint, http: { ...endpoint.http, path } }] as const];
    });
  });
  return measured.length === 0 ? {} : { ownEndpoints: Object.fromEntries(measured) };
}

/** The plan with a load that is `sec` seconds longer, at the rates with which it begins. */
export function lengthened(plan: Plan, sec: number): Plan {
  const [first, ...rest] = plan.phases;
  if (first === undefined) return plan;
  return { ...plan, phases: [{ ...first, journeys: first.journeys.map((journey) => longer(journey, sec)) }, ...rest] };
}

function longer(journey: Journey, sec: number): Journey {
  if (journey.kind === 'sockets') return { ...journey, durationSec: journey.durationSec + sec };
  const [first, ...rest] = journey.steps;
  if (first === undefined) return journey;
  return { ...journey, steps: [{ ...first, durationSec: first.durationSec + sec }, ...rest] };
}

/** The scenarios that a profile will have, before there is a target. */
export function intendedScenarios(profile: Profile, untracedEvery: number): EnginePlan['scenarios'] {
  return scenariosByName({ phases: phasesOf(profile) }, untracedEvery);
}

function scenariosByName(timeline: Timeline, untracedEvery: number | undefined): EnginePlan['scenarios'] {
  // Only where one arrival is one request. An agents arrival is a handshake and a creation, which logs must show under one trace id.
  const oneRequest = plannedJourneys(timeline).filter((one) => one.kind === 'arrivals' && one.isOneRequest);
  return Object.fromEntries(
    plannedScenarios(timeline).map(({ name, scenario }) => {
      const isOneRequest = oneRequest.some((journey) => journey.name === scenario.journey);
      return [name, untracedEvery !== undefined && isOneRequest ? { ...scenario, untracedEvery } : scenario];
    }),
  );
}

/**
 * Journeys start this far apart. Otherwise, at rates that divide each other, their arrivals would all fall on the same ms: a burst that no
 * profile asked for.
 */
const STAGGER_SEC = 0.137;

/** Every step of every journey of every phase, in the plan's order. Scenarios of one journey are numbered through all phases. */
export function plannedScenarios(timeline: Timeline): PlannedScenario[] {
  /** The journeys so far, each at its place, with the number of its scenarios. Its place staggers it in every phase alike. */
  const counts = new Map<Journey['name'], number>();
  return timedPhases(timeline).flatMap(({ name: phase, journeys, startSec }) =>
    journeys.flatMap((journey) => {
      const before = counts.get(journey.name) ?? 0;
      counts.set(journey.name, before);
      const place = [...counts.keys()].indexOf(journey.name);
      const scenarios = scenariosOf(journey, startSec + place * STAGGER_SEC);
      counts.set(journey.name, before + scenarios.length);
      return scenarios.map((scenario, at) => ({ name: `${journey.name}_${before + at}`, phase, scenario }));
    }),
  );
}

/** One for each step, one after the other from `fromSec` on. */
function scenariosOf(journey: Journey, fromSec: number): EngineScenario[] {
  const { name, kind, endpoints } = journey;
  const fromDue = endpoints.filter((endpoint) => endpoint.fromDue).map((endpoint) => endpoint.name);
  const same = { journey: name, kind, owed: owedByArrival(journey) };
  if (journey.kind === 'sockets') {
    const { sockets, durationSec, pingEverySec } = journey;
    const users = { vus: sockets, maxVus: sockets };
    return [{ ...same, startSec: fromSec, durationSec, ratePerSec: 0, ...users, pingEverySec, fromDue }];
  }
  const { vus, maxVus } = journey;
  let startSec = fromSec;
  return journey.steps.map(({ ratePerSec, durationSec }) => {
    const times = { startSec, durationSec, ratePerSec };
    startSec += durationSec;
    return { ...same, ...times, vus, maxVus, fromDue: [...fromDue, START_LATENESS] };
  });
}
