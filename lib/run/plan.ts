/** Makes a Plan from what was asked for: profile, target, contract, objectives. */
import { randomBytes } from 'node:crypto';
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { PROFILES, type Profile } from '../../thresholds/profiles.ts';
import { SloError } from '../core/error.ts';
import type { JourneyDescriptor, JourneyName } from '../core/journey.ts';
import { legalValues } from '../core/nearest.ts';
import type { OwnNames } from '../core/own-names.ts';
import { type AcceptedDeviation, isNamedBy, type Journey, type Objective, type Plan } from '../core/plan.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import type { TelemetryPlan } from '../core/telemetry-plan.ts';
import { onePhase, plannedJourneys } from '../core/timeline.ts';
import { JOURNEYS, journeyNamed } from '../journeys/index.ts';
import type { CheckInfo } from '../systems/system.ts';
import { looksOf } from './early.ts';

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

const LEAST_VUS = 10;

/** The seed that was asked for, else a random one: 0–2^32-1. */
export function seedOf(asked: number | undefined): number {
  return asked ?? randomBytes(4).readUInt32LE();
}

export function makePlan(request: PlanRequest): Plan {
  const objectives = request.objectives.map((objective) => ({
    ...inContract(objective, request.contract),
    gating: gates(request.profile, objective),
  }));
  const { runId, contract, ownNames, seed, target, command, telemetry, accepted, runners = 1 } = request;
  const profile = request.profile.name;
  const phases = onePhase(journeysOf(request.profile, runners));
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
  if (profile.gates === 'all') return;
  const ids = objectives.map(({ id }) => id);
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

function gates({ gates }: Profile, { id, gating }: Objective): boolean {
  return gates === 'all' ? gating : isNamedBy(gates, id);
}

/**
 * Every journey of a profile with its load, in the order of the registry. @throws SloError `config-invalid` for one that is not registered,
 * `usage` for one with fewer sockets than runners.
 */
export function journeysOf(profile: Profile, runners = 1): Journey[] {
  const names = JOURNEYS.map(({ name }) => name);
  const unknown = Object.keys(profile.journeys).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const message = `profile ${profile.name}: there is no journey "${unknown}"`;
    throw new SloError('config-invalid', message, { hint: legalValues(unknown, names) });
  }
  return JOURNEYS.flatMap((descriptor) => {
    const spec = profile.journeys[descriptor.name];
    return spec === undefined ? [] : [plannedJourney(profile, descriptor, spec, runners)];
  });
}

function plannedJourney(
  { name }: Profile,
  descriptor: JourneyDescriptor,
  spec: Profile['journeys'][string],
  runners: number,
): Journey {
  if (descriptor.kind === 'sockets' && 'sockets' in spec) {
    // An engine without any of them would refuse its scenario.
    if (spec.sockets >= runners) return { ...descriptor, ...spec };
    const has = `${runners} runners can't share the ${spec.sockets} sockets of the journey "${descriptor.name}"`;
    throw new SloError('usage', has, { hint: `name at most ${spec.sockets} with --runners` });
  }
  if (descriptor.kind === 'arrivals' && 'steps' in spec) {
    const { steps } = spec;
    const vus = LEAST_VUS * runners + Math.ceil(Math.max(...steps.map((step) => step.ratePerSec)) * descriptor.holdSec);
    return { ...descriptor, steps, vus, maxVus: vus };
  }
  const needed = descriptor.kind === 'sockets' ? 'sockets and durationSec' : 'steps';
  throw new SloError('config-invalid', `profile ${name}: the journey "${descriptor.name}" needs ${needed}`);
}
