/**
 * Owns turning a request (profile, target, contract, objectives) into a Plan, and a Plan into the engine's orders.
 * Refuses to know how anything is executed.
 */
import { randomBytes } from 'node:crypto';
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { PROFILES, type Profile } from '../../thresholds/profiles.ts';
import { endpointsOf, owedByArrival, START_LATENESS } from '../core/endpoint.ts';
import type { EnginePlan, EngineScenario } from '../core/engine-protocol.ts';
import { SloError } from '../core/error.ts';
import type { JourneyDescriptor, JourneyName } from '../core/journey.ts';
import { legalValues } from '../core/nearest.ts';
import {
  type AcceptedDeviation,
  isNamedBy,
  type Journey,
  limitsUsByEndpoint,
  type Objective,
  type Plan,
} from '../core/plan.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import { TELEMETRY_FAMILIES, type TelemetryPlan } from '../core/telemetry-plan.ts';
import { JOURNEYS, journeyNamed } from '../journeys/index.ts';
import { looksOf } from './early.ts';

export interface PlanRequest {
  readonly runId: string;
  readonly profile: Profile;
  readonly contract: ContractName;
  readonly objectives: readonly Objective[];
  readonly seed: number;
  readonly target: Plan['target'];
  readonly command: string;
  readonly telemetry?: TelemetryPlan | undefined;
  readonly accepted?: readonly AcceptedDeviation[] | undefined;
  /** Give the answer before the end where the profile wants it; not when absent. */
  readonly early?: boolean | undefined;
}

/** Why the contract's release may not bear the planned load, one line for a person; undefined when nothing is known to speak against it. */
export function overloadWarning({ contract, journeys }: Plan): string | undefined {
  const { mostDebatesPerSec, name } = CONTRACTS[contract as ContractName];
  if (mostDebatesPerSec === null) return undefined;
  const planned = journeys.flatMap((journey) =>
    journey.kind === 'arrivals' && startsDebates(journey) ? journey.steps.map((step) => step.ratePerSec) : [],
  );
  const most = Math.max(0, ...planned);
  if (most <= mostDebatesPerSec) return undefined;
  return `${most} debates a second are planned, ${name} is known to bear ${mostDebatesPerSec}: beyond that it refuses some, and may go on refusing until it is restarted`;
}

/**
 * `check` with no more debates a second than the contract's release is known to bear: it is there to provoke every signal, and what is beyond
 * provokes refusals. Fewer debates decide less of the gauges of running ones, which then say so. Every other profile as it is: its load is
 * what somebody asked for.
 */
export function bearable(profile: Profile, contract: ContractName): Profile {
  const { mostDebatesPerSec } = CONTRACTS[contract];
  if (profile !== PROFILES.check || mostDebatesPerSec === null) return profile;
  const journeys = Object.entries(profile.journeys).map(([name, spec]): [JourneyName, Profile['journeys'][string]] => {
    const descriptor = journeyNamed(name);
    if (descriptor === undefined || !startsDebates(descriptor) || !('steps' in spec)) return [name, spec];
    const steps = spec.steps.map((step) => ({ ...step, ratePerSec: Math.min(step.ratePerSec, mostDebatesPerSec) }));
    return [name, { steps }];
  });
  return { ...profile, journeys: Object.fromEntries(journeys) };
}

function startsDebates({ endpoints }: JourneyDescriptor): boolean {
  return endpoints.some(({ role }) => role === 'starts-debate');
}

const LEAST_VUS = 10;

/** What was asked for, else one drawn: 0–2^32-1. */
export function seedOf(asked: number | undefined): number {
  return asked ?? randomBytes(4).readUInt32LE();
}

export function makePlan(request: PlanRequest): Plan {
  const objectives = request.objectives.map((objective) => ({
    ...objective,
    gating: gates(request.profile, objective),
  }));
  const { runId, contract, seed, target, command, telemetry, accepted } = request;
  const profile = request.profile.name;
  const journeys = journeysOf(request.profile);
  const early = request.early === true ? looksOf(request.profile, journeys, objectives, telemetry) : undefined;
  return {
    schemaVersion: SCHEMA_VERSION,
    runId,
    profile,
    contract,
    seed,
    target,
    journeys,
    objectives,
    ...(telemetry === undefined ? {} : { telemetry }),
    ...(accepted === undefined ? {} : { accepted }),
    ...(early === undefined ? {} : { early }),
    command,
  };
}

/** @throws SloError when a list of gates names something that neither an objective nor a finding on telemetry is called. */
export function checkGates(
  profile: Profile,
  objectives: readonly Objective[],
  telemetryFindings: readonly string[],
): void {
  if (profile.gates === 'all') return;
  const ids = objectives.map(({ id }) => id);
  for (const gate of profile.gates) {
    if ([...ids, ...telemetryFindings].some((id) => isNamedBy([gate], id))) continue;
    throw new SloError(
      'config-invalid',
      `profile ${profile.name}: "gates" names "${gate}", which no objective is called`,
      {
        hint: legalValues(gate, [...new Set([...ids, ...TELEMETRY_FAMILIES.map((family) => `${family}.`)])]),
      },
    );
  }
}

