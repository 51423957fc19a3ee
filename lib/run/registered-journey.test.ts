/** A journey that a program registers with one line is planned, ordered from the engine, recorded and judged like a built-in one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { factsOf } from '../../test/support/judged.ts';
import { PROFILES, type Profile } from '../../thresholds/profiles.ts';
import { documentedObjectives } from '../../thresholds/slos.ts';
import { profileOf } from '../config/profile.ts';
import { objectivesOf } from '../config/slo.ts';
import type { ArrivalsDescriptor } from '../core/journey.ts';
import type { LoadResult } from '../core/recording.ts';
import { promisesOf } from '../core/telemetry-plan.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { addJourney } from '../journeys/index.ts';
import { judge } from '../judge/judge.ts';
import { entryScript } from '../load/entry.ts';
import { encodeHistogram, Recorder } from '../record/index.ts';
import { SYSTEMS } from '../systems/index.ts';
import type { MetricPromises } from '../systems/metrics/signals.ts';
import type { TracePromises } from '../systems/traces/signals.ts';
import { enginePlanOf } from './engine-plan.ts';
import { loadFigures } from './load-figures.ts';
import { journeysOf } from './phase-plan.ts';
import { makePlan } from './plan.ts';
import { telemetryPlanOf } from './telemetry-plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'toys "of" 100 % #1? é '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const KIT = JSON.stringify(resolve(import.meta.dirname, '../../scenarios/kit.ts'));
writeFileSync(
  join(folder, 'toy box.ts'),
  `import { arrival } from ${KIT};\nexport function toys(): void {\n  arrival('every toy of a child');\n}\n`,
);
writeFileSync(join(folder, 'broken.ts'), 'export function toys() {\n  return (;\n}\n');

const TOY: ArrivalsDescriptor = {
  name: 'toy',
  title: 'asks for the toys of a child',
  kind: 'arrivals',
  script: { path: join(folder, 'toy box.ts'), function: 'toys' },
  endpoints: [
    {
      name: 'toy-list',
      samples: 'latency',
      http: { method: 'GET', path: '/api/children/{id}/toys' },
      fromDue: true,
      owed: { by: 'arrival' },
      lastSpans: ['http.request'],
    },
    { name: 'toy-order', samples: 'property', fromDue: false, owed: { by: 'nobody' } },
  ],
  needsDebate: false,
  preflightPaths: [],
  holdSec: 1,
  underWaySec: 2,
  isOneRequest: true,
};
const remove = addJourney(TOY);
afterAll(remove);

const TOYS = { ratePerSec: 10, durationSec: 60 };
const profile: Profile = profileOf('toys.yaml', { name: 'toys', journeys: { toy: TOYS } });
const slo = objectivesOf('toys.yaml', {
  apiVersion: 'openslo/v1',
  kind: 'SLO',
  metadata: { name: 'fast-toys' },
  spec: {
    service: 'aragora',
    indicator: { spec: { thresholdMetric: { metricSource: { type: 'aragora-slo', spec: { endpoint: 'toy-list' } } } } },
    objectives: [{ op: 'lte', value: 20, target: 0.95 }],
  },
});

const plan = makePlan({
  runId: 'toys',
  profile,
  contract: 'documented',
  objectives: [...documentedObjectives().filter(({ id }) => id === 'availability.api'), ...slo],
  seed: 1,
  target: { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', embedded: false },
  telemetry: telemetryPlanOf(profile, 'documented', undefined),
  command: '',
});
/** As it is read back from the run folder. */
const stored: typeof plan = JSON.parse(JSON.stringify(plan));

/** A recording with `perSec` toys of 5 ms in each second, and `dropped` arrivals. */
function recorder({ perSec = 10, dropped = 0 } = {}): Recorder {
  const recorder = new Recorder(enginePlanOf(stored));
  const valuesUs = Array.from({ length: perSec }, () => 5000);
  for (let second = 1000; second < 1060; second++) {
    const share = { count: perSec, sumUs: 5000 * perSec, over: [0], histogram: encodeHistogram(valuesUs) };
    const order = { count: perSec, sumUs: 0, histogram: encodeHistogram(valuesUs.map(() => 1)) };
    const endpoints = { 'toy-list': share, 'toy-order': order };
    recorder.add({ type: 'interval', second, endpoints, iterations: { toy_0: perSec }, dropped: { toy_0: dropped } });
  }
  return recorder;
}

