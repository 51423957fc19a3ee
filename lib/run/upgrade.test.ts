/** Files of older run folders, field by field. */
import { describe, expect, test } from 'vitest';
import { WHOLE } from '../core/segment.ts';
import { health } from '../journeys/health.ts';
import { upgraded } from './upgrade.ts';

const JOURNEYS = [{ name: 'health', steps: [{ ratePerSec: 5, durationSec: 10 }], vus: 1, maxVus: 1 }];
const PLAN_V1 = {
  schemaVersion: 1,
  runId: 'r',
  profile: 'smoke',
  contract: 'documented',
  seed: 7,
  target: { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', embedded: true },
  journeys: JOURNEYS,
  objectives: [{ id: 'latency.health.p95' }],
  telemetry: {
    metrics: { queries: [] },
    spans: { signals: [] },
    logs: { fields: [] },
    contract: { metrics: { locations: {} }, spans: null },
    checklist: [],
    exclusive: true,
    gates: 'all',
    unsourced: ['logs'],
  },
  accepted: [],
  early: { looks: [], finalConfidence: 0.95 },
  command: 'npx aragora-slo run',
};
const LOAD_V1 = {
  schemaVersion: 1,
  reason: { kind: 'finished' },
  startedAtMs: 1,
  endedAtMs: 2,
  journeys: [{ journey: 'health', offered: 50, delivered: 49, dropped: 1 }],
  startLatenessUs: { p50: 1, p99: 2, max: 3 },
  generatorCpuShare: 0.25,
  generatorPeakRssBytes: 1000,
  engine: { path: '/k6', version: 'v2.2.0', source: 'hdr' },
};

function value(...[file, written]: Parameters<typeof upgraded>): unknown {
  const read = upgraded(file, written);
  return read.kind === 'ready' ? read.value : read;
}

describe('a plan of version 1', () => {
  test('becomes one phase of all its journeys, each with its descriptor, in which all its objectives hold, and looks at three systems', () => {
    const { journeys, ...rest } = PLAN_V1;
    const described = journeys.map((journey) => ({ ...health, ...journey }));
    const phases = [{ name: 'load', journeys: described, faults: [], expects: 'all' }];
    const systems = {
      metrics: { promises: { signals: { queries: [] }, contract: { locations: {} } }, sources: null },
      traces: { promises: { contract: { signals: [] }, mapping: null }, sources: null },
      logs: { promises: { signals: { fields: [] } }, sources: [] },
    };
    const telemetry = { systems, checklist: [], exclusive: true, gates: 'all' };
    expect(value('plan', PLAN_V1)).toEqual({ ...rest, schemaVersion: 2, phases, telemetry });
  });

  test('is not made up where it has no journeys', () => {
    const { journeys: _, ...rest } = PLAN_V1;
    expect(upgraded('plan', rest)).toEqual({ kind: 'damaged', how: 'it has no journeys' });
  });

  test.each([[null], [[7]]])('is refused where its journeys are %j', (journeys) => {
    expect(upgraded('plan', { ...PLAN_V1, journeys })).toEqual({
      kind: 'damaged',
      how: 'its journeys are not a list with names',
    });
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'its telemetry is not an object'],
    ['a list', [], 'its telemetry is not an object'],
    ...['metrics', 'spans', 'logs', 'contract'].map((key): [string, unknown, string] => [
      `without ${key}`,
      { [key]: undefined },
      `its telemetry has no ${key}`,
    ]),
    ['with spans that are text', { spans: 'cut' }, 'its telemetry has no spans'],
    ['without a contract of metrics', { contract: { spans: null } }, 'its telemetry has no contract of metrics'],
    ['without a contract of spans', { contract: { metrics: {} } }, 'its telemetry has no contract of spans'],
    [
      'without its unsourced systems',
      { unsourced: undefined },
      'its telemetry has no list of systems without a source (unsourced)',
    ],
    ['without a checklist', { checklist: {} }, 'its telemetry has no checklist'],
    ['without gates', { gates: [1] }, 'its telemetry does not say which findings gate'],
  ])('is refused where its telemetry is %s', (_, change, how) => {
    const isPart = typeof change === 'object' && change !== null && !Array.isArray(change);
    const telemetry = isPart ? { ...PLAN_V1.telemetry, ...change } : change;
    expect(upgraded('plan', { ...PLAN_V1, telemetry })).toEqual({ kind: 'damaged', how });
  });
});

describe('a load of version 1', () => {
  test('is of one generator on this machine, and its journeys are of the only phase; the rest stays', () => {
    const { startLatenessUs, generatorCpuShare, generatorPeakRssBytes, engine, ...rest } = LOAD_V1;
    const shares = { cpuShare: generatorCpuShare, peakRssBytes: generatorPeakRssBytes, startLatenessUs };
    expect(value('load', LOAD_V1)).toEqual({
      ...rest,
      schemaVersion: 2,
      journeys: [{ phase: 'load', journey: 'health', offered: 50, delivered: 49, dropped: 1 }],
      generators: [{ id: '1', segment: WHOLE, engine, clockOffsetMs: null, ...shares }],
    });
  });

  test('says of its generator that nothing is known where nothing was', () => {
    const unknown = { startLatenessUs: null, generatorCpuShare: null, generatorPeakRssBytes: null };
    expect(value('load', { ...LOAD_V1, ...unknown })).toMatchObject({
      generators: [{ cpuShare: null, peakRssBytes: null, startLatenessUs: null }],
    });
  });

  test.each(['journeys', 'engine'])('is not made up where it has no %s', (key) => {
    expect(upgraded('load', { ...LOAD_V1, [key]: undefined })).toEqual({ kind: 'damaged', how: `it has no ${key}` });
  });
});

test('findings of version 1 are read as they are', () => {
  expect(value('findings', { schemaVersion: 1, outcome: 'conforms' })).toEqual({
    schemaVersion: 2,
    outcome: 'conforms',
  });
});

test('a file of this version is left alone', () => {
  const plan = { schemaVersion: 2, phases: [] };
  expect(value('plan', plan)).toBe(plan);
});

test.each([0, 3, 1.5, '1', null, undefined])('version %s is not known', (schemaVersion) => {
  expect(upgraded('plan', { ...PLAN_V1, schemaVersion })).toEqual({ kind: 'unknown-version' });
});
