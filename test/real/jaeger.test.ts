import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../lib/stack/process.ts';
import type { Span, TracedRequest } from '../../lib/systems/traces/observation.ts';
import { collectTraces } from '../../lib/systems/traces/observe/collect.ts';
import { differenceOf } from '../../lib/systems/traces/observe/compare.ts';
import { openJaeger } from '../../lib/systems/traces/observe/jaeger.ts';
import { type Receiver, startReceiver } from '../../lib/systems/traces/observe/receiver.ts';
import { startTarget, type Target } from '../../lib/target/target.ts';
import type { SpanExporter } from '../../lib/target/tracing.ts';
import { type JaegerBackend, launchJaeger } from '../backends/launch.ts';
import { newId, send } from '../support/jaeger.ts';

const AWAITED: Readonly<Record<string, readonly string[]>> = {
  health: ['http.request'],
  'debates-list': ['http.request'],
  'debates-create': ['http.request', 'debate.run', 'agent.call'],
};

let receiver: Receiver;
/** Receives everything through Jaeger, which is an OpenTelemetry collector too, by gRPC. */
let behind: Receiver;
let jaeger: JaegerBackend;
let target: Target;
const requests: TracedRequest[] = [];
const load = { startedAtMs: 0, endedAtMs: 0 };

/** Sends everything to each of them. */
function toAll(urls: readonly string[]): SpanExporter {
  const exporters = urls.map((url) => new OTLPTraceExporter({ url }));
  return {
    export: (spans, done) => {
      const results = exporters.map(
        (exporter) => new Promise<{ code: number }>((resolve) => exporter.export(spans, resolve)),
      );
      void Promise.all(results).then((all) => done(all.find(({ code }) => code !== 0) ?? { code: 0 }));
    },
    shutdown: async () => {
      await Promise.all(exporters.map((exporter) => exporter.shutdown()));
    },
  };
}

beforeAll(async () => {
  [receiver, behind] = await Promise.all([startReceiver(), startReceiver()]);
  jaeger = await launchJaeger({ forwardTo: new URL(behind.grpcUrl).host });
  target = await startTarget({ tracing: { exporter: toAll([receiver.httpUrl, jaeger.otlpUrl]) } });
  load.startedAtMs = Date.now();
  for (let at = 0; at < 8; at++) {
    requests.push(await send(target.httpUrl, 'health', true));
    requests.push(await send(target.httpUrl, 'health', false));
  }
  for (let at = 0; at < 4; at++) requests.push(await send(target.httpUrl, 'debates-create', true));
  requests.push(await send(target.httpUrl, 'debates-list', true));
  await exportClientSpans(requests.filter(({ sampled }) => sampled));
  load.endedAtMs = Date.now();
});
afterAll(async () => {
  await target.stop();
  await Promise.all([receiver.stop(), behind.stop(), jaeger.stop()]);
});

/** What a service that calls Aragora would export about its calls. */
async function exportClientSpans(sent: readonly TracedRequest[]): Promise<void> {
  const nowNano = `${Date.now()}000000`;
  await exportTo(
    jaeger.otlpUrl,
    'load',
    sent.map(({ traceId, parentSpanId }) => ({
      traceId,
      spanId: parentSpanId,
      name: 'call',
      kind: 3,
      startTimeUnixNano: nowNano,
      endTimeUnixNano: nowNano,
    })),
  );
}

async function exportTo(url: string, service: string, spans: readonly object[]): Promise<void> {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'test' }, spans }] }] });
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(answer.status).toBe(200);
}

const asked = () => ({
  requests,
  load,
  awaited: (endpoint: string) => AWAITED[endpoint] ?? null,
  serviceName: 'aragora-api',
  exportsHere: true,
  backends: [],
  deadlineMs: 30_000,
});

test('what was received is what Jaeger has, and its map has the edge from the load to Aragora', async () => {
  const observation = await collectTraces({ ...asked(), receiver, backends: [openJaeger({ url: jaeger.url })] });
  if (observation.status !== 'collected') throw new Error(observation.reason);
  expect(observation.comparison).toEqual({ source: 'jaeger', compared: 13, missing: [], differing: [], problem: null });
  expect(observation.serviceMap?.services.toSorted()).toEqual(['aragora-api', 'load']);
  expect(observation.serviceMap?.edges).toContainEqual({ parent: 'load', child: 'aragora-api', calls: 13 });
  expect(observation.complete).toBe(true);
});

