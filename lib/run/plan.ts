/** Makes a Plan of what was asked for: profile, target, contract, objectives. */
import { randomBytes } from 'node:crypto';
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { PROFILES, type Profile } from '../../thresholds/profiles.ts';
import { SloError } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import {
  type AcceptedDeviation,
  isNamedBy,
  JOURNEYS,
  type Journey,
  type Objective,
  type Plan,
  type Step,
} from '../core/plan.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import { onePhase, plannedJourneys } from '../core/timeline.ts';
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
export function overloadWarning(plan: Plan): string | undefined {
  const { mostDebatesPerSec, name } = CONTRACTS[plan.contract as ContractName];
  if (mostDebatesPerSec === null) return undefined;
  const planned = plannedJourneys(plan).flatMap((journey) =>
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
  const phases = onePhase(journeysOf(request.profile));
  const early =
    request.early === true ? looksOf({ profile: request.profile, phases, objectives, telemetry }) : undefined;
  return {
    schemaVersion: SCHEMA_VERSION,
    runId,
    profile,
    contract,
    seed,
    target,
    phases,
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
