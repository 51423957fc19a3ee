/** All journeys that there are: the built-in ones, those that a program registers, and those of the profile that is at work. */
import { type Endpoint, endpointsOf, type JourneyEndpoint } from '../core/endpoint.ts';
import { SloError } from '../core/error.ts';
import type { JourneyDescriptor, JourneyName } from '../core/journey.ts';
import type { Journey } from '../core/plan.ts';
import { agents } from './agents.ts';
import { consensus } from './consensus.ts';
import { debatesCreate, debatesList } from './debates.ts';
import { health } from './health.ts';
import { problemOf } from './rules.ts';
import { websocket } from './websocket.ts';

const BUILT_IN = [health, debatesList, debatesCreate, agents, consensus, websocket] as const;

const journeys: JourneyDescriptor[] = [...BUILT_IN];

/** In the order in which plans and reports have them. */
export const JOURNEYS: readonly JourneyDescriptor[] = journeys;

/** Checks ask for an endpoint once for each request of a run. */
let endpoints = endpointsByName();

/** Endpoints of built-in journeys, by name. What comes from a plan, a recording or a registered journey is any text instead. */
export type BuiltInEndpoint = (typeof BUILT_IN)[number]['endpoints'][number]['name'];

export type BuiltInJourney = (typeof BUILT_IN)[number]['name'];

/**
 * Registers one more journey: from then on profiles may name it.
 * @returns how to take it back.
 * @throws SloError `usage` when it breaks a rule (rules.ts).
 */
export function addJourney(descriptor: JourneyDescriptor): () => void {
  const problem = problemOf(descriptor, journeys);
  if (problem !== null) throw new SloError('usage', `the journey "${descriptor.name}" ${problem}`);
  return add([descriptor]);
}

/**
 * Makes journeys known that a profile describes, or that a plan holds, for as long as it is planned, run or judged. Those that are known
 * already stay as they are.
 * @returns how to forget them again.
 */
export function learn(described: readonly JourneyDescriptor[]): () => void {
  const learnt = described.filter(({ name }, at) => {
    return journeyNamed(name) === undefined && described.findIndex((other) => other.name === name) === at;
  });
  return add(learnt);
}

function add(more: readonly JourneyDescriptor[]): () => void {
  journeys.push(...more);
  endpoints = endpointsByName();
  return () => {
    journeys.splice(0, journeys.length, ...journeys.filter((one) => !more.includes(one)));
    endpoints = endpointsByName();
  };
}

export function journeyNamed(name: JourneyName): JourneyDescriptor | undefined {
  return journeys.find((journey) => journey.name === name);
}

export function endpointNamed(name: Endpoint): JourneyEndpoint | undefined {
  return endpoints.get(name);
}

function endpointsByName(): ReadonlyMap<Endpoint, JourneyEndpoint> {
  return new Map(endpointsOf(journeys).map((endpoint) => [endpoint.name, endpoint]));
}

/** Its name, and how much of it there is. */
export interface JourneyV1 {
  readonly name: JourneyName;
  /** Present where the journey is already as it is now. */
  readonly kind?: string;
}

/**
 * A journey of a plan or of a history, as it is now. Schema version 1 kept its name and its load alone, and knew no journeys but built-in ones.
 * @throws SloError `schema-version` for a journey that is not known here.
 */
export function journeyFromV1(journey: JourneyV1): Journey {
  if (journey.kind !== undefined) return journey as Journey;
  const descriptor = journeyNamed(journey.name);
  if (descriptor === undefined)
    throw new SloError('schema-version', `there is no journey "${journey.name}" in this version`);
  return { ...descriptor, ...journey } as Journey;
}
