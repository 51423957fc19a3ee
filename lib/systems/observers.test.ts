/** The observers of metrics, traces and logs around one small load, with backends that only this test knows. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, spanWith } from '../../test/support/jaeger.ts';
import { factsOf, recordingOf } from '../../test/support/judged.ts';
import { PROFILES } from '../../thresholds/profiles.ts';
import type { Observation } from '../core/observation.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import { Collector } from '../observe/collector.ts';
import type { Measured } from '../observe/observer.ts';
import { telemetryPlanOf } from '../run/telemetry-plan.ts';
import { startTarget, type Target } from '../target/target.ts';
import { lookedAt } from './index.ts';
import { addLogBackend } from './logs/observe/backends.ts';
import type { TracedRequest } from './traces/observation.ts';
import { addTraceBackend } from './traces/observe/backends.ts';

let target: Target;
const removals: (() => void)[] = [];
beforeAll(async () => {
  target = await startTarget();
  const removeTraceBackend = addTraceBackend({
    id: 'shoebox',
    title: 'Shoebox',
    options: ['shoebox'],
    usage: '--shoebox NAME',
    open: (name) => ({
      source: 'shoebox',
      url: `memory:${name}`,
      services: async () => ({ ok: true, value: ['aragora-api'] }),
      trace: async (traceId) => ({ ok: true, value: [spanWith({ traceId })] }),
      search: async () => ({ ok: true, value: [] }),
      edges: async () => ({ ok: true, value: [] }),
    }),
  });
  const removeLogBackend = addLogBackend({
    id: 'notebook',
    title: 'Notebook',
    options: ['notebook'],
    usage: '--notebook NAME',
    open: (name) => ({
      source: 'notebook',
      hasLabels: false,
      query: `notebook ${name}`,
      find: async () => true,
      read: async (_, add) => void add({ text: '{"level":"INFO","message":"from the notebook"}', level: null }),
    }),
  });
  removals.push(removeTraceBackend, removeLogBackend);
});
afterAll(async () => {
  for (const remove of removals) remove();
  await target.stop();
});

async function observed(
  options: Readonly<Record<string, unknown>>,
  requests: readonly TracedRequest[] = [],
): Promise<readonly Observation[]> {
  const signal = new AbortController().signal;
  const telemetry = telemetryPlanOf(PROFILES.check, 'documented', {});
  const plan = { seed: 1, scenarios: {}, telemetry, options, access: {}, token: undefined, embedded: false, signal };
  const collector = await Collector.open(plan, lookedAt(telemetry));
  await collector.begin(target.httpUrl);
  const startedAtMs = Date.now();
  await fetch(`${target.httpUrl}/api/health`);
  const observations = await collector.collect(measured(startedAtMs, requests));
  await collector.close();
  return observations;
}

function measured(startedAtMs: number, requests: readonly TracedRequest[]): Measured {
  const { load } = factsOf([], {}, { load: { startedAtMs, endedAtMs: Date.now() } });
  const traces = requests.map(({ traceId, latencyUs, second, outcome }) => ({ traceId, latencyUs, second, outcome }));
  const health = { ...recordingOf('health', [], [{ ms: [1] }]), traces };
  return { load, recording: { schemaVersion: SCHEMA_VERSION, endpoints: new Map([['health', health]]) }, started: {} };
}

const TRACE_ID = newId(16);
const REQUEST: TracedRequest = {
  traceId: TRACE_ID,
  endpoint: 'health',
  sampled: true,
  outcome: 'ok',
  latencyUs: 1000,
  second: 1,
};

test('each system gives its observations, however a run names none of their sources', async () => {
  expect(await observed({})).toMatchObject([
    { kind: 'metrics', status: 'collected', source: 'direct', url: `${target.httpUrl}/metrics` },
    {
      kind: 'traces',
      status: 'unavailable',
      hint: 'give --jaeger URL or --shoebox NAME, or --otlp-port NUMBER and let the target export there',
    },
    {
      kind: 'logs',
      status: 'unavailable',
      hint: 'give --log-file PATH, --loki URL, --elasticsearch URL, --cloudwatch GROUP or --notebook NAME',
    },
    { kind: 'secrets' },
  ]);
});

test('a log backend that was added is asked', async () => {
  const [, , logs] = await observed({ notebook: 'of mine' });
  expect(logs).toMatchObject({
    kind: 'logs',
    status: 'collected',
    source: 'notebook',
    from: 'notebook of mine',
    lines: 1,
    levels: { INFO: 1 },
  });
});

test('a trace backend that was added is the evidence', async () => {
  const [, traces] = await observed({ shoebox: 'mine' }, [REQUEST]);
  expect(traces).toMatchObject({
    kind: 'traces',
    status: 'collected',
    source: 'shoebox',
    url: 'memory:mine',
    requests: [{ traceId: TRACE_ID, foundTraceId: TRACE_ID }],
    sampled: [{ endpoint: 'health', sent: 1, found: 1 }],
    serviceMap: { services: ['aragora-api'], edges: [] },
    comparison: null,
  });
  expect(traces).not.toHaveProperty('further');
});
