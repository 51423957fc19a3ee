import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { type FakeJaeger, newId, send, spanWith, startFakeJaeger } from '../../../../test/support/jaeger.ts';
import { startTarget, type TargetOptions } from '../../../target/target.ts';
import type { Span, TracedRequest, TracesObservation } from '../observation.ts';
import { awaitedSpans } from '../promises.ts';
import { collectTraces } from './collect.ts';
import type { CollectOptions } from './collecting.ts';
import { differenceOf } from './compare.ts';
import { openJaeger } from './jaeger.ts';
import { type Receiver, type ReceiverOptions, startReceiver } from './receiver.ts';
import { sampleRequests, spread } from './select.ts';
import type { SpanStore } from './span-store.ts';

const QUICK = { waits: { 'agent-response': 'constant(5ms)', 'agent-call': 'constant(1ms)' } } as const;

async function fakeJaeger(): Promise<FakeJaeger> {
  const jaeger = await startFakeJaeger();
  onTestFinished(() => jaeger.stop());
  return jaeger;
}

/** The reference target exporting to a receiver. */
async function traced(options: TargetOptions = {}, receiverOptions: ReceiverOptions = {}) {
  const receiver = await startReceiver(receiverOptions);
  const tracing = { otlpUrl: receiver.httpUrl, ...options.tracing };
  const target = await startTarget({ patch: QUICK, ...options, tracing });
  onTestFinished(async () => {
    await target.stop();
    await receiver.stop();
  });
  return { receiver, target, startedAtMs: Date.now() };
}

/** Resolves once a span of the request was received: what then waits until its deadline waits for something else. */
async function arrived(receiver: Receiver, { traceId }: TracedRequest): Promise<void> {
  await vi.waitFor(() => expect(receiver.spans.has(traceId)).toBe(true), { timeout: 50_000 });
}

/** Resolves once this many traces were received, also those that nobody waits for. */
async function traces(receiver: Receiver, count: number): Promise<void> {
  await vi.waitFor(() => expect(receiver.spans.traceCount).toBe(count), { timeout: 50_000 });
}

const asked = (startedAtMs: number, requests: readonly TracedRequest[]): CollectOptions => ({
  requests,
  awaited: (endpoint) => awaitedSpans(endpoint, null),
  load: { startedAtMs, endedAtMs: Date.now() },
  serviceName: 'aragora-api',
  exportsHere: true,
  backends: [],
});

