/** Uptime Kuma's answers, read from a fake that fails on every call that it does not expect. */
import { afterEach, describe, expect, test } from 'vitest';
import { FakeBackend } from '../../../../test/support/fake-backend.ts';
import {
  type FakeKuma,
  type FakeMonitor,
  fakeKuma,
  KUMA_KEY,
  kumaTime,
} from '../../../../test/support/fake-uptime-kuma.ts';
import { readKuma } from './kuma.ts';

const TARGET = 'http://127.0.0.1:8080';
const AT_MS = Date.UTC(2026, 10, 28, 12);
const beat = (status: number, minute: number, ping: number | null = 20) => ({
  status,
  time: kumaTime(AT_MS + minute * 60_000),
  msg: '',
  ping,
});
const HEALTH: FakeMonitor = {
  id: 1,
  name: 'API Health',
  url: `${TARGET}/api/health`,
  beats: [beat(1, 0), beat(2, 1, null), beat(0, 2, null), beat(3, 3, null)],
};
const SOCKET: FakeMonitor = { id: 7, name: 'WebSocket', url: 'ws://127.0.0.1:8080/ws', beats: [] };

const signal = new AbortController().signal;
const started: FakeBackend[] = [];
afterEach(async () => {
  for (const backend of started.splice(0)) await backend.stop();
});
function kept(kuma: FakeKuma): FakeKuma {
  started.push(kuma.backend);
  return kuma;
}
const ask = ({ url }: Pick<FakeKuma, 'url'>, more: object = {}) => readKuma({ url, target: TARGET, signal, ...more });

test('the pings of each monitor are read, whose URL the page does not show', async () => {
  const read = await ask(kept(await fakeKuma([HEALTH, SOCKET])));
  const unknown = { url: null, path: null, atTarget: false, hours: [] };
  expect(read).toEqual({
    ok: true,
    summarised: [],
    monitors: [
      {
        ...unknown,
        name: 'API Health',
        pings: [
          { atMs: AT_MS, outcome: 'up', tookMs: 20 },
          { atMs: AT_MS + 60_000, outcome: 'retrying', tookMs: null },
          { atMs: AT_MS + 120_000, outcome: 'down', tookMs: null },
          { atMs: AT_MS + 180_000, outcome: 'maintenance', tookMs: null },
        ],
      },
      { ...unknown, name: 'WebSocket', pings: [] },
    ],
  });
});

test('the URL is taken from the page where it shows it', async () => {
  const read = await ask(kept(await fakeKuma([{ ...HEALTH, sendUrl: true }, SOCKET])));
  expect(read).toMatchObject({ monitors: [{ path: '/api/health', atTarget: true }, { path: null }] });
});

test('with its key the URLs are taken from its metrics, and only these get the key', async () => {
  const kuma = kept(await fakeKuma([HEALTH, SOCKET], { metrics: true }));
  expect(await ask(kuma, { auth: KUMA_KEY })).toMatchObject({
    monitors: [
      { url: `${TARGET}/api/health`, path: '/api/health', atTarget: true },
      { url: 'ws://127.0.0.1:8080/ws', path: '/ws', atTarget: true },
    ],
  });
  const withKey = kuma.backend.calls.filter(({ headers }) => headers.authorization !== undefined);
  expect(withKey.map(({ path }) => path)).toEqual(['/metrics']);
});

test('a page that has a host of its own is found', async () => {
  expect(await ask(kept(await fakeKuma([HEALTH], { atRoot: true })))).toMatchObject({ ok: true, monitors: [{}] });
});

test.each([
  ['days with a zone', [{ status: 1, time: '2026-11-28T12:00:00.000Z', msg: '', ping: null }]],
  ['a day without a ping', [0, beat(1, 1)]],
])('%s are no single pings', async (_, beats) => {
  const read = await ask(kept(await fakeKuma([{ ...HEALTH, beats }])));
  expect(read).toMatchObject({ ok: true, summarised: ['API Health'], monitors: [{ pings: [] }] });
});

describe('it is unavailable, with the reason,', () => {
  test('where the root shows no page', async () => {
    const script = { 'GET /api/entry-page': [{ json: { type: 'entryPage', entryPage: 'dashboard' } }] };
    const backend = await FakeBackend.start(script);
    started.push(backend);
    expect(await ask(backend)).toMatchObject({ ok: false, hint: expect.stringContaining('https://HOST/status/NAME') });
  });

  test('where there is no such page', async () => {
    const script = {
      'GET /api/status-page/gone': [{ status: 404, json: { ok: false, msg: 'Status Page Not Found' } }],
    };
    const backend = await FakeBackend.start(script);
    started.push(backend);
    const read = await ask({ url: `${backend.url}/status/gone` });
    expect(read).toMatchObject({ ok: false, reason: expect.stringMatching(/answers 404: "Status Page Not Found"$/) });
  });

  test('where something else answers', async () => {
    const script = { 'GET /api/status-page/x': [{ json: [] }], 'GET /api/status-page/heartbeat/x': [{ json: {} }] };
    const backend = await FakeBackend.start(script);
    started.push(backend);
    expect(await ask({ url: `${backend.url}/status/x` })).toMatchObject({
      ok: false,
      hint: 'is it Uptime Kuma, and is the page published?',
    });
  });

  test('where its metrics refuse the key', async () => {
    const kuma = kept(await fakeKuma([HEALTH], { metrics: true }));
    const read = await ask(kuma, { auth: { ...KUMA_KEY, password: 'wrong' } });
    expect(read).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/metrics answers 401: it refuses the credentials/),
    });
  });
});
