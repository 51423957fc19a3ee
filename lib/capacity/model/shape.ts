/**
 * The load whose rate is searched: journeys scaled by one factor, and how long a step must be to decide its objectives. The rate is HTTP
 * arrivals a second, of all journeys together; the number of open sockets scales with it.
 */
import type { Profile } from '../../../thresholds/profiles.ts';
import { owedByArrival } from '../../core/endpoint.ts';
import { SloError } from '../../core/error.ts';
import { mostOf } from '../../core/extent.ts';
import type { JourneyName } from '../../core/journey.ts';
import type { Objective } from '../../core/plan.ts';
import { journeyNamed } from '../../journeys/index.ts';

interface HeldSockets {
  readonly sockets: number;
  readonly pingEverySec: number;
}

export interface LoadShape {
  readonly name: string;
  /** Arrivals a second of each journey, as in the profile. */
  readonly ratesPerSec: ReadonlyMap<JourneyName, number>;
  /** Sockets held open at the profile's own rate, of each journey that holds some. */
  readonly sockets: ReadonlyMap<JourneyName, HeldSockets>;
  /** The journeys that the profile describes; absent: there are none. */
  readonly own?: Profile['own'];
}

/** All virtual users exist before the start, at about 1 MiB each. */
export const MOST_VUS = 4000;
/** For a journey that the profile does not have. */
const LONE_PER_SEC = 10;

/**
 * A profile's journeys at their highest rates. With `journey`, only that journey and no sockets.
 * @throws SloError `usage` for a profile that has only sockets, because those have no rate.
 */
export function shapeOf({ name, journeys, own }: Profile, journey?: JourneyName): LoadShape {
  const described = own === undefined ? {} : { own };
  const ratesPerSec = new Map<JourneyName, number>();
  const sockets = new Map<JourneyName, HeldSockets>();
  for (const [name, spec] of Object.entries(journeys)) {
    if ('steps' in spec) ratesPerSec.set(name, mostOf(spec.steps.map((step) => step.ratePerSec)));
    else sockets.set(name, { sockets: spec.sockets, pingEverySec: spec.pingEverySec });
  }
  if (journey !== undefined) {
    return {
      name: `${journey} alone`,
      ratesPerSec: new Map([[journey, ratesPerSec.get(journey) ?? LONE_PER_SEC]]),
      sockets: new Map(),
      ...described,
    };
  }
  if (ratesPerSec.size === 0)
    throw new SloError(
      'usage',
      `profile ${name} has no journey but ${[...sockets.keys()].join(', ')}, and sockets have no rate`,
    );
  return { name, ratesPerSec, sockets, ...described };
}

/** Arrivals a second as the profile has them, > 0. */
export function ownPerSec({ ratesPerSec }: LoadShape): number {
  return [...ratesPerSec.values()].reduce((sum, rate) => sum + rate, 0);
}

/** The shape at `ratePerSec` arrivals a second for `durationSec`, gated by `gates`. */
export function profileAt(shape: LoadShape, ratePerSec: number, durationSec: number, gates: Profile['gates']): Profile {
  const factor = ratePerSec / ownPerSec(shape);
  const arrivals = [...shape.ratesPerSec].map(([name, own]): [JourneyName, Profile['journeys'][string]] => [
    name,
    // The engine needs a whole number of arrivals in a hundred seconds.
    { steps: [{ ratePerSec: Math.max(0.01, Math.round(own * factor * 100) / 100), durationSec }] },
  ]);
  const sockets = socketsAt(shape, factor).map(([name, held]): [JourneyName, Profile['journeys'][string]] => [
    name,
    { ...held, durationSec },
  ]);
  const journeys = Object.fromEntries([...arrivals, ...sockets]);
  const { own } = shape;
  return { name: `capacity-${ratePerSec}`, description: shape.name, journeys, gates, ...(own && { own }) };
}

function socketsAt({ sockets }: LoadShape, factor: number): [JourneyName, HeldSockets][] {
  return [...sockets].map(([name, held]) => [
    name,
    { ...held, sockets: Math.max(1, Math.round(held.sockets * factor)) },
  ]);
}

/** Ids of the gating objectives that this load can say something about. */
export function gatesOf(shape: LoadShape, objectives: readonly Objective[]): string[] {
  return objectives
    .filter((objective) => objective.gating && samplesPerSec(shape, 1, objective) > 0)
    .map(({ id }) => id);
}

/** Reserve beyond the samples that a step without bad samples needs: for a few bad samples and their clustering. */
const SPARE = 2;
/** In a shorter step, it is not visible how samples cluster. */
const LEAST_SEC = 10;
const CONFIDENCE = 0.95;

/**
 * Whole seconds at `ratePerSec` in which every gating objective can pass. A P99 needs 299 samples and 99.9 % needs 2,995; this is twice as
 * long.
 */
export function measuredSec(shape: LoadShape, objectives: readonly Objective[], ratePerSec: number): number {
  const factor = ratePerSec / ownPerSec(shape);
  const needs = objectives
    .filter(({ gating }) => gating)
    .map((objective) => {
      const perSec = samplesPerSec(shape, factor, objective);
      return perSec === 0 ? 0 : (SPARE * samplesNeeded(objective)) / perSec;
    });
  return Math.ceil(Math.max(LEAST_SEC, ...needs));
}

/** The lowest rate, within 10 %, at which a step of `longestSec` decides every gating objective; `fromPerSec` where no rate below it does. */
export function lowestPerSec(
  shape: LoadShape,
  objectives: readonly Objective[],
  longestSec: number,
  fromPerSec: number,
): number {
  let ratePerSec = fromPerSec;
  while (measuredSec(shape, objectives, ratePerSec * 0.9) <= longestSec) ratePerSec *= 0.9;
  return ratePerSec === fromPerSec ? fromPerSec : Math.ceil(ratePerSec);
}

/** With this many samples, none of them bad, the upper bound equals the allowed share. */
function samplesNeeded(objective: Objective): number {
  switch (objective.kind) {
    case 'latency':
      return Math.log(1 - CONFIDENCE) / Math.log(objective.percentile / 100);
    case 'availability':
    case 'uptime':
      return Math.log(1 - CONFIDENCE) / Math.log(objective.target);
    case 'protocol':
    case 'external':
      return 1;
  }
}

function samplesPerSec(shape: LoadShape, factor: number, objective: Objective): number {
  const sockets = socketsAt(shape, factor).reduce((sum, [, held]) => sum + held.sockets, 0);
  const arrivals = (endpoints: readonly string[]): number =>
    [...shape.ratesPerSec]
      .map(([journey, own]) => own * factor * owedOf(journey).filter((endpoint) => endpoints.includes(endpoint)).length)
      .reduce((sum, perSec) => sum + perSec, 0);
  switch (objective.kind) {
    case 'latency':
      return arrivals([objective.endpoint]);
    case 'availability':
      return arrivals(objective.endpoints);
    case 'uptime':
    case 'protocol':
      return sockets;
    case 'external':
      return 0;
  }
}

function owedOf(journey: JourneyName): string[] {
  const descriptor = journeyNamed(journey);
  return descriptor === undefined ? [] : owedByArrival(descriptor);
}
