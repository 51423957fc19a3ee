import { describe, expect, it, test } from 'vitest';
import { type FakeJaeger, newId, send, spanWith, startFakeJaeger } from '../../../../test/support/jaeger.ts';
import { asked, collected, fakeJaeger, traced, traces } from '../../../../test/support/traced.ts';
import type { Span } from '../observation.ts';
import { collectTraces } from './collect.ts';
import { differenceOf } from './compare.ts';
import { openJaeger } from './jaeger.ts';

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

  it('says which traces it has not, or otherwise', async () => {
    const jaeger = await fakeJaeger();
    const { receiver, target, startedAtMs } = await traced();
    const requests = [await send(target.httpUrl, 'health', true), await send(target.httpUrl, 'health', true)];
    const options = { ...asked(startedAtMs, requests), receiver };
    const received = collected(await collectTraces(options));
    jaeger.put(received.spans.slice(1).map((span) => ({ ...span, attributes: { method: 'PUT' } })));
    const access = openJaeger({ url: jaeger.url });
    const { comparison } = collected(await collectTraces({ ...options, backends: [access], deadlineMs: 5000 }));
    expect(comparison?.missing).toEqual([received.spans[0]?.traceId]);
    expect(comparison?.differing[0]?.difference).toMatch(/the attribute method was "GET", there it is "PUT"/);
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

  it('does not say which traces began where its search leaves some out', async () => {
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
    expect(observed).toMatchObject({ status: 'unavailable', reason: expect.stringContaining('for only 8 traces') });
  });

  it('is unavailable when nothing listens there', async () => {
    const jaeger = await startFakeJaeger();
    await jaeger.stop();
    const observed = await collectTraces({ ...asked(Date.now(), []), backends: [openJaeger({ url: jaeger.url })] });
    expect(observed).toMatchObject({ status: 'unavailable', reason: expect.stringContaining('refused') });
  });
});
