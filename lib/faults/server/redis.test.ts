/** The relay in front of a Redis: it passes everything, until it is cut. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginRedis, RedisRelay } from './redis.ts';

/** Says everything again. */
const echo = createServer((socket) => void socket.on('error', () => {}).pipe(socket));
let relay: RedisRelay;
beforeAll(async () => {
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  relay = await RedisRelay.start(`redis://127.0.0.1:${(echo.address() as AddressInfo).port}/3`);
});
afterAll(async () => {
  await relay.stop();
  echo.close();
});

async function connection(): Promise<Socket> {
  const socket = connect(Number(new URL(relay.url).port), '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

async function said(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return String(answer);
}

const isClosed = (socket: Socket) => (socket.closed ? Promise.resolve() : once(socket, 'close'));

test('it has the database of the one behind it, and an address of its own', () => {
  expect(relay.url).toMatch(/^redis:\/\/127\.0\.0\.1:\d+\/3$/);
});

test('it stands in the place of each Redis that a command line names', () => {
  const words = ['--redis', 'redis://a:1', '--port', '5', '--redis', 'redis://b:2'];
  expect(relay.inPlaceOf('--redis', words)).toEqual(['--redis', relay.url, '--port', '5', '--redis', relay.url]);
});

test('connections are cut, others are refused, and later ones pass again', async () => {
  const before = [await connection(), await connection()];
  for (const socket of before) expect(await said(socket, 'PING')).toBe('PING');
  const fault = beginRedis(relay);
  await Promise.all(before.map(isClosed));
  await isClosed(await connection());
  expect(await fault.end()).toEqual({ witness: { kind: 'redis', cut: 2, refused: 1 } });
  const after = await connection();
  expect(await said(after, 'PONG')).toBe('PONG');
  const next = beginRedis(relay);
  expect(await next.end()).toEqual({ witness: { kind: 'redis', cut: 1, refused: 0 } });
});
