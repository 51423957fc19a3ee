/** One WebSocket of the probes keeps no more than a bound of what a server sends, and says so. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { Asking } from './asking.ts';
import { OldSocket } from './connections.ts';
import { Listener, MOST_EVENTS } from './listener.ts';

let server: WebSocketServer | undefined;
afterEach(() => {
  for (const client of server?.clients ?? []) client.terminate();
  server?.close();
});

/** A server that answers whatever it is sent with these texts. */
async function sending(texts: readonly string[]): Promise<Asking> {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'aragora-v1' });
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', () => texts.forEach((text) => void socket.send(text)));
  });
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked = { httpUrl: `http://${host}`, wsUrl: `ws://${host}/ws`, subprotocol: 'aragora-v1' };
  return new Asking({ ...asked, debateId: null, distinctClients: false }, {}, new AbortController().signal);
}

const arrayOf = (events: number): string => `[${Array.from({ length: events }, () => '{"type":"x"}').join()}]`;
const FLOODS: Record<string, readonly string[]> = {
  'more events than are kept': Array.from({ length: 101 }, () => arrayOf(MOST_EVENTS / 100)),
  'them in few messages': [arrayOf(MOST_EVENTS + 1)],
  'few that are long': Array.from({ length: 20 }, () => JSON.stringify({ type: 'x', data: { text: 'x'.repeat(5e5) } })),
};

test.each(Object.entries(FLOODS))('%s end it', async (_, texts) => {
  const asking = await sending(texts);
  const listener = new Listener();
  expect(await listener.open(asking)).toBe(null);
  listener.send({ type: 'ping' });
  await asking.until(() => !listener.isOpen, 20_000);
  expect(listener.ended).toMatch(/^flood: more than 50,000 events or 8 MiB came, and the connection was ended here$/);
  expect(listener.heard.length).toBeLessThanOrEqual(MOST_EVENTS);
});

test('the server of a socket that was ended here is not said to leave a ping without an answer', async () => {
  const asking = await sending(FLOODS['them in few messages'] ?? []);
  const old = new OldSocket();
  await old.open(asking);
  expect(await old.ask(asking, null)).toEqual({ lacking: expect.stringMatching(/^flood: /) });
  old.leave();
});

test('while the load runs, nothing is kept of what comes; afterwards it is', async () => {
  const greeting = JSON.stringify({ type: 'pong', data: { client_ts: 1 } });
  const asking = await sending([greeting]);
  const old = new OldSocket();
  await old.open(asking);
  const { listener } = old;
  listener.send({ type: 'ping' });
  const [client] = server?.clients ?? [];
  // Its message was answered before the ping, whose pong therefore comes later than the answer.
  client?.once('message', () => client.ping());
  await new Promise((resolve) => client?.once('pong', resolve));
  expect(listener.heard).toEqual([]);
  listener.isListening = true;
  listener.send({ type: 'ping' });
  await asking.until(() => listener.heard.length > 0, 5000);
  expect(listener.heard).toHaveLength(1);
  old.leave();
});
