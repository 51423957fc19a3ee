/** Makes the engine's orders from a Plan: which scenario starts when, at which rate, in which phase. */
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import type { Profile } from '../../thresholds/profiles.ts';
import { endpointsOf, owedByArrival, START_LATENESS } from '../core/endpoint.ts';
import type { EnginePlan, EngineScenario, OwnAsking } from '../core/engine-protocol.ts';
import { limitsUsByEndpoint } from '../core/limits.ts';
import type { Journey, Plan, Timeline } from '../core/plan.ts';
import { plannedJourneys, timedPhases } from '../core/timeline.ts';
import { phasesOf } from './phase-plan.ts';

/** The part of a scenario that belongs to one phase. */
export interface ScenarioPart {
  /** Name of the phase. */
  readonly phase: string;
  /** Since the beginning of the load. */
  readonly startSec: number;
  readonly durationSec: number;
}

/** A scenario of the engine, and the phases that it is part of. */
export interface PlannedScenario {
  /** Its name in engine.json and in the engine's records. */
  readonly name: string;
  /** In their order, without a gap; at least one. */
  readonly parts: readonly ScenarioPart[];
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

/**
 * The steps of every journey through all phases, journey by journey. Steps of one rate that follow one another are one scenario, across phases too:
 * k6 keeps the users of a scenario until its last arrival may have ended, and has those of the next one ready, so it would hold them twice.
 */
export function plannedScenarios(timeline: Timeline): PlannedScenario[] {
  /** Each journey at its place, which staggers it in every phase alike. */
  const planned = new Map<Journey['name'], Omit<PlannedScenario, 'name'>[]>();
  for (const { name: phase, journeys, startSec } of timedPhases(timeline)) {
    for (const journey of journeys) {
      const its = planned.get(journey.name) ?? [];
      planned.set(journey.name, its);
      const place = [...planned.keys()].indexOf(journey.name);
      for (const scenario of scenariosOf(journey, startSec + place * STAGGER_SEC)) {
        const part = { phase, startSec: scenario.startSec, durationSec: scenario.durationSec };
        const last = its.at(-1);
        if (last !== undefined && goesOn(last.scenario, scenario)) its.splice(-1, 1, joined(last, scenario, part));
        else its.push({ parts: [part], scenario });
      }
    }
  }
  return [...planned].flatMap(([journey, its]) => its.map((one, at) => ({ name: `${journey}_${at}`, ...one })));
}

/** Less than the time between two arrivals, and more than what sums of seconds are off. */
const SAME_SEC = 1e-6;

/** Whether the next arrivals are due as if the scenario before had not ended. Sockets are opened anew in each phase. */
function goesOn(before: EngineScenario, next: EngineScenario): boolean {
  const gapSec = next.startSec - (before.startSec + before.durationSec);
  // A step that does not end with a whole slot would shift all that is due after it.
  const slots = before.durationSec * before.ratePerSec;
  const isWhole = Math.abs(slots - Math.round(slots)) < SAME_SEC;
  return next.kind === 'arrivals' && next.ratePerSec === before.ratePerSec && Math.abs(gapSec) < SAME_SEC && isWhole;
}

function joined(
  { parts, scenario }: Omit<PlannedScenario, 'name'>,
  next: EngineScenario,
  part: ScenarioPart,
): Omit<PlannedScenario, 'name'> {
  const durationSec = scenario.durationSec + next.durationSec;
  const users = { vus: Math.max(scenario.vus, next.vus), maxVus: Math.max(scenario.maxVus, next.maxVus) };
  return { parts: [...parts, part], scenario: { ...scenario, durationSec, ...users } };
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
