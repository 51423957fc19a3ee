/** What the observer of the status page brings, and what it asks: nothing at all in a run that names no monitor. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { FakeBackend } from '../../../../test/support/fake-backend.ts';
import { fakeKuma, kumaTime } from '../../../../test/support/fake-uptime-kuma.ts';
import { factsOf } from '../../../../test/support/judged.ts';
import type { Observation } from '../../../core/observation.ts';
import type { ObserveContext } from '../../../observe/observer.ts';
import { statusPromises } from '../promises.ts';
import { observeStatus } from './observer.ts';

/** A server whose /api/health/services is not there. */
async function server(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const http = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(url.endsWith('/services') ? 404 : 200).end('{}');
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  onTestFinished(() => void http.close());
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, asked };
}

const HOUR_MS = 3_600_000;

async function observed(options: Readonly<Record<string, unknown>>, httpUrl: string): Promise<readonly Observation[]> {
  const systems = { status: { promises: statusPromises(), sources: [] } };
  const context = {
    ...{ options, access: {}, token: undefined, signal: new AbortController().signal },
    telemetry: { systems, checklist: [], exclusive: false, untracedEvery: 2, gates: 'all' },
  } as unknown as ObserveContext;
  const observer = observeStatus(context);
  await observer.before?.({ httpUrl, wsUrl: '', subprotocol: '', distinctClients: false, debateId: null });
  const endedAtMs = Date.now();
  const { load, recording } = factsOf([], {}, { load: { startedAtMs: endedAtMs - 60_000, endedAtMs } });
  const measured = { load, recording, started: {} };
  return [...(await observer.collect(measured)), ...((await observer.after?.(measured)) ?? [])];
}

test('without an option nothing is asked', async () => {
  const { url, asked } = await server();
  expect(await observed({}, url)).toEqual([]);
  expect(asked).toEqual([]);
});

test('Uptime Kuma gives the pings of its monitors, and each of their addresses is asked once', async () => {
  const { url, asked } = await server();
  const at = Date.now();
  const beats = [2, 1, 0].map((minutes) => ({ status: 1, time: kumaTime(at - minutes * 60_000), msg: '', ping: 9 }));
  const named = { sendUrl: true, beats };
  const kuma = await fakeKuma([
    { ...named, id: 1, name: 'API Health', url: `${url}/api/health` },
    { ...named, id: 2, name: 'Our own', url: `${url}/healthz` },
  ]);
  expect(await observed({ uptimeKuma: kuma.url }, url)).toMatchObject([
    {
      kind: 'status',
      source: 'uptime-kuma',
      monitors: [{ name: 'API Health' }, { name: 'Our own' }],
      addresses: [
        { path: '/api/health', status: 200 },
        { path: '/api/health/services', status: 404 },
        { path: '/healthz', status: 200 },
      ],
    },
    // The guide knows nothing of the other one.
    { kind: 'monitor.status-page', status: 'collected', data: { pings: 3, failed: 0 } },
  ]);
  expect(asked).toEqual(['/api/health', '/api/health/services', '/healthz']);
  await kuma.backend.stop();
});

test('a Prometheus gives each probe since the last whole hour, and sums of the hours before', async () => {
  const { url } = await server();
  const nowSec = Math.floor(Date.now() / 1000);
  const labels = { job: 'blackbox', instance: `${url}/api/health` };
  const other = { job: 'blackbox', instance: 'http://127.0.0.1:9/of-somebody-else' };
  const queries: string[] = [];
  const series = (name: string, metric: object, ...values: (readonly [number, string])[]) => ({
    metric: { ...metric, ...(name === '' ? {} : { __name__: name }) },
    values,
  });
  const hours = [HOUR_MS, 2 * HOUR_MS].map((ms) => Math.floor((Date.now() - ms) / HOUR_MS) * 3600);
  const answerTo = (query: string): readonly object[] => {
    queries.push(query.replace(/\[\d+ms\]/, '[]'));
    if (query.startsWith('count_over_time')) return [series('', labels, ...hours.map((at) => [at, '60'] as const))];
    if (query.startsWith('sum_over_time')) return [series('', labels, [hours[0] ?? 0, '59'], [hours[1] ?? 0, '60'])];
    return [
      series('probe_success', labels, [nowSec - 60, '1'], [nowSec, '0']),
      series('probe_duration_seconds', labels, [nowSec - 60, '0.02'], [nowSec, '1.5']),
      series('probe_success', other, [nowSec, '1']),
    ];
  };
  const backend = await FakeBackend.start({
    'GET /api/v1/query': [
      ({ query }) => ({
        json: { status: 'success', data: { resultType: 'matrix', result: answerTo(query.get('query') ?? '') } },
      }),
    ],
  });
  expect(await observed({ blackbox: backend.url }, url)).toMatchObject([
    {
      kind: 'status',
      source: 'blackbox',
      monitors: [
        {
          name: `${url}/api/health`,
          path: '/api/health',
          atTarget: true,
          pings: [
            { atMs: (nowSec - 60) * 1000, outcome: 'up', tookMs: 20 },
            { atMs: nowSec * 1000, outcome: 'down', tookMs: 1500 },
          ],
          hours: [
            { pings: 60, failed: 1 },
            { pings: 60, failed: 0 },
          ],
        },
      ],
    },
    { kind: 'monitor.status-page', data: { pings: 122, failed: 2 } },
  ]);
  const own = `probe_success{job="blackbox",instance="${url}/api/health"}`;
  expect(queries).toEqual([
    '{__name__=~"probe_success|probe_duration_seconds"}[]',
    `count_over_time(${own}[1h])[30d:1h]`,
    `sum_over_time(${own}[1h])[30d:1h]`,
  ]);
  await backend.stop();
});

test.each([
  [
    'has no probes',
    { status: 'success', data: { resultType: 'matrix', result: [] } },
    /has no probe_success of the last hour$/,
  ],
  ['is none', { hello: 'world' }, /does not answer as Prometheus does/],
])('a Prometheus that %s is unavailable, with the reason', async (_, json, reason) => {
  const backend = await FakeBackend.start({ 'GET /api/v1/query': [{ json }] });
  const unavailable = { status: 'unavailable', source: 'blackbox', reason: expect.stringMatching(reason) };
  expect(await observed({ blackbox: backend.url }, 'http://127.0.0.1:1')).toMatchObject([
    { kind: 'status', ...unavailable },
    { kind: 'monitor.status-page', ...unavailable },
  ]);
  await backend.stop();
});