function gates({ gates }: Profile, { id, gating }: Objective): boolean {
  return gates === 'all' ? gating : isNamedBy(gates, id);
}

/** Every journey of a profile with its load, in the order of the registry. @throws SloError `config-invalid` for one that is not registered. */
export function journeysOf(profile: Profile): Journey[] {
  const names = JOURNEYS.map(({ name }) => name);
  const unknown = Object.keys(profile.journeys).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const message = `profile ${profile.name}: there is no journey "${unknown}"`;
    throw new SloError('config-invalid', message, { hint: legalValues(unknown, names) });
  }
  return JOURNEYS.flatMap((descriptor) => {
    const spec = profile.journeys[descriptor.name];
    return spec === undefined ? [] : [plannedJourney(profile, descriptor, spec)];
  });
}

function plannedJourney({ name }: Profile, descriptor: JourneyDescriptor, spec: Profile['journeys'][string]): Journey {
  if (descriptor.kind === 'sockets' && 'sockets' in spec) return { ...descriptor, ...spec };
  if (descriptor.kind === 'arrivals' && 'steps' in spec) {
    const { steps } = spec;
    const vus = LEAST_VUS + Math.ceil(Math.max(...steps.map((step) => step.ratePerSec)) * descriptor.holdSec);
    return { ...descriptor, steps, vus, maxVus: vus };
  }
  const needed = descriptor.kind === 'sockets' ? 'sockets and durationSec' : 'steps';
  throw new SloError('config-invalid', `profile ${name}: the journey "${descriptor.name}" needs ${needed}`);
}

export function enginePlanOf(plan: Plan): EnginePlan {
  const contract = CONTRACTS[plan.contract as ContractName];
  return {
    httpUrl: plan.target.httpUrl,
    wsUrl: plan.target.wsUrl,
    seed: plan.seed,
    subprotocol: contract.subprotocol,
    distinctClients: contract.distinctClients,
    endpoints: [...endpointsOf(plan.journeys).map(({ name }) => name), START_LATENESS],
    limitsUs: limitsUsByEndpoint(plan.objectives),
    scenarios: scenariosOfAll(plan.journeys, plan.telemetry?.untracedEvery),
  };
}

/** The plan with its load `sec` seconds longer, at the rates with which it begins. */
export function lengthened(plan: Plan, sec: number): Plan {
  const journeys = plan.journeys.map((journey): Journey => {
    if (journey.kind === 'sockets') return { ...journey, durationSec: journey.durationSec + sec };
    const [first, ...rest] = journey.steps;
    return first === undefined
      ? journey
      : { ...journey, steps: [{ ...first, durationSec: first.durationSec + sec }, ...rest] };
  });
  return { ...plan, journeys };
}

/** The scenarios that a profile will have, before there is a target. */
export function intendedScenarios(profile: Profile, untracedEvery: number): EnginePlan['scenarios'] {
  return scenariosOfAll(journeysOf(profile), untracedEvery);
}

function scenariosOfAll(journeys: readonly Journey[], untracedEvery: number | undefined): EnginePlan['scenarios'] {
  const scenarios = journeys.flatMap((journey, index) => {
    const scenarios = scenariosOf(journey, index * PHASE_SEC);
    // Only where one arrival is one request: an agents arrival is a handshake and a creation, which logs have to tell as one.
    if (untracedEvery === undefined || journey.kind === 'sockets' || !journey.isOneRequest) return scenarios;
    return scenarios.map(([name, scenario]): [string, EngineScenario] => [name, { ...scenario, untracedEvery }]);
  });
  return Object.fromEntries(scenarios);
}

/**
 * Journeys start this far apart: at rates that divide each other their arrivals would else all fall on the same ms, a burst
 * that no profile asked for.
 */
const PHASE_SEC = 0.137;

function scenariosOf(journey: Journey, phaseSec: number): [string, EngineScenario][] {
  const { name, kind, endpoints } = journey;
  const fromDue = endpoints.filter((endpoint) => endpoint.fromDue).map((endpoint) => endpoint.name);
  if (journey.kind === 'sockets') {
    const { sockets, durationSec, pingEverySec } = journey;
    const users = { vus: sockets, maxVus: sockets };
    const scenario = { startSec: phaseSec, durationSec, ratePerSec: 0, ...users, pingEverySec, fromDue, owed: [] };
    return [[`${name}_0`, { journey: name, kind, ...scenario }]];
  }
  let startSec = phaseSec;
  const { vus, maxVus } = journey;
  const same = {
    journey: name,
    kind,
    vus,
    maxVus,
    fromDue: [...fromDue, START_LATENESS],
    owed: owedByArrival(journey),
  };
  return journey.steps.map(({ ratePerSec, durationSec }, index) => {
    const scenario = { ...same, startSec, durationSec, ratePerSec };
    startSec += durationSec;
    return [`${name}_${index}`, scenario];
  });
}
