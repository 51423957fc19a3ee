/** A journey that a profile describes is planned, ordered from the engine and judged like a built-in one, and is known from the plan alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { factsOf } from '../../test/support/judged.ts';
import { profileAt, shapeOf } from '../capacity/model/shape.ts';
import { profileOf } from '../config/profile.ts';
import { loadObjectives } from '../config/slo.ts';
import type { LoadResult } from '../core/recording.ts';
import { promisesOf } from '../core/telemetry-plan.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { endpointNamed, JOURNEYS } from '../journeys/index.ts';
import { judge } from '../judge/judge.ts';
import { entryScript } from '../load/entry.ts';
import { encodeHistogram, Recorder } from '../record/index.ts';
import { goodStatusOf } from '../systems/answered.ts';
import { SYSTEMS } from '../systems/index.ts';
import type { MetricPromises } from '../systems/metrics/signals.ts';
import { enginePlanOf } from './engine-plan.ts';
import { loadFigures } from './load-figures.ts';
import { journeysOf, knowing } from './phase-plan.ts';
import { makePlan } from './plan.ts';
import { telemetryPlanOf } from './telemetry-plan.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-own-'));
afterAll(() => rmSync(dir, { recursive: true }));
writeFileSync(join(dir, 'words.csv'), 'word\ntea\n');

const SEARCH = {
  path: '/api/search/{word}',
  data: 'words.csv',
  status: 203,
  check: { json: 'results.#', atLeast: 1 },
  objectives: [{ percentile: 95, limitMs: 20 }, { availability: 0.99 }],
  ratePerSec: 10,
  durationSec: 60,
};
const journeys = { search: SEARCH, health: { ratePerSec: 1, durationSec: 60 } };
const profile = profileOf(join(dir, 'mine.yaml'), { name: 'mine', journeys, gates: ['search.'] });
const plan = await knowing(profile, async () =>
  makePlan({
    runId: 'mine',
    profile,
    contract: 'documented',
    objectives: loadObjectives([], profile),
    seed: 1,
    target: { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', embedded: false },
    telemetry: telemetryPlanOf(profile, 'documented', undefined),
    command: '',
  }),
);
/** As it is read back from the run folder, where nobody knows the profile. */
const stored: typeof plan = JSON.parse(JSON.stringify(plan));

/** A recording with ten searches of 5 ms in each second, of which some fail, or none at all. */
function judged(failed: Readonly<Record<string, number>> | null) {
  const recorder = new Recorder(enginePlanOf(stored));
  const bad = Object.values(failed ?? {}).reduce((sum, count) => sum + count, 0);
  const histogram = encodeHistogram(Array.from({ length: 10 - bad }, () => 5000));
  for (let second = 1000; second < 1060; second++) {
    const share = { count: 10, failed: failed ?? {}, sumUs: 5000 * (10 - bad), over: [0], histogram };
    const endpoints = failed === null ? {} : { search: share };
    recorder.add({ type: 'interval', second, endpoints, iterations: { search_0: 10 }, dropped: {} });
  }
  const reason: LoadResult['reason'] = { kind: 'finished' };
  const { telemetry: _, ...alone } = stored;
  const [generator] = factsOf([], {}).load.generators;
  if (generator === undefined) throw new Error('a load has a generator');
  const figures = loadFigures({ plan: stored, reason, recorder, generators: [generator] });
  const facts = factsOf([], {}, { plan: alone, load: figures });
  return judge({ ...facts, recording: recorder.finish() }, SYSTEMS);
}

const statuses = (given: Parameters<typeof judged>[0]) =>
  Object.fromEntries(judged(given).findings.map(({ id, status }) => [id, status]));

test('the plan holds all that later stages need of it', () => {
  const [, search] = plannedJourneys(stored);
  expect(search).toMatchObject({ name: 'search', request: { path: '/api/search/{word}' }, vus: 25 });
  expect(stored.objectives.map(({ id, gating }) => [id, gating])).toEqual([
    ['search.p95', true],
    ['search.availability', true],
  ]);
  if (stored.telemetry === undefined) throw new Error('the plan looks at telemetry');
  const { contract } = promisesOf<MetricPromises>(stored.telemetry, 'metrics');
  expect(contract.routes['search']).toEqual({ method: 'GET', path: '/api/search/{id}' });
});

