/** The phases that a profile asks for, each with its planned journeys; a profile without phases is one phase. */
import type { PhaseSpec, Profile } from '../../thresholds/profiles.ts';
import { SloError } from '../core/error.ts';
import { mostOf } from '../core/extent.ts';
import type { Fault } from '../core/fault.ts';
import type { JourneyDescriptor } from '../core/journey.ts';
import { legalValues } from '../core/nearest.ts';
import { type Journey, journeyDurationSec, type Objective, type Phase } from '../core/plan.ts';
import { onePhase } from '../core/timeline.ts';
import { JOURNEYS, learn } from '../journeys/index.ts';

type Load = Pick<Profile, 'name' | 'journeys' | 'own'>;

const LEAST_VUS = 10;

/** So long a server may take by itself until it is well again after a fault of `--fault`. */
const RECOVERS_WITHIN_SEC = 10;

/**
 * The profile three times: as it is, with these faults, and as it is again, when its objectives hold again soon. Nothing is expected of the
 * server meanwhile: that is for profiles of one's own. @throws SloError `usage` for a profile that has phases.
 */
export function withFault(profile: Profile, faults: readonly Fault[]): Profile {
  if (profile.phases !== undefined) {
    const names = profile.phases.map(({ name }) => name).join(', ');
    throw new SloError('usage', `--fault needs a profile of one phase, and ${profile.name} has the phases ${names}`, {
      hint: 'write the fault into one of its phases, or name another profile',
    });
  }
  // Each phase says something that the others don't, so all of them must run.
  const { early: _, ...rest } = profile;
  const phase = { faults: [], objectives: [], expects: 'all' } as const;
  const phases: readonly PhaseSpec[] = [
    { ...phase, name: 'baseline' },
    { ...phase, name: 'fault', faults, expects: [] },
    { ...phase, name: 'recovery', recoverWithinSec: RECOVERS_WITHIN_SEC },
  ];
  return { ...rest, phases };
}

/** @throws SloError `usage` for a profile with phases, where only one of a single phase makes sense. */
export function refusePhases({ name, phases }: Profile, why: string): void {
  if (phases === undefined) return;
  const names = phases.map((phase) => phase.name).join(', ');
  throw new SloError('usage', `the profile ${name} has the phases ${names}: ${why}`, {
    hint: 'name a profile without phases; `run` takes both',
  });
}

/**
 * @param documented the objectives that hold wherever a phase names nothing else; a phase's own ones hold in it alone.
 * @throws SloError as `journeysOf`.
 */
export function phasesOf(profile: Profile, runners = 1, documented: readonly Objective[] = []): readonly Phase[] {
  const { phases } = profile;
  if (phases === undefined) return onePhase(journeysOf(profile, runners));
  const ownOfAny = phases.some(({ objectives }) => objectives.length > 0);
  return phases.map((spec): Phase => {
    const { name, faults, objectives, recoverWithinSec, failFastMs } = spec;
    const named = spec.expects === 'all' ? documented.map(({ id }) => id) : spec.expects;
    const expects = spec.expects === 'all' && !ownOfAny ? 'all' : [...named, ...objectives.map(({ id }) => id)];
    const journeys = journeysOf({ ...profile, journeys: loadOf(profile, spec) }, runners);
    refuseLonger(spec, mostOf(journeys.map(journeyDurationSec)));
    return {
      ...{ name, journeys, faults, expects },
      ...(recoverWithinSec !== undefined && { recoverWithinSec }),
      ...(failFastMs !== undefined && { failFastMs }),
    };
  });
}

/** @throws SloError `config-invalid` for a fault that would last longer than its phase. */
function refuseLonger({ name, faults }: PhaseSpec, durationSec: number): void {
  for (const fault of faults) {
    if (!('forMs' in fault) || fault.forMs < durationSec * 1000) continue;
    const lasts = `${fault.forMs / 1000} s`;
    throw new SloError('config-invalid', `phase ${name} lasts ${durationSec} s, and its fault ${fault.kind} ${lasts}`, {
      hint: 'let the phase last longer than its fault, so that the next one begins with a server that is there',
    });
  }
}

/** Its own journeys, or the profile's, for as long as the phase says. */
function loadOf(profile: Profile, { journeys, durationSec }: PhaseSpec): Profile['journeys'] {
  const load = journeys ?? profile.journeys;
  if (durationSec === undefined) return load;
  const lasting = Object.entries(load).map(([name, spec]): [string, Profile['journeys'][string]] => {
    if (!('steps' in spec)) return [name, { ...spec, durationSec }];
    return [name, { steps: spec.steps.slice(0, 1).map((step) => ({ ...step, durationSec })) }];
  });
  return Object.fromEntries(lasting);
}

/**
 * Every journey of a profile with its load, in the order of the registry. @throws SloError `config-invalid` for one that is not registered,
 * `usage` for one with fewer sockets than runners.
 */
export function journeysOf(profile: Load, runners = 1): Journey[] {
  const known = knownWith(profile);
  const names = known.map(({ name }) => name);
  const unknown = Object.keys(profile.journeys).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const message = `profile ${profile.name}: there is no journey "${unknown}"`;
    throw new SloError('config-invalid', message, { hint: legalValues(unknown, names) });
  }
  return known.flatMap((descriptor) => {
    const spec = profile.journeys[descriptor.name];
    return spec === undefined ? [] : [plannedJourney(profile, descriptor, spec, runners)];
  });
}

/** What `act` returns. The journeys that the profile describes are known meanwhile, wherever journeys are looked up. */
export async function knowing<T>({ own = [] }: Load, act: () => Promise<T>): Promise<T> {
  const forget = learn(own.map(({ descriptor }) => descriptor));
  try {
    return await act();
  } finally {
    forget();
  }
}

/** All that are registered, then those that the profile describes. */
function knownWith({ own = [] }: Load): readonly JourneyDescriptor[] {
  const described = own.map(({ descriptor }) => descriptor);
  return [...JOURNEYS.filter(({ name }) => !described.some((one) => one.name === name)), ...described];
}

function plannedJourney(
  { name }: Load,
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
    const held = mostOf(steps.map((step) => step.ratePerSec)) * descriptor.holdSec;
    // k6 deals out arrivals in the proportion of the users. So each engine has as many, or the arrivals would not be dealt out in turn.
    const vus = runners * (LEAST_VUS + Math.ceil(held / runners));
    return { ...descriptor, steps, vus, maxVus: vus };
  }
  const needed = descriptor.kind === 'sockets' ? 'sockets and durationSec' : 'steps';
  throw new SloError('config-invalid', `profile ${name}: the journey "${descriptor.name}" needs ${needed}`);
}
