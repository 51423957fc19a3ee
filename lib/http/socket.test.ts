/** The WebSocket client: what a server may send it at most. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { closeFakes, fakeTcp } from '../../test/cli/support/servers.ts';
import { MOST_FRAME_BYTES, openSocket } from './socket.ts';

afterAll(closeFakes);
let server: WebSocketServer | undefined;
afterEach(() => {
  for (const client of server?.clients ?? []) client.terminate();
  server?.close();
});

/** A server that sends these texts at once, then these bytes, and one client of it. */
async function openedBy(texts: readonly string[], bytes?: Uint8Array) {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'aragora-v1' });
  server.on('connection', (socket, request) => {
    socket.on('error', () => {});
    for (const text of texts) socket.send(text);
    if (bytes !== undefined) request.socket.write(bytes);
  });
  await once(server, 'listening');
  const heard: string[] = [];
  const ended: string[] = [];
  const opened = await openSocket({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`,
    subprotocol: 'aragora-v1',
    access: {},
    timeoutMs: 20_000,
    signal: new AbortController().signal,
    onText: (text) => heard.push(text),
    onEnded: (words) => ended.push(words),
  });
  if (!opened.ok) throw new Error(opened.words);
  return { socket: opened.socket, heard, ended };
}

test('takes a message of the most bytes, and ends the connection at a larger one, as the load does', async () => {
  const most = 'x'.repeat(MOST_FRAME_BYTES);
  const { socket, heard, ended } = await openedBy(['first', most, `${most}x`, 'never heard']);
  // `once` of node:events would reject by the error that is wanted here.
  if (socket.readyState !== socket.CLOSED) await new Promise((resolve) => socket.once('close', resolve));
  expect(heard.map(({ length }) => length)).toEqual([5, MOST_FRAME_BYTES]);
  expect(ended).toEqual([expect.stringMatching(/^frame-too-large: a message of more than 1 MiB came/)]);
});

test('a message that is declared to be 2^62 bytes long is one, before any of it comes', async () => {
  const { socket, ended } = await openedBy(['first'], Buffer.from([0x81, 127, 0x40, 0, 0, 0, 0, 0, 0, 0]));
  if (socket.readyState !== socket.CLOSED) await new Promise((resolve) => socket.once('close', resolve));
  expect(ended).toEqual([expect.stringMatching(/^frame-too-large: /)]);
});

test.each([
  ['says nothing', ''],
  ['sends the header of its answer bit by bit, without an end', 'X-More: 1\r\n'],
])('a server that %s to a handshake is left in time', async (_, bit) => {
  const { host } = await fakeTcp((socket) => {
    if (bit === '') return;
    socket.write('HTTP/1.1 101 Switching Protocols\r\n');
    const timer = setInterval(() => socket.write(bit), 20);
    socket.once('close', () => clearInterval(timer));
  });
  const opened = await openSocket({
    ...{ url: `ws://${host}/ws`, subprotocol: 'aragora-v1', access: {}, timeoutMs: 400 },
    signal: new AbortController().signal,
    onText: () => {},
  });
  expect(opened).toMatchObject({ ok: false, words: 'no answer within 0.4 s' });
});

test('has the same bound as the engine', () => {
  const bounds = readFileSync(join(import.meta.dirname, '../../engine/bounds/socket.go'), 'utf8');
  const [, shift] = /^\tFrame = 1 << (\d+)$/m.exec(bounds) ?? [];
  expect(1 << Number(shift)).toBe(MOST_FRAME_BYTES);
});