test('Jaeger alone is evidence of the same traces', async () => {
  const observation = await collectTraces({ ...asked(), backends: [openJaeger({ url: jaeger.url })] });
  if (observation.status !== 'collected') throw new Error(observation.reason);
  expect(observation).toMatchObject({
    source: 'jaeger',
    complete: true,
    unsampled: { sent: 8, found: 0 },
    sampled: [
      { endpoint: 'health', sent: 8, found: 8 },
      { endpoint: 'debates-create', sent: 4, found: 4 },
      { endpoint: 'debates-list', sent: 1, found: 1 },
    ],
  });
  for (const { traceId } of requests.filter(({ sampled }) => sampled)) {
    const there = observation.spans.filter((span) => span.traceId === traceId && span.serviceName === 'aragora-api');
    expect(differenceOf(receiver.spans.spansOf(traceId), there)).toBeNull();
  }
});

test('what a collector sends on by gRPC is what the target sent by HTTP', async () => {
  const sampled = requests.filter(({ sampled }) => sampled);
  const forwarded = (traceId: string) =>
    behind.spans.spansOf(traceId).filter(({ serviceName }) => serviceName === 'aragora-api');
  await until('forwarded', async () =>
    sampled.every(({ traceId }) => forwarded(traceId).length === receiver.spans.spansOf(traceId).length),
  );
  for (const { traceId } of sampled) expect(forwarded(traceId)).toEqual(receiver.spans.spansOf(traceId));
  expect(behind.exports).toMatchObject({ malformed: 0, rejectedSpans: 0, problems: [] });
});

test('spans with everything that OTLP knows are the same here and there', async () => {
  const traceId = newId(16);
  const rootId = newId(8);
  const value = {
    text: { stringValue: 'é "quoted"' },
    whole: { intValue: '42' },
    large: { intValue: '9007199254740991' },
    real: { doubleValue: 0.1 },
    yes: { boolValue: true },
    list: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } },
    error: { stringValue: 'an attribute of this name' },
    empty: { stringValue: '' },
  };
  const attributes = Object.entries(value).map(([key, one]) => ({ key, value: one }));
  const startNano = BigInt(Date.now()) * 1_000_000n + 123_456n;
  const spans = [1, 2, 3, 4, 5].map((kind) => ({
    traceId,
    spanId: kind === 1 ? rootId : newId(8),
    ...(kind === 1 ? {} : { parentSpanId: rootId }),
    name: `kind ${kind}`,
    kind,
    startTimeUnixNano: `${startNano}`,
    endTimeUnixNano: `${startNano + BigInt(kind) * 1_000_999n}`,
    attributes,
    status: kind === 1 ? {} : kind === 2 ? { code: 1 } : { code: 2, message: 'it broke' },
    events: [{ timeUnixNano: `${startNano}`, name: 'exception', attributes: [] }],
    links: [{ traceId: newId(16), spanId: newId(8) }],
    traceState: 'vendor=1',
  }));
  for (const url of [receiver.httpUrl, jaeger.otlpUrl]) await exportTo(url, 'everything', spans);
  const own = receiver.spans.spansOf(traceId);
  expect(own).toHaveLength(5);
  const api = openJaeger({ url: jaeger.url });
  let there: readonly Span[] = [];
  await until('in Jaeger', async () => {
    const answer = await api.trace(traceId);
    if (answer.ok) there = answer.value;
    return there.length === own.length;
  });
  expect(differenceOf(own, there)).toBeNull();
});

describe('Jaeger', () => {
  test('that does not know a trace, or a service, has no spans of it', async () => {
    const api = openJaeger({ url: jaeger.url });
    expect(await api.trace(newId(16))).toEqual({ ok: true, value: [] });
    const search = { service: 'nobody', startMs: load.startedAtMs, endMs: Date.now(), limit: 5 };
    expect(await api.search(search)).toEqual({ ok: true, value: [] });
  });

  test('that is stopped is no evidence, and nothing to compare with, with the reason', async () => {
    const stopped = await launchJaeger();
    await stopped.stop();
    const api = openJaeger({ url: stopped.url });
    const reason = (path: string) => `GET ${stopped.url}${path} does not answer: connection refused`;
    expect(await collectTraces({ ...asked(), backends: [api] })).toMatchObject({
      status: 'unavailable',
      source: 'jaeger',
      reason: reason('/api/services'),
    });
    const compared = await collectTraces({ ...asked(), receiver, backends: [api] });
    expect(compared).toMatchObject({
      status: 'collected',
      serviceMap: null,
      comparison: { compared: 0, problem: expect.stringMatching(/does not answer: connection refused$/) },
    });
  });
});
