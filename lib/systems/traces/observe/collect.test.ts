import { describe, expect, it, onTestFinished, test } from 'vitest';
import { newId, send, spanWith } from '../../../../test/support/jaeger.ts';
import { arrived, asked, collected, traced, traces } from '../../../../test/support/traced.ts';
import type { Span } from '../observation.ts';
import { collectTraces } from './collect.ts';
import type { RefusedRequest } from './collecting.ts';
import { startReceiver } from './receiver.ts';
import type { SpanStore } from './span-store.ts';

describe('from the receiver', () => {
  it('brings the whole traces of sampled requests, and counts of the others', async () => {
    const { receiver, target, startedAtMs } = await traced({ tracing: { ratio: 1 } });
    const requests = [
      await send(target.httpUrl, 'debates-create', true),
      await send(target.httpUrl, 'health', true),
      await send(target.httpUrl, 'health', false),
      await send(target.httpUrl, 'health', null),
    ];
    await traces(receiver, 3);
    const observed = collected(await collectTraces({ ...asked(startedAtMs, requests), receiver }));
    expect(observed).toMatchObject({
      source: 'direct',
      url: receiver.httpUrl,
      traceCount: 3,
      roots: [{ name: 'http.request', kind: 'server', count: 1 }],
      unsettled: [],
      sampled: [
        { endpoint: 'debates-create', sent: 1, found: 1, examples: [] },
        { endpoint: 'health', sent: 1, found: 1, examples: [] },
      ],
      unsampled: { sent: 1, found: 0, examples: [] },
      unflaggedRequests: 1,
      exports: { malformed: 0, rejectedSpans: 0 },
      serviceMap: null,
      comparison: null,
      complete: true,
    });
    const debate = observed.spans.filter(({ traceId }) => traceId === requests[0]?.traceId);
    expect(debate.map(({ name }) => name).sort()).toEqual([
      ...Array.from({ length: 4 }, () => 'agent.call'),
      ...['db.query', 'db.query', 'debate.round', 'debate.round', 'debate.run', 'http.request'],
      ...Array.from({ length: 3 }, () => 'memory.access'),
    ]);
    expect(observed.requests.map(({ foundTraceId }) => foundTraceId)).toEqual(
      requests.slice(0, 2).map(({ traceId }) => traceId),
    );
  });

  it('has every trace that began before the last request once that one is here, which is kept apart', async () => {
    const { receiver, target, startedAtMs } = await traced({ tracing: { ratio: 1 } });
    const sent = 700;
    await Promise.all(Array.from({ length: sent }, () => send(target.httpUrl, 'health', null)));
    const { traceId: sentinel } = await send(target.httpUrl, 'debates-list', true);
    const observed = collected(await collectTraces({ ...asked(startedAtMs, []), receiver, sentinel }));
    expect(observed.complete).toBe(true);
    expect(observed.roots).toEqual([{ name: 'http.request', kind: 'server', count: sent }]);
    expect(observed.spans.filter(({ traceId }) => traceId === sentinel)).toEqual([]);
  });

  it('waits for a last request that does not come until the deadline', async () => {
    const { receiver, target, startedAtMs } = await traced();
    const request = await send(target.httpUrl, 'health', true);
    await arrived(receiver, request);
    const options = { ...asked(startedAtMs, [request]), receiver, sentinel: newId(16), deadlineMs: 500 };
    const observed = collected(await collectTraces(options));
    expect(observed).toMatchObject({ complete: false, sampled: [{ endpoint: 'health', sent: 1, found: 1 }] });
  });

  it('keeps the spans of a refused request apart, and says when they did not come', async () => {
    const { receiver, target, startedAtMs } = await traced();
    const { traceId } = await send(target.httpUrl, 'health', true);
    const { traceId: besideId } = await send(target.httpUrl, 'health', true);
    const { traceId: sentinel } = await send(target.httpUrl, 'health', true);
    const ask = async (refused: RefusedRequest) =>
      collected(await collectTraces({ ...asked(startedAtMs, []), receiver, sentinel, refused, deadlineMs: 2000 }));
    const came = { found: true, besideFound: true, spans: [{ traceId }] };
    expect(await ask({ traceId, besideId })).toMatchObject({ complete: true, spans: [], refused: came });
    const lost = { found: false, besideFound: true, spans: [] };
    expect(await ask({ traceId: newId(16), besideId })).toMatchObject({ complete: true, refused: lost });
    const neither = { found: false, besideFound: false };
    expect(await ask({ traceId: newId(16), besideId: newId(16) })).toMatchObject({ complete: true, refused: neither });
  });

  it('reports requests whose traces did not come by the deadline', async () => {
    const { receiver, target, startedAtMs } = await traced();
    const request = await send(target.httpUrl, 'health', true);
    const absent = { ...request, traceId: newId(16) };
    await arrived(receiver, request);
    const options = { ...asked(startedAtMs, [request, absent]), receiver, deadlineMs: 500 };
    const observed = collected(await collectTraces(options));
    expect(observed.complete).toBe(false);
    expect(observed.sampled).toEqual([{ endpoint: 'health', sent: 2, found: 1, examples: [absent.traceId] }]);
  });

  it('waits neither for requests that were never answered nor for endpoints that are not traced', async () => {
    const { receiver, target, startedAtMs } = await traced();
    const request = await send(target.httpUrl, 'health', true);
    const refused = { ...request, traceId: newId(16), outcome: 'refused' };
    const socket = { ...request, traceId: newId(16), endpoint: 'ws-connect' };
    const observed = collected(await collectTraces({ ...asked(startedAtMs, [request, refused, socket]), receiver }));
    expect([observed.complete, observed.requests.length]).toEqual([true, 1]);
  });

  it('stops waiting when its signal says so', async () => {
    const { receiver, target, startedAtMs } = await traced();
    const request = { ...(await send(target.httpUrl, 'health', true)), traceId: newId(16) };
    const options = { ...asked(startedAtMs, [request]), receiver, signal: AbortSignal.abort(), deadlineMs: 60_000 };
    expect(collected(await collectTraces(options)).complete).toBe(false);
  });

  it('marks what may still have been growing', async () => {
    const { receiver, target, startedAtMs } = await traced({
      patch: { waits: { 'agent-response': 'constant(5ms)', 'agent-call': 'constant(60s)' } },
    });
    const request = await send(target.httpUrl, 'debates-create', true);
    await arrived(receiver, request);
    const observed = collected(await collectTraces({ ...asked(startedAtMs, [request]), receiver, deadlineMs: 500 }));
    expect([observed.complete, observed.unsettled]).toEqual([false, [request.traceId]]);
  });

  it('finds traces sent unsampled that were recorded, listed or not', async () => {
    const sent = new Map<string, boolean>();
    const flagSent = (traceId: string) => sent.get(traceId) ?? null;
    const { receiver, startedAtMs } = await traced({}, { flagSent });
    const spans = [true, false].map((sampled) => {
      const span = spanWith({ parentSpanId: newId(8) });
      sent.set(span.traceId, sampled);
      return span;
    });
    receiver.spans.add(
      spans.map((span) => ({ span, otherTexts: [] })),
      Date.now(),
    );
    const options = { ...asked(startedAtMs, []), receiver, sent: { unsampled: 50, unflagged: 7 } };
    expect(collected(await collectTraces(options))).toMatchObject({
      unsampled: { sent: 50, found: 1, examples: [spans[1]?.traceId] },
      unflaggedRequests: 7,
    });
  });

  it('is unavailable when a target that nobody asked to export here does not', async () => {
    const { receiver, startedAtMs } = await traced();
    const options = { ...asked(startedAtMs, []), receiver, exportsHere: false };
    expect(await collectTraces(options)).toMatchObject({
      status: 'unavailable',
      reason: expect.stringContaining(receiver.httpUrl),
      hint: expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT'),
    });
    expect(await collectTraces(asked(startedAtMs, []))).toMatchObject({ status: 'unavailable', hint: /--jaeger/ });
  });
});

