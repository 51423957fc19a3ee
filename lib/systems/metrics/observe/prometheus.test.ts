import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type FakePrometheus, startFakePrometheus } from '../../../../test/support/fake-prometheus.ts';
import { startTarget, type Target } from '../../../target/target.ts';
import { DOCUMENTED_METRICS } from '../promises.ts';
import { startPrometheus } from './prometheus.ts';

const stopping: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

async function both(
  more: Partial<Parameters<typeof startFakePrometheus>[0]> = {},
): Promise<{ target: Target; prometheus: FakePrometheus }> {
  const target = await startTarget({ patch: { waits: { health: 'constant(3ms)' } } });
  const prometheus = await startFakePrometheus({ metricsUrl: `${target.httpUrl}/metrics`, everyMs: 50, ...more });
  stopping.push(
    () => prometheus.stop(),
    () => target.stop(),
  );
  return { target, prometheus };
}

test('the samples of every scrape from before the load to after it are had, with types, targets and what queries return', async () => {
  const { target, prometheus } = await both({ returns: (query) => (query.includes('5..') ? 0 : 2) });
  await fetch(`${target.httpUrl}/api/health`);
  const observing = await startPrometheus({
    url: prometheus.url,
    targetUrl: target.httpUrl,
    queries: DOCUMENTED_METRICS.queries,
  });
  for (let at = 0; at < 7; at++) await fetch(`${target.httpUrl}/api/health`);
  const observation = await observing.stop();
  if (observation.status !== 'collected') throw new Error(observation.reason);
  expect(prometheus.unexpected).toEqual([]);
  const counter = observation.families.find(({ name }) => name === 'aragora_requests_total');
  expect(counter).toMatchObject({ type: 'counter', help: 'Total HTTP requests', seriesCount: 1 });
  expect(counter?.series[0]?.labels).toMatchObject({ endpoint: '/api/health', job: 'aragora' });
  expect(counter?.series[0]?.values.at(0)).toBe(1);
  expect(counter?.series[0]?.values.at(-1)).toBe(8);
  const duration = observation.families.find(({ name }) => name === 'aragora_request_duration_seconds');
  expect(new Set(duration?.series.map(({ name }) => name))).toEqual(
    new Set(['bucket', 'sum', 'count'].map((suffix) => `aragora_request_duration_seconds_${suffix}`)),
  );
  expect(observation.families.find(({ name }) => name === 'aragora_agent_calls_total')).toMatchObject({
    type: 'counter',
    seriesCount: 0,
  });
  expect(observation.targets).toEqual([{ job: 'aragora', instance: 'server:8080', health: 'up', lastError: '' }]);
  expect(observation.queries.map(({ id, answer }) => [id, answer]).slice(0, 5)).toEqual([
    ['request-rate', { series: 2 }],
    ['latency-p95', { series: 2 }],
    ['error-rate', { series: 0 }],
    ['active-debates', { series: 2 }],
    ['provider-latency', null],
  ]);
});

test.each(['alone', 'beside'] as const)('a native histogram that is kept %s is set aside by name', async (kept) => {
  const name = 'aragora_request_duration_seconds';
  const { target, prometheus } = await both({ native: { name, kept } });
  await fetch(`${target.httpUrl}/api/health`);
  const observing = await startPrometheus({ url: prometheus.url, targetUrl: target.httpUrl });
  const observation = await observing.stop();
  if (observation.status !== 'collected') throw new Error(observation.reason);
  expect(observation.nativeHistograms).toEqual(kept === 'alone' ? [name] : undefined);
  const duration = observation.families.find((family) => family.name === name);
  expect(duration?.type).toBe('histogram');
  expect(new Set(duration?.series.map((series) => series.name.replace(name, '')))).toEqual(
    new Set(kept === 'alone' ? [] : ['_bucket', '_count', '_sum']),
  );
});

test('credentials are sent', async () => {
  const { target, prometheus } = await both({ authorization: 'Bearer let-me-in' });
  const options = {
    url: prometheus.url,
    targetUrl: target.httpUrl,
    auth: { kind: 'bearer', token: 'let-me-in' },
  } as const;
  expect(await (await startPrometheus(options)).stop()).toMatchObject({ status: 'collected' });
});

test('one that has just started is waited for until it knows its targets', async () => {
  const { target, prometheus } = await both({ emptyFor: 2 });
  const observing = await startPrometheus({ url: prometheus.url, targetUrl: target.httpUrl });
  expect(await observing.stop()).toMatchObject({ status: 'collected', settled: true });
});

