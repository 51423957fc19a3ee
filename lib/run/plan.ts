/** Makes a Plan from what was asked for: profile, target, contract, objectives. */
import { randomBytes } from 'node:crypto';
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { PROFILES, type Profile } from '../../thresholds/profiles.ts';
import { SloError } from '../core/error.ts';
import type { JourneyDescriptor, JourneyName } from '../core/journey.ts';
import { legalValues } from '../core/nearest.ts';
import type { OwnNames } from '../core/own-names.ts';
import { type AcceptedDeviation, isNamedBy, type Objective, type Plan } from '../core/plan.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { journeyNamed } from '../journeys/index.ts';
import type { CheckInfo } from '../systems/system.ts';
import { looksOf } from './early.ts';
import { phasesOf } from './phase-plan.ts';

export interface PlanRequest {
  readonly runId: string;
  readonly profile: Profile;
  readonly contract: ContractName;
  /** Laid over the contract. */
  readonly ownNames?: OwnNames | undefined;
  readonly objectives: readonly Objective[];
  readonly seed: number;
  readonly target: Plan['target'];
  readonly command: string;
  readonly telemetry?: TelemetryPlan | undefined;
  readonly accepted?: readonly AcceptedDeviation[] | undefined;
  /** How many generators share the load; absent: one. */
  readonly runners?: number | undefined;
  /** Whether to give the answer before the end if the profile wants it; default false. */
  readonly early?: boolean | undefined;
}

/** For so long a release takes more debates than for the whole of a long load. */
const SOME_MINUTES_SEC = 120;

/** Why the planned load may be too much for the contract's release, one line for a person; undefined when no reason is known. */
export function overloadWarning(plan: Plan): string | undefined {
  const { mostDebatesPerSec, lastingDebatesPerSec, name } = CONTRACTS[plan.contract as ContractName];
  if (mostDebatesPerSec === null || lastingDebatesPerSec === null) return undefined;
  const planned = plannedJourneys(plan).flatMap((journey) =>
    journey.kind === 'arrivals' && startsDebates(journey) ? journey.steps : [],
  );
  const most = Math.max(0, ...planned.map(({ ratePerSec }) => ratePerSec));
  const longSec = planned
    .filter(({ ratePerSec }) => ratePerSec > lastingDebatesPerSec)
    .reduce((sum, { durationSec }) => sum + durationSec, 0);
  if (most <= mostDebatesPerSec && longSec <= SOME_MINUTES_SEC) return undefined;
  if (most <= mostDebatesPerSec)
    return `${most} debates a second are planned for ${longSec} s, but ${name} can take only ${lastingDebatesPerSec} for more than some minutes: it may then refuse all of them until it is restarted`;
  return `${most} debates a second are planned, but ${name} can take only ${mostDebatesPerSec}: above that it refuses some, and may go on refusing until it is restarted`;
}

/**
 * The profile `check` with no more debates a second than the contract's release can take. `check` exists to cause every signal, and a
 * higher rate causes refusals. With fewer debates, the gauges of running debates can decide less, and say so. Every other profile stays
 * unchanged: its load is what somebody asked for.
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

/** The seed that was asked for, else a random one: 0–2^32-1. */
export function seedOf(asked: number | undefined): number {
  return asked ?? randomBytes(4).readUInt32LE();
}

export function makePlan(request: PlanRequest): Plan {
  const documented = request.objectives.map((objective) => ({
    ...inContract(objective, request.contract),
    gating: gates(request.profile, objective),
  }));
  // What a phase asks for itself always gates.
  const objectives = [...documented, ...(request.profile.phases ?? []).flatMap((phase) => phase.objectives)];
  const { runId, contract, ownNames, seed, target, command, telemetry, accepted, runners = 1 } = request;
  const profile = request.profile.name;
  const phases = phasesOf(request.profile, runners, documented);
  const early =
    request.early === true ? looksOf({ profile: request.profile, phases, objectives, telemetry }) : undefined;
  return {
    schemaVersion: SCHEMA_VERSION,
    runId,
    profile,
    contract,
    ...(ownNames === undefined ? {} : { ownNames }),
    ...(runners === 1 ? {} : { generators: runners }),
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

/** A list of debates may be as old as the release's list can be. */
function inContract(objective: Objective, contract: ContractName): Objective {
  if (objective.kind !== 'protocol' || objective.tolerance?.kind !== 'seen-once') return objective;
  return { ...objective, tolerance: { kind: 'seen-once', afterSec: CONTRACTS[contract].listAgeSec } };
}

/** @throws SloError when a list of gates has a name that neither an objective nor a telemetry finding has. */
export function checkGates(
  profile: Profile,
  objectives: readonly Objective[],
  systemChecks: readonly Pick<CheckInfo, 'id' | 'system'>[],
): void {
  const ids = objectives.map(({ id }) => id);
  checkExpected(profile, ids);
  if (profile.gates === 'all') return;
  const all = [...ids, ...systemChecks.map(({ id }) => id)];
  const strange = profile.gates.filter((gate) => !all.some((id) => isNamedBy([gate], id)));
  const [first] = strange;
  if (first === undefined) return;
  throw new SloError(
    'config-invalid',
    `profile ${profile.name}: "gates" names ${strange.map((gate) => `"${gate}"`).join(', ')}, which no objective is called`,
    { hint: legalValues(first, [...new Set([...ids, ...systemChecks.map(({ system }) => `${system}.`)])]) },
  );
}

/** @throws SloError when a phase expects what no objective is called. */
function checkExpected({ name, phases = [] }: Profile, ids: readonly string[]): void {
  for (const phase of phases) {
    const expects = phase.expects === 'all' ? [] : phase.expects;
    const strange = expects.find((one) => !ids.some((id) => isNamedBy([one], id)));
    if (strange === undefined) continue;
    const message = `profile ${name}: the phase ${phase.name} expects "${strange}", which no objective is called`;
    throw new SloError('config-invalid', message, { hint: legalValues(strange, ids) });
  }
}

function gates({ gates }: Profile, { id, gating }: Objective): boolean {
  return gates === 'all' ? gating : isNamedBy(gates, id);
}
