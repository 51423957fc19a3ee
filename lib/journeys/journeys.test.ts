/** The journeys, and the rules that every descriptor keeps. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { endpointsOf, type JourneyEndpoint, SENTINEL_PATH, START_LATENESS } from '../core/endpoint.ts';
import type { ArrivalsDescriptor, JourneyDescriptor, SocketsDescriptor } from '../core/journey.ts';
import { consensus } from './consensus.ts';
import { health } from './health.ts';
import { addJourney, endpointNamed, JOURNEYS, journeyFromV1, journeyNamed } from './index.ts';
import { problemOf } from './rules.ts';
import { websocket } from './websocket.ts';

const root = resolve(import.meta.dirname, '../..');

describe('the built-in journeys', () => {
  test.each(JOURNEYS.map((journey, at) => [journey.name, journey, at] as const))(
    '%s keeps the rules',
    (_, journey, at) => {
      expect(problemOf(journey, JOURNEYS.slice(0, at))).toBeNull();
    },
  );

  test.each(JOURNEYS.map(({ name, script }) => [name, script] as const))(
    '%s has a script that exports it',
    (_, script) => {
      const text = readFileSync(resolve(root, script.path), 'utf8');
      expect(text).toContain(
        `export ${script.function === 'default' ? 'default function' : `function ${script.function}`}`,
      );
    },
  );

  test('have each endpoint once in the reports: those that arrivals owe, those of sockets, and others', () => {
    const ofSockets = new Set(
      JOURNEYS.flatMap(({ kind, endpoints }) => (kind === 'sockets' ? endpoints.map(({ name }) => name) : [])),
    );
    const all = endpointsOf(JOURNEYS);
    const places = all.map(({ name, owed }) => (owed.by === 'arrival' ? 0 : ofSockets.has(name) ? 1 : 2));
    expect(places).toEqual([...places].sort());
    const measured = JOURNEYS.flatMap(({ endpoints }) => endpoints.map(({ name }) => name));
    expect(all.map(({ name }) => name).sort()).toEqual([...new Set(measured)].sort());
  });

  test('have one endpoint in each role, but what carries events', () => {
    const roles = endpointsOf(JOURNEYS).flatMap(({ role }) =>
      role === undefined || role === 'carries-events' ? [] : [role],
    );
    expect(roles).toEqual([...new Set(roles)]);
  });
});

const ENDPOINT: JourneyEndpoint = { name: 'toy', samples: 'latency', fromDue: true, owed: { by: 'arrival' } };
const arrivals = (changes: Partial<ArrivalsDescriptor>): JourneyDescriptor => ({
  ...health,
  name: 'toy',
  endpoints: [ENDPOINT],
  ...changes,
});
const measuring = (changes: Partial<JourneyEndpoint>) => arrivals({ endpoints: [{ ...ENDPOINT, ...changes }] });
const sockets = (endpoint: JourneyEndpoint): SocketsDescriptor => ({
  ...websocket,
  name: 'toy',
  endpoints: [endpoint],
});

describe('a journey is refused', () => {
  test.each([
    ['without a usable name', arrivals({ name: 'Toy_1' }), /needs a name of lower-case letters/],
    ['of a name that is taken', arrivals({ name: 'health' }), /is there already/],
    ['that measures nothing', arrivals({ endpoints: [] }), /measures nothing/],
    ['that measures something twice', arrivals({ endpoints: [ENDPOINT, ENDPOINT] }), /names an endpoint twice/],
    ['of an endpoint without a usable name', measuring({ name: 'a b' }), /whose name is not/],
    ['that measures the generator', measuring({ name: START_LATENESS }), /what the generator measures of itself/],
    ['of sockets that owe by arrival', sockets(ENDPOINT), /which arrivals owe, and it has none/],
    ['of arrivals that owe by second', measuring({ owed: { by: 'second' } }), /which sockets owe, and it has none/],
    [
      'that excuses a sample by one it does not have',
      measuring({ owed: { by: 'arrival', unless: { endpoint: 'none', outcome: 'no-socket' } } }),
      /owed unless "none", which it does not measure/,
    ],
    [
      'whose request has no latency',
      measuring({ samples: 'property', http: { method: 'GET', path: '/toy' } }),
      /an HTTP request, and so has a latency/,
    ],
    [
      'that requests what the harness requests',
      measuring({ http: { method: 'GET', path: SENTINEL_PATH } }),
      /where the harness sends its own last request/,
    ],
    ['that means something else by an endpoint', measuring({ name: 'health' }), /with another meaning/],
  ])('%s', (_, journey, problem) => {
    expect(problemOf(journey, JOURNEYS)).toMatch(problem);
    expect(() => addJourney(journey)).toThrow(problem);
  });

  test('and is not there afterwards', () => {
    expect(journeyNamed('toy')).toBeUndefined();
  });
});

test('a journey that is registered is there, with its endpoints, until it is taken back', () => {
  const toy = arrivals({ name: 'toy-list', endpoints: [{ ...ENDPOINT, name: 'toy-list' }] });
  const remove = addJourney(toy);
  expect(JOURNEYS.at(-1)).toBe(toy);
  expect(endpointNamed('toy-list')).toMatchObject({ samples: 'latency' });
  remove();
  expect(journeyNamed('toy-list')).toBeUndefined();
});

describe('a journey of schema version 1', () => {
  test('gets what its descriptor says', () => {
    const load = { steps: [{ ratePerSec: 5, durationSec: 10 }], vus: 3, maxVus: 4 };
    expect(journeyFromV1({ name: 'consensus', ...load })).toEqual({ ...consensus, ...load });
  });

  test('of a later version stays as it is', () => {
    const journey = { ...health, title: 'as it was then', steps: [], vus: 1, maxVus: 1 };
    expect(journeyFromV1(journey)).toBe(journey);
  });

  test('is refused where nothing is known of it', () => {
    expect(() => journeyFromV1({ name: 'nap' })).toThrow('there is no journey "nap" in this version');
  });
});