describe('work that goes on after the load', () => {
  const observed = async (settleMs: number) => {
    // Debates that the load left running.
    let running = 0;
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(`aragora_active_debates ${running}\n`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const targetUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const prometheus = await startFakePrometheus({ metricsUrl: `${targetUrl}/metrics`, everyMs: 50 });
    stopping.push(
      () => prometheus.stop(),
      () => server.closeAllConnections(),
      () => server.close(),
    );
    const idleGauges = ['aragora_active_debates'];
    const observing = await startPrometheus({ url: prometheus.url, targetUrl, idleGauges, settleMs });
    running = 3;
    const end = () => {
      running = 0;
    };
    return { end, observation: observing.stop() };
  };

  test('is waited for', async () => {
    const { end, observation } = await observed(60_000);
    setTimeout(end, 1500);
    expect(await observation).toMatchObject({ status: 'collected', settled: true });
  });

  test('is reported where it does not end', async () => {
    const { observation } = await observed(0);
    expect(await observation).toMatchObject({ status: 'collected', settled: false });
  });
});

describe('metrics are unavailable, with the reason,', () => {
  test('when its clock is ahead', async () => {
    const { target, prometheus } = await both({ aheadMs: 60_000 });
    const observation = await (await startPrometheus({ url: prometheus.url, targetUrl: target.httpUrl })).stop();
    expect(observation).toMatchObject({
      status: 'unavailable',
      reason: expect.stringMatching(/scraped \d+\.\d s from now/),
    });
  });

  test('when it has no target at all', async () => {
    const { target, prometheus } = await both({ emptyFor: 1e9 });
    const options = { url: prometheus.url, targetUrl: target.httpUrl, waitMs: 300 };
    expect(await (await startPrometheus(options)).stop()).toMatchObject({
      status: 'unavailable',
      hint: 'name the job that scrapes the server; targets: none',
    });
  });

  test('without credentials that are wanted', async () => {
    const { target, prometheus } = await both({ authorization: 'Bearer let-me-in' });
    const observation = await (await startPrometheus({ url: prometheus.url, targetUrl: target.httpUrl })).stop();
    expect(observation).toMatchObject({
      status: 'unavailable',
      source: 'prometheus',
      reason: expect.stringContaining('401'),
    });
  });

  test('when it scrapes other servers', async () => {
    const { prometheus } = await both();
    const observation = await (
      await startPrometheus({ url: prometheus.url, targetUrl: 'http://elsewhere:8080' })
    ).stop();
    expect(observation).toMatchObject({
      reason: expect.stringContaining('has no target with the address elsewhere:8080'),
      hint: 'name the job that scrapes the server; targets: aragora server:8080',
    });
  });

  test('when it cannot reach the server', async () => {
    const { target, prometheus } = await both();
    const observing = await startPrometheus({ url: prometheus.url, targetUrl: target.httpUrl });
    await target.stop();
    expect(await observing.stop()).toMatchObject({
      status: 'unavailable',
      reason: expect.stringContaining('Prometheus cannot scrape'),
    });
  });

  test('when it answers with a part of what it has', async () => {
    const { target, prometheus } = await both({ warnings: ['remote read: store-2 is gone'] });
    const observation = await (await startPrometheus({ url: prometheus.url, targetUrl: target.httpUrl })).stop();
    expect(observation).toMatchObject({
      status: 'unavailable',
      reason: expect.stringContaining('it has only a part, "remote read: store-2 is gone"'),
    });
  });

  test('when it does not scrape in time', async () => {
    const { target, prometheus } = await both({ everyMs: 60_000 });
    const observation = await (
      await startPrometheus({ url: prometheus.url, targetUrl: target.httpUrl, waitMs: 300 })
    ).stop();
    expect(observation).toMatchObject({ status: 'unavailable', reason: expect.stringContaining('did not scrape') });
  });

  test.each([
    ['HTML', '<!doctype html>', 'answers HTML'],
    [
      'other JSON',
      '{"status":"success","data":{"targets":[]}}',
      'does not answer as Prometheus does: expected a list, got nothing',
    ],
    ['an error', '{"status":"error","error":"boom"}', 'does not answer as Prometheus does'],
  ])('when it answers %s', async (_, body, reason) => {
    const server = createServer((_, response) => void response.writeHead(200).end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stopping.push(
      () => server.close(),
      () => server.closeAllConnections(),
    );
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const observation = await (await startPrometheus({ url, targetUrl: url })).stop();
    expect(observation).toMatchObject({ status: 'unavailable', reason: expect.stringContaining(reason) });
  });
});