function collected(observation: TracesObservation) {
  if (observation.status === 'unavailable') throw new Error(observation.reason);
  return observation;
}

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

  it('tells of requests whose traces did not come by the deadline', async () => {
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

  it('stops waiting when told to', async () => {
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

  it('is unavailable when a target that nobody told to export here does not', async () => {
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
    if (observation.status === 'unavailable') expect(observation.reason).toContain('no span but of shop was received');
  });
});

describe('from Jaeger (a fake)', () => {
  /** What the reference target exports, put into the fake. */
  async function throughJaeger(url: (jaeger: FakeJaeger) => string = (jaeger) => jaeger.url) {
    const jaeger = await fakeJaeger();
    const { receiver, target, startedAtMs } = await traced({ tracing: { ratio: 1 } });
    const requests = [
      await send(target.httpUrl, 'debates-create', true),
      await send(target.httpUrl, 'health', true),
      await send(target.httpUrl, 'health', false),
      await send(target.httpUrl, 'health', null),
    ];
    await traces(receiver, 3);
    const options = asked(startedAtMs, requests);
    const received = collected(await collectTraces({ ...options, receiver }));
    jaeger.put([...receiver.spans.keptTraceIds()].flatMap((traceId) => receiver.spans.spansOf(traceId)));
    return { jaeger, receiver, requests, options, received, access: openJaeger({ url: url(jaeger) }) };
  }

  it('waits for the last request there, too, and keeps it apart', async () => {
    const { options, access, requests } = await throughJaeger((fake) => fake.url);
    const [sentinel, ...others] = requests;
    const asking = { ...options, requests: others, backends: [access] };
    const observed = collected(await collectTraces({ ...asking, sentinel: sentinel?.traceId }));
    expect(observed.complete).toBe(true);
    expect(observed.spans.filter(({ traceId }) => traceId === sentinel?.traceId)).toEqual([]);
    const incomplete = collected(await collectTraces({ ...asking, sentinel: newId(16), deadlineMs: 500 }));
    expect(incomplete.complete).toBe(false);
  });

  it('brings the same evidence as the receiver', async () => {
    const { options, received, access, jaeger } = await throughJaeger((fake) => `${fake.url}/`);
    const observed = collected(await collectTraces({ ...options, backends: [access] }));
    expect(observed).toMatchObject({
      source: 'jaeger',
      url: jaeger.url,
      sampled: received.sampled,
      unsampled: received.unsampled,
      unflaggedRequests: 1,
      roots: received.roots,
      spanNames: received.spanNames,
      requests: received.requests,
      exports: null,
      serviceMap: { services: ['aragora-api'], edges: [{ parent: 'web', child: 'aragora-api', calls: 3 }] },
      complete: true,
    });
    const own = received.spans.filter(({ traceId }) =>
      received.requests.some((request) => request.traceId === traceId),
    );
    for (const traceId of new Set(own.map((span) => span.traceId))) {
      const of = (spans: readonly Span[]) => spans.filter((span) => span.traceId === traceId);
      expect(differenceOf(of(own), of(observed.spans))).toBeNull();
    }
  });

  it('confirms that it has the same traces as were received', async () => {
    const { options, receiver, access } = await throughJaeger();
    const observed = collected(await collectTraces({ ...options, receiver, backends: [access] }));
    expect(observed.comparison).toEqual({ source: 'jaeger', compared: 2, missing: [], differing: [], problem: null });
    expect(observed.serviceMap?.services).toEqual(['aragora-api']);
  });

  it('is held against what was received, and another backend too', async () => {
    const { options, receiver, access, requests } = await throughJaeger();
    const forgetful = { ...access, source: 'forgetful', trace: async () => ({ ok: true, value: [] }) as const };
    const backends = [access, forgetful];
    const observed = collected(await collectTraces({ ...options, receiver, backends, deadlineMs: 500 }));
    const missing = requests.slice(0, 2).map(({ traceId }) => traceId);
    expect(observed.comparison).toMatchObject({ source: 'jaeger', compared: 2, missing: [] });
    expect(observed.further).toEqual([
      {
        serviceMap: observed.serviceMap,
        comparison: { source: 'forgetful', compared: 2, missing, differing: [], problem: null },
      },
    ]);
  });

  it('is the evidence that another backend is held against', async () => {
    const { options, access } = await throughJaeger();
    const copy = { ...access, source: 'copy' };
    const observed = collected(await collectTraces({ ...options, backends: [access, copy] }));
    expect(observed).toMatchObject({ source: 'jaeger', comparison: null });
    expect(observed.further).toEqual([
      {
        serviceMap: observed.serviceMap,
        comparison: { source: 'copy', compared: 2, missing: [], differing: [], problem: null },
      },
    ]);
  });

  it('takes what another service exports to it for no part of what was received', async () => {
    const { options, receiver, requests, access, jaeger } = await throughJaeger();
    const callers = requests.map(({ traceId }) => spanWith({ traceId, kind: 'client', serviceName: 'gateway' }));
    jaeger.put(callers);
    const { comparison } = collected(await collectTraces({ ...options, receiver, backends: [access] }));
    expect(comparison).toEqual({ source: 'jaeger', compared: 2, missing: [], differing: [], problem: null });
    const { roots } = collected(await collectTraces({ ...options, backends: [access] }));
    expect(roots).toEqual([{ name: 'http.request', kind: 'server', count: 1 }]);
  });

  it('is read with status, and with an attribute that is called error', async () => {
    const jaeger = await fakeJaeger();
    const traceId = newId(16);
    const spans = [
      spanWith({ traceId, status: 'error', attributes: { error: 'timeout' } }),
      spanWith({ traceId, status: 'error' }),
      spanWith({ traceId, status: 'ok' }),
      spanWith({ traceId, attributes: { error: true } }),
    ];
    jaeger.put(spans);
    expect(await openJaeger({ url: jaeger.url }).trace(traceId)).toEqual({ ok: true, value: spans });
  });

  it('tells which traces it has not, or otherwise', async () => {
    const jaeger = await fakeJaeger();
    const { receiver, target, startedAtMs } = await traced();
    const requests = [await send(target.httpUrl, 'health', true), await send(target.httpUrl, 'health', true)];
    const options = { ...asked(startedAtMs, requests), receiver };
    const received = collected(await collectTraces(options));
    jaeger.put(received.spans.slice(1).map((span) => ({ ...span, attributes: { method: 'PUT' } })));
    const access = openJaeger({ url: jaeger.url });
    const { comparison } = collected(await collectTraces({ ...options, backends: [access], deadlineMs: 5000 }));
    expect(comparison?.missing).toEqual([received.spans[0]?.traceId]);
    expect(comparison?.differing[0]?.difference).toMatch(/the attributes was .*GET.*, there it is .*PUT/);
  });

  it('sends its credentials', async () => {
    const jaeger = await fakeJaeger();
    await openJaeger({ url: jaeger.url, auth: { kind: 'bearer', token: 'secret' } }).services();
    expect(jaeger.authorizations).toEqual(['Bearer secret']);
  });

  test.each([
    ['answers HTML', 200, 'text/html', '<html>', /HTML/],
    ['wants a login', 401, 'text/plain', '', /401.*credentials/],
    ['is ill', 503, 'text/plain', 'no storage', /503/],
    ['is no Jaeger', 200, 'application/json', '{"status":"ok"}', /without "data"/],
  ])('is unavailable when it %s', async (_, status, contentType, body, reason) => {
    const jaeger = await fakeJaeger();
    jaeger.answerWith(status, contentType, body);
    const observed = await collectTraces({ ...asked(Date.now(), []), backends: [openJaeger({ url: jaeger.url })] });
    expect(observed).toMatchObject({ status: 'unavailable', source: 'jaeger', reason: expect.stringMatching(reason) });
  });

  test.each([
    ['times that are none', { startTime: 'yesterday' }, /startTime of a span is "yesterday"/],
    ['half microseconds', { startTime: 1.5 }, /startTime of a span is 1.5/],
    ['spans without ids', { spanID: undefined }, /spanID of a span is missing/],
  ])('is unavailable when it answers %s', async (_, fields, reason) => {
    const jaeger = await fakeJaeger();
    const span = { traceID: newId(16), spanID: newId(8), operationName: 'a', startTime: 1, duration: 1, ...fields };
    jaeger.answerWith(200, 'application/json', JSON.stringify({ data: [{ spans: [span], processes: {} }] }));
    const request = { traceId: newId(16), endpoint: 'health', sampled: true, outcome: 'ok', latencyUs: 1, second: 1 };
    const options = { ...asked(Date.now(), [request]), backends: [openJaeger({ url: jaeger.url })] };
    const observed = await collectTraces(options);
    expect(observed).toMatchObject({ status: 'unavailable', reason: expect.stringMatching(reason) });
  });

  it('has not found a trace by being given another', async () => {
    const jaeger = await fakeJaeger();
    const span = { traceID: newId(16), spanID: newId(8), operationName: 'a', startTime: 1, duration: 1 };
    jaeger.answerWith(200, 'application/json', JSON.stringify({ data: [{ spans: [span], processes: {} }] }));
    expect(await openJaeger({ url: jaeger.url }).trace(newId(16))).toEqual({ ok: true, value: [] });
  });

  it('does not tell which traces began where its search leaves some out', async () => {
    const { options, access } = await throughJaeger();
    const search = async () => ({ ok: true, value: [] }) as const;
    const observed = collected(await collectTraces({ ...options, backends: [{ ...access, search }] }));
    expect(observed.roots).toBeNull();
  });

  it('is unavailable when it is too slow to be asked for every trace', async () => {
    const { options, access } = await throughJaeger();
    const [request] = options.requests;
    if (request === undefined) throw new Error('no request');
    const requests = Array.from({ length: 20 }, () => ({ ...request, traceId: newId(16) }));
    const trace = () => new Promise<never[]>((resolve) => setTimeout(() => resolve([]), 60));
    const slow = { ...access, trace: async () => ({ ok: true, value: await trace() }) as const };
    const observed = await collectTraces({ ...options, requests, backends: [slow], deadlineMs: 50 });
    expect(observed).toMatchObject({ status: 'unavailable', reason: expect.stringContaining('no more than 8 traces') });
  });

  it('is unavailable when nothing listens there', async () => {
    const jaeger = await startFakeJaeger();
    await jaeger.stop();
    const observed = await collectTraces({ ...asked(Date.now(), []), backends: [openJaeger({ url: jaeger.url })] });
    expect(observed).toMatchObject({ status: 'unavailable', reason: expect.stringContaining('refused') });
  });
});

describe('the selection', () => {
  it('spreads evenly, ends included', () => {
    expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8], 3)).toEqual([0, 4, 8]);
    expect(spread([1, 2], 3)).toEqual([1, 2]);
  });

  it('takes all endpoints alike', () => {
    const request = (endpoint: string): TracedRequest => ({
      traceId: newId(16),
      endpoint,
      sampled: true,
      outcome: 'ok',
      latencyUs: 1,
      second: 1,
    });
    const requests = [...Array.from({ length: 100 }, () => request('health')), request('consensus')];
    expect(sampleRequests(requests, 10).map(({ endpoint }) => endpoint)).toEqual([
      ...Array.from({ length: 5 }, () => 'health'),
      'consensus',
    ]);
  });
});
