/** What the receiver takes, what it refuses, and that it is the receiver of nobody else. */
import { request } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Envelope } from './envelope.ts';
import { startSentry } from './receiver.ts';

const EVENT = { event_id: 'a'.repeat(32), environment: 'production', message: 'Ä broken' };
const PAYLOAD = JSON.stringify(EVENT);
const HEAD = '{"event_id":"a","trace":{"sample_rate":"0.1"}}\n';
const ENVELOPE = `${HEAD}{"type":"event"}\n${PAYLOAD}\n`;

async function receiver() {
  const taken: Envelope[] = [];
  const started = await startSentry({ host: '127.0.0.1', port: 0, take: (envelope) => taken.push(envelope) });
  onTestFinished(() => started.stop());
  const { origin } = new URL(started.dsn);
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, path = 'envelope/') =>
    fetch(`${origin}/api/1/${path}`, { method: 'POST', body, headers });
  const events = () => taken.flatMap(({ items }) => items.map(({ type, data }) => ({ type, data })));
  return { ...started, origin, taken, post, events };
}

describe('an envelope', () => {
  test.each([
    ['as it is', ENVELOPE, {}],
    ['with gzip', gzipSync(ENVELOPE), { 'content-encoding': 'gzip' }],
    ['with deflate', deflateSync(ENVELOPE), { 'content-encoding': 'deflate' }],
    ['with Brotli', brotliCompressSync(ENVELOPE), { 'content-encoding': 'br' }],
    ['with lengths', `${HEAD}{"type":"event","length":${Buffer.byteLength(PAYLOAD)}}\n${PAYLOAD}`, {}],
  ])('is taken %s', async (_, body, headers) => {
    const { post, events, taken } = await receiver();
    expect((await post(body, headers)).status).toBe(200);
    expect(events()).toEqual([{ type: 'event', data: EVENT }]);
    expect(taken[0]?.trace).toEqual({ sample_rate: '0.1' });
  });

  test('may hold items of other types, in any form', async () => {
    const { post, events, counts } = await receiver();
    const attachment = `{"type":"attachment","length":7}\n{\nnot}\n\n`;
    await post(`${HEAD}${attachment}{"type":"session"}\n{}\n{"type":"event"}\n${PAYLOAD}`);
    expect(events().map(({ type }) => type)).toEqual(['attachment', 'session', 'event']);
    expect(counts.malformed).toBe(0);
  });

  test.each([
    ['no JSON', 'hello', {}],
    ['an item that is cut off', `${HEAD}{"type":"event","length":9999}\n${PAYLOAD}`, {}],
    ['a list as event', `${HEAD}{"type":"event"}\n[]\n`, {}],
    ['gzip that is none', ENVELOPE, { 'content-encoding': 'gzip' }],
    ['an unknown packing', ENVELOPE, { 'content-encoding': 'zstd' }],
    ['too large a body when it is unpacked', gzipSync(Buffer.alloc(21 * 1024 * 1024)), { 'content-encoding': 'gzip' }],
    ['too many items', `${HEAD}${'{"type":"session"}\n{}\n'.repeat(1001)}`, {}],
  ])('is refused and counted for %s', async (_, body, headers) => {
    const { post, events, counts } = await receiver();
    expect((await post(body, headers)).status).toBe(400);
    expect(events()).toEqual([]);
    expect(counts).toMatchObject({ requests: 1, malformed: 1, problems: [expect.any(String)] });
  });
});

test.each([
  ['plain', PAYLOAD],
  ['packed in base64', deflateSync(PAYLOAD).toString('base64')],
])('an event of the older API is taken, %s', async (_, body) => {
  const { post, events } = await receiver();
  expect((await post(body, {}, 'store/?sentry_key=abc')).status).toBe(200);
  expect(events()).toEqual([{ type: 'event', data: EVENT }]);
});

test('what is no report is not counted as one', async () => {
  const { origin, post, counts } = await receiver();
  expect((await fetch(origin)).status).toBe(404);
  expect((await post(ENVELOPE, {}, 'minidump/')).status).toBe(404);
  expect(counts.requests).toBe(0);
});

test('what is addressed to another host is not taken', async () => {
  const { origin, counts } = await receiver();
  const status = await new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { host: 'evil.example' } };
    request(`${origin}/api/1/envelope/`, options, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end(ENVELOPE);
  });
  expect([status, counts.requests]).toEqual([404, 0]);
});

test('a port that is taken is one clear line', async () => {
  const { dsn } = await receiver();
  const again = startSentry({ host: '127.0.0.1', port: Number(new URL(dsn).port), take: () => {} });
  await expect(again).rejects.toThrow(/--sentry-listen can't listen on 127\.0\.0\.1:\d+/);
  await expect(again).rejects.toMatchObject({ code: 'prerequisite-missing' });
});