describe('where another service exports to the same receiver, it', () => {
  const shop = (fields: Partial<Span> = {}) => spanWith({ serviceName: 'shop', name: 'GET /cart', ...fields });
  const receive = (receiver: { spans: { add: SpanStore['add'] } }, spans: readonly Span[]) =>
    receiver.spans.add(
      spans.map((span) => ({ span, otherTexts: [] })),
      Date.now(),
    );

  it('is not counted among what the server sent', async () => {
    const { receiver, target, startedAtMs } = await traced({ tracing: { ratio: 1 } });
    receive(receiver, [shop({ startUnixNano: `${Date.now()}000000` })]);
    const requests = [await send(target.httpUrl, 'health', true), await send(target.httpUrl, 'health', null)];
    const { traceId: sentinel } = await send(target.httpUrl, 'debates-list', true);
    const observed = collected(await collectTraces({ ...asked(startedAtMs, requests), receiver, sentinel }));
    expect(observed.roots).toEqual([{ name: 'http.request', kind: 'server', count: 1 }]);
    expect(Object.keys(observed.spanNames)).not.toContain('GET /cart');
    expect(observed.spans.map(({ serviceName }) => serviceName)).not.toContain('shop');
  });

  test.each([
    ['is no evidence of the server', shop(), 'unavailable'],
    ['may be the server where it has no name of its own', shop({ serviceName: 'unknown_service:node' }), 'collected'],
    ['may be the server where it has no name', shop({ serviceName: null }), 'collected'],
  ])('%s', async (_, span, status) => {
    const receiver = await startReceiver();
    onTestFinished(() => receiver.stop());
    receive(receiver, [span]);
    const options = { ...asked(Date.now(), []), receiver, exportsHere: false };
    const observation = await collectTraces(options);
    expect(observation.status).toBe(status);
    if (observation.status === 'unavailable')
      expect(observation.reason).toContain('no span except of shop was received');
  });
});