test('it is known while its profile is at work, and not afterwards', async () => {
  await knowing(profile, async () => {
    expect(endpointNamed('search')?.own).toBe(true);
    expect(goodStatusOf('search', stored)).toBe(203);
  });
  expect(endpointNamed('search')).toBeUndefined();
  expect(JOURNEYS.at(-1)?.name).toBe('websocket');
});

test('the engine gets its request, its scenario and the script of all of them', async () => {
  const { own, scenarios, endpoints } = enginePlanOf(stored);
  expect(own?.['search']).toMatchObject({
    endpoint: 'search',
    goodStatus: 203,
    needsDebate: false,
    path: '/api/search/{word}',
    data: { columns: ['word'], rows: 1 },
  });
  expect(scenarios['search_0']).toMatchObject({ journey: 'search', owed: ['search'] });
  expect(endpoints).toContain('search');
  const code = await entryScript(plannedJourneys(stored));
  expect(code).toContain('as journey_search');
  expect([...code.matchAll(/ from "([^"]+)"/g)].map(([, from]) => from)).toContain('k6/data');
});

test('answers that its check accepts keep its objectives', () => {
  expect(statuses({})).toMatchObject({ 'search.p95': 'pass', 'search.availability': 'pass' });
});

test('answers that its check refuses break them, and the finding says which check', () => {
  const { outcome, findings } = judged({ check_1: 1 });
  expect(outcome).toBe('breaches');
  const finding = findings.find(({ id }) => id === 'search.availability');
  expect(finding?.status).toBe('fail');
  expect(JSON.stringify(finding)).toContain('check_1');
});

test('without a sample there is no evidence for either', () => {
  expect(statuses(null)).toMatchObject({ 'search.p95': 'no-data', 'search.availability': 'no-data' });
  expect(judged(null).outcome).not.toBe('conforms');
});

test('a search for the highest rate, and an experiment, take it with them', () => {
  const alone = profileAt(shapeOf(profile, 'search'), 40, 10, 'all');
  expect(journeysOf(alone).map(({ name }) => name)).toEqual(['search']);
});

test('the script of a profile imports the kit by the name of the package, wherever it lies', async () => {
  const script = [
    "import { arrival, call, endpoint } from 'aragora-slo/kit';",
    "const cart = endpoint('cart');",
    'export default function checkout() {',
    "  call(arrival(), { endpoint: cart, values: { id: 'of my own' } });",
    '}',
  ];
  writeFileSync(join(dir, 'checkout.ts'), script.join('\n'));
  const endpoints = { cart: { path: '/api/carts/{id}?now=1' } };
  const shop = profileOf(join(dir, 'shop.yaml'), {
    name: 'shop',
    journeys: { checkout: { script: 'checkout.ts', endpoints, ratePerSec: 5, durationSec: 10 } },
  });
  const phases = [{ name: 'load', journeys: journeysOf(shop), faults: [], expects: 'all' as const }];
  const { ownEndpoints, own } = enginePlanOf({ ...stored, phases });
  expect(own).toBeUndefined();
  expect(ownEndpoints?.['cart']).toMatchObject({ name: 'cart', own: true, http: { path: '/api/carts/{id}?now=1' } });
  const code = await entryScript(journeysOf(shop));
  expect(code).toContain('of my own');
  expect(code).toContain('as journey_checkout');
  expect(code).not.toContain('aragora-slo/kit"');
});

test('a script without a default export is named before any load', async () => {
  writeFileSync(join(dir, 'nameless.ts'), 'export function checkout() {}\n');
  const script = { path: join(dir, 'nameless.ts'), function: 'default' };
  await expect(entryScript([{ name: 'checkout', script }])).rejects.toThrow(
    /No matching export in ".*nameless.ts" for import "default"/,
  );
});
