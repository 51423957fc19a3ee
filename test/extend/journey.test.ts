/** A journey that is registered by one line is run by k6, recorded and judged like a built-in one. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { profileOf } from '../../lib/config/profile.ts';
import { objectivesOf } from '../../lib/config/slo.ts';
import type { RunFacts } from '../../lib/core/run.ts';
import { ensureEngine } from '../../lib/engine/ensure.ts';
import { addJourney } from '../../lib/journeys/index.ts';
import { makePlan } from '../../lib/run/plan.ts';
import { shortRun } from '../../lib/run/short-run.ts';
import { judgeRun } from '../../lib/run/stages.ts';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { documentedObjectives } from '../../thresholds/slos.ts';
import { toy } from './journey/toy.ts';

const remove = addJourney(toy);

const PROFILE = {
  name: 'toys',
  journeys: { toy: { ratePerSec: 20, durationSec: 5 }, health: { ratePerSec: 5, durationSec: 5 } },
};
const SLO = {
  apiVersion: 'openslo/v1',
  kind: 'SLO',
  metadata: { name: 'fast-toys' },
  spec: {
    service: 'aragora',
    indicator: {
      spec: { thresholdMetric: { metricSource: { type: 'aragora-slo', spec: { endpoint: 'toy-debate' } } } },
    },
    objectives: [{ op: 'lte', value: 5000, target: 0.9 }],
  },
};

let folder: string;
let dir: string;
let target: Target;
let facts: RunFacts;

beforeAll(async () => {
  // A path that a shell would have to quote.
  folder = mkdtempSync(join(tmpdir(), "aragora slo's toys "));
  dir = join(folder, 'run');
  target = await startTarget();
  const engine = await ensureEngine({ onProgress: (line) => process.stderr.write(`${line}\n`) });
  const plan = makePlan({
    runId: 'toys',
    profile: profileOf('toys.yaml', PROFILE),
    contract: 'documented',
    objectives: [
      ...documentedObjectives().filter(({ id }) => id === 'availability.api'),
      ...objectivesOf('toys.yaml', SLO),
    ],
    seed: 1,
    target: { httpUrl: target.httpUrl, wsUrl: target.wsUrl, embedded: false },
    command: '',
  });
  const ui = { note: () => {}, warn: () => {}, update: () => {} };
  facts = await shortRun({ dir, plan, engine, token: undefined, warmUpSec: 0 }, ui, new AbortController().signal);
}, 900_000);

afterAll(async () => {
  remove();
  await target?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('k6 runs its script beside the built-in ones, and every arrival is recorded', () => {
  const sent = facts.load.journeys.map(({ journey, delivered }) => [journey, delivered > 0]);
  expect(facts.load.reason, readFileSync(join(dir, 'engine.log'), 'utf8')).toEqual({ kind: 'finished' });
  expect(sent).toEqual([
    ['health', true],
    ['toy', true],
  ]);
  const seconds = facts.recording.endpoints.get('toy-debate')?.seconds ?? [];
  expect(seconds.map(({ failed }) => failed)).toEqual(seconds.map(() => ({})));
  expect(seconds.reduce((sum, { count }) => sum + count, 0)).toBe(facts.load.journeys[1]?.delivered);
});

test('its endpoint is judged, alone and as part of the API', () => {
  const judged = facts.verdict.findings.map(({ id, status, samples }) => [id, status, samples]);
  const { delivered = 0 } = facts.load.journeys[1] ?? {};
  const all = delivered + (facts.load.journeys[0]?.delivered ?? 0);
  expect(judged).toContainEqual(['fast-toys.1', 'pass', delivered]);
  expect(judged).toContainEqual(['availability.api', 'inconclusive', all]);
});

test('the folder is judged the same where nobody knows the journey', () => {
  remove();
  expect(judgeRun(dir).verdict).toEqual(facts.verdict);
});