function judged(given: Recorder) {
  const reason: LoadResult['reason'] = { kind: 'finished' };
  const { telemetry: _, ...alone } = stored;
  const [generator] = factsOf([], {}).load.generators;
  if (generator === undefined) throw new Error('a load has a generator');
  const figures = loadFigures({ plan: stored, reason, recorder: given, generators: [generator] });
  const facts = factsOf([], {}, { plan: alone, load: figures });
  return judge({ ...facts, recording: given.finish() }, SYSTEMS);
}

test('the plan holds all that later stages need of it', () => {
  expect(plannedJourneys(stored)).toEqual([{ ...TOY, steps: [TOYS], vus: 20, maxVus: 20 }]);
  const { telemetry } = stored;
  if (telemetry === undefined) throw new Error('the plan looks at telemetry');
  const { contract: spans } = promisesOf<TracePromises>(telemetry, 'traces');
  expect(spans.requestSpans['toy-list']).toEqual({
    method: 'GET',
    path: '/api/children/[^/]+/toys',
  });
  const { contract: metrics } = promisesOf<MetricPromises>(telemetry, 'metrics');
  expect(metrics.routes['toy-list']).toEqual(TOY.endpoints[0]?.http);
});

test('the engine gets its scenario and its script', () => {
  const { endpoints, scenarios } = enginePlanOf(stored);
  expect(endpoints).toEqual(['toy-list', 'toy-order', 'start-lateness']);
  expect(scenarios['toy_0']).toMatchObject({
    journey: 'toy',
    kind: 'arrivals',
    fromDue: ['toy-list', 'start-lateness'],
    owed: ['toy-list'],
    untracedEvery: 2,
  });
});

test("the engine's script holds its function, with all that it imports but k6", async () => {
  const code = await entryScript(plannedJourneys(stored));
  expect(code).toContain('toys as journey_toy');
  expect(code).toContain('every toy of a child');
  expect([...code.matchAll(/ from "([^"]+)"/g)].map(([, from]) => from)).toEqual(
    expect.arrayContaining(['k6/http', 'k6/execution']),
  );
  expect(code).not.toMatch(/ from "[./]/);
});

test.each([
  ['is not there', 'nothing.ts', /^the script of a journey can't be read: Could not resolve ".*nothing.ts"$/],
  ['does not parse', 'broken.ts', /^the script of a journey can't be read: \/.*broken.ts:2: Unexpected /],
])('a script that %s is named before any load', async (_, file, words) => {
  const script = { path: join(folder, file), function: 'toys' };
  await expect(entryScript([{ name: 'toy', script }])).rejects.toThrow(words);
});

test('its endpoint is judged, by an objective of its own and as part of the API', () => {
  const { outcome, findings } = judged(recorder());
  expect(findings.map(({ id, status, samples }) => [id, status, samples])).toEqual([
    ['availability.api', 'inconclusive', 600],
    ['fast-toys.1', 'pass', 600],
    ['load.completed', 'pass', 0],
    ['load.generator', 'pass', 0],
    ['load.delivered', 'pass', 600],
  ]);
  expect(outcome).toBe('inconclusive');
});

test('its arrivals that were dropped, or never answered, count as failed', () => {
  const bad = (given: Recorder) => judged(given).findings.find(({ id }) => id === 'fast-toys.1')?.bad;
  expect(bad(recorder({ perSec: 8, dropped: 2 }))).toBe(120);
  expect(bad(recorder({ perSec: 8 }))).toBe(120);
});

test('it is judged the same where nobody knows it', () => {
  const known = judged(recorder());
  remove();
  expect(judged(recorder())).toEqual(known);
});

test('a profile of a journey that nobody registered is refused', () => {
  const nap = { ...PROFILES.smoke, name: 'nap', journeys: { nap: { steps: [TOYS] } } };
  const planning = () => journeysOf(nap);
  expect(planning).toThrow('profile nap: there is no journey "nap"');
});
