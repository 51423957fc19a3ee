/**
 * Owns turning a request (profile, target, contract, objectives) into a Plan, and a Plan into the engine's orders.
 * Refuses to know how anything is executed.
 */
import { randomBytes } from 'node:crypto';
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { PROFILES, type Profile } from '../../thresholds/profiles.ts';
import type { Endpoint } from '../core/endpoint.ts';
import type { EnginePlan, EngineScenario } from '../core/engine-protocol.ts';
import { SloError } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import {
  type AcceptedDeviation,
  isNamedBy,
  JOURNEYS,
  type Journey,
  limitsUsByEndpoint,
  type Objective,
  type Plan,
  type Step,
} from '../core/plan.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import type { CheckInfo } from '../systems/system.ts';
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
    journey.name === 'agents' || journey.name === 'debates-create' ? journey.steps.map((step) => step.ratePerSec) : [],
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
  const { agents } = profile.journeys;
  if (profile !== PROFILES.check || mostDebatesPerSec === null || agents === undefined) return profile;
  const steps = agents.steps.map((step) => ({ ...step, ratePerSec: Math.min(step.ratePerSec, mostDebatesPerSec) }));
  return { ...profile, journeys: { ...profile.journeys, agents: { steps } } };
}

/**
 * How long one arrival may hold its virtual user before arrivals are dropped, in seconds; for agents as long as a debate is
 * followed (15 s) and its socket closed (5 s). All users are made before the
 * start, so a drop always means that the target held every one of them this long.
 */
const HOLD_SEC = { http: 1.5, agents: 20 } as const;
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
  systemChecks: readonly Pick<CheckInfo, 'id' | 'system'>[],
): void {
  if (profile.gates === 'all') return;
  const ids = objectives.map(({ id }) => id);
  for (const gate of profile.gates) {
    if ([...ids, ...systemChecks.map(({ id }) => id)].some((id) => isNamedBy([gate], id))) continue;
    throw new SloError(
      'config-invalid',
      `profile ${profile.name}: "gates" names "${gate}", which no objective is called`,
      {
        hint: legalValues(gate, [...new Set([...ids, ...systemChecks.map(({ system }) => `${system}.`)])]),
      },
    );
  }
}

function gates({ gates }: Profile, { id, gating }: Objective): boolean {
  return gates === 'all' ? gating : isNamedBy(gates, id);
}

export function journeysOf(profile: Profile): Journey[] {
  const journeys: Journey[] = [];
  for (const name of JOURNEYS) {
    if (name === 'websocket') {
      if (profile.journeys.websocket !== undefined) journeys.push({ name, ...profile.journeys.websocket });
      continue;
    }
    const spec = profile.journeys[name];
    if (spec !== undefined) journeys.push({ name, steps: spec.steps, ...virtualUsers(name, spec.steps) });
  }
  return journeys;
}

function virtualUsers(
  name: Exclude<Journey['name'], 'websocket'>,
  steps: readonly Step[],
): { vus: number; maxVus: number } {
  const peakPerSec = Math.max(...steps.map((step) => step.ratePerSec));
  const vus = LEAST_VUS + Math.ceil(peakPerSec * (name === 'agents' ? HOLD_SEC.agents : HOLD_SEC.http));
  return { vus, maxVus: vus };
}

/** The endpoints that a journey's script measures from the arrival's due time. */
const FROM_DUE: Readonly<Record<Journey['name'], readonly Endpoint[]>> = {
  health: ['health', 'start-lateness'],
  'debates-list': ['debates-list', 'start-lateness'],
  'debates-create': ['debates-create', 'start-lateness'],
  consensus: ['consensus', 'start-lateness'],
  // The debate is created after the handshake: only the start of the iteration is due by the schedule.
  agents: ['start-lateness'],
  websocket: [],
};

export function enginePlanOf(plan: Plan): EnginePlan {
  const contract = CONTRACTS[plan.contract as ContractName];
  return {
    httpUrl: plan.target.httpUrl,
    wsUrl: plan.target.wsUrl,
    seed: plan.seed,
    subprotocol: contract.subprotocol,
    distinctClients: contract.distinctClients,
    limitsUs: limitsUsByEndpoint(plan.objectives),
    scenarios: scenariosOfAll(plan.journeys, plan.telemetry?.untracedEvery),
  };
}

/** The plan with its load `sec` seconds longer, at the rates with which it begins. */
export function lengthened(plan: Plan, sec: number): Plan {
  const journeys = plan.journeys.map((journey): Journey => {
    if (journey.name === 'websocket') return { ...journey, durationSec: journey.durationSec + sec };
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
  const scenarios = journeys.flatMap((journey, index) => scenariosOf(journey, index * PHASE_SEC));
  if (untracedEvery === undefined) return Object.fromEntries(scenarios);
  // Only where one arrival is one request: an agents arrival is a handshake and a creation, which logs have to tell as one.
  return Object.fromEntries(
    scenarios.map(([name, scenario]) =>
      scenario.journey === 'websocket' || scenario.journey === 'agents'
        ? [name, scenario]
        : [name, { ...scenario, untracedEvery }],
    ),
  );
}

/**
 * Journeys start this far apart: at rates that divide each other their arrivals would else all fall on the same ms, a burst
 * that no profile asked for.
 */
const PHASE_SEC = 0.137;

function scenariosOf(journey: Journey, phaseSec: number): [string, EngineScenario][] {
  const fromDue = FROM_DUE[journey.name];
  if (journey.name === 'websocket') {
    const { sockets, durationSec, pingEverySec } = journey;
    const scenario = {
      startSec: phaseSec,
      durationSec,
      ratePerSec: 0,
      vus: sockets,
      maxVus: sockets,
      pingEverySec,
      fromDue,
    };
    return [['websocket_0', { journey: 'websocket', ...scenario }]];
  }
  let startSec = phaseSec;
  return journey.steps.map(({ ratePerSec, durationSec }, index) => {
    const { name, vus, maxVus } = journey;
    const scenario = { journey: name, startSec, durationSec, ratePerSec, vus, maxVus, fromDue };
    startSec += durationSec;
    return [`${name}_${index}`, scenario];
  });
}
