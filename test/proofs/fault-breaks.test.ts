/** Each break of a run with faults is caught by exactly its finding, and what looks like one and is none accuses nobody. */
import { expect, test } from 'vitest';
import { FAULT_BREAKS } from '../../lib/target/breaks-fault.ts';
import { SAMPLES, unwell } from '../support/broken.ts';
import { judged } from '../support/judged.ts';
import { found, type Recorded, RIGHT, recordedWith, runOf } from './fault-breaks.ts';

test('a run in which all goes well conforms', () => {
  expect(found(RIGHT)).toEqual([]);
  expect(judged(runOf(RIGHT)).outcome).toBe('conforms');
});

test.each(FAULT_BREAKS.map((one) => [one.name, one] as const))('%s', (name, { finding, status }) => {
  expect(found(recordedWith(name))).toEqual([`${finding} ${status}`]);
});

const { route, counted } = RIGHT;

test.each<[string, Recorded]>([
  [
    'a server that recovers within its time',
    {
      ...RIGHT,
      recovery: [...unwell(4), ...RIGHT.recovery.slice(4)],
      route: { ...route, answered: { 200: route.passed - 120, 503: 120 } },
      counted: { 200: route.passed - 120, 503: 120 },
    },
  ],
  [
    'a client library that asks again over a new connection',
    {
      ...RIGHT,
      route: { came: route.came + 500, passed: route.passed + 500, answered: { 200: route.passed + 500 } },
      counted: { 200: route.passed + 500 },
    },
  ],
  [
    'requests whose connection was reset, which the server counted',
    { ...RIGHT, route: { ...route, answered: { 200: route.passed - 40 } } },
  ],
  [
    'requests whose connection was reset, which never arrived',
    {
      ...RIGHT,
      route: { ...route, answered: { 200: route.passed - 40 } },
      counted: { ...counted, 200: route.passed - 40 },
    },
  ],
])('accuses nobody: %s', (_, recorded) => {
  expect(found(recorded)).toEqual([]);
});

test('what a client library asks again is said', () => {
  const { findings } = judged(runOf({ ...RIGHT, route: { ...route, came: route.came + 500 } }));
  const evidence = findings.find(({ id }) => id === 'load.faults')?.evidence;
  expect(evidence).toContainEqual({ label: 'asked again by clients', value: '500 requests, in the whole load' });
});

test('what the layer answered itself and the server counts all the same is no request of the load', () => {
  expect(found({ ...RIGHT, counted: { 200: 3 * SAMPLES } })).toEqual(['metrics.requests_total.reconciles fail']);
});

test('what reached the server and is not counted is missed', () => {
  expect(found({ ...RIGHT, counted: { 200: route.passed - 1 } })).toEqual(['metrics.requests_total.reconciles fail']);
});

test('nothing is known of what reached the server where the layer did not count it', () => {
  const run = runOf(RIGHT);
  const { routes: _, ...faults } = run.load.faults ?? { switches: [], counts: {}, requests: 0, answered: 0 };
  const { findings } = judged({ ...run, load: { ...run.load, faults } });
  const reconciles = findings.find(({ id }) => id === 'metrics.requests_total.reconciles');
  expect(reconciles?.status).toBe('no-data');
});
