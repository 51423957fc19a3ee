/** A target that answers well before the load, and then without end: the engine takes no more than its bounds, and the failures have their names. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { cleanUp, enginePath, file, filesOf, runCli, statusOf, tempDir } from './support/cli.ts';

const MIB = 2 ** 20;
/** What lies between server and client on this machine: buffers of both sockets. */
const UNDERWAY = 32 * MIB;
/** What one body, header or frame may cost a server at most. */
const BOUND = 4 * MIB + UNDERWAY;
const BOMB = gzipSync(Buffer.alloc(64 * MIB));

let healthy: Target;
beforeAll(async () => {
  await enginePath();
  healthy = await startTarget();
}, 600_000);
afterAll(async () => {
  cleanUp();
  await healthy.stop();
});

/** Sends this again and again for as long as the other side takes it. */
function pump(socket: Writable, chunk: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed) if (!socket.write(chunk)) return;
  };
  socket.on('drain', more);
  more();
}

/** As scenarios call themselves; what is asked before the load is asked by another program. */
const isLoad = ({ headers }: IncomingMessage): boolean => headers['user-agent'] === 'aragora-slo';

interface Hostile {
  readonly url: string;
  /** How many bytes the system took for each connection of the load. */
  readonly sent: () => number[];
  readonly close: () => void;
}

async function serving(server: Server, sockets: ReadonlySet<Socket>): Promise<Hostile> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `127.0.0.1:${port}`,
    sent: () => [...sockets].map((socket) => socket.bytesWritten),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Health has no end, the list is a bomb, and the answer to a creation has no end of headers. */
function hostileHttp(): Promise<Hostile> {
  const loaded = new Set<Socket>();
  const server = createServer(async (request, response) => {
    if (!isLoad(request)) {
      const answer = await fetch(healthy.httpUrl + request.url, { method: request.method ?? 'GET' });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
      return;
    }
    const { socket } = request;
    loaded.add(socket.on('error', () => {}));
    if (request.method === 'POST') {
      socket.write('HTTP/1.1 200 OK\r\n');
      pump(socket, Buffer.from(`x-more: ${'a'.repeat(4000)}\r\n`.repeat(16)));
    } else if (request.url?.startsWith('/api/debates')) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(BOMB);
    } else {
      response.writeHead(200, { 'content-type': 'application/json' });
      pump(response, Buffer.alloc(MIB / 16, ' '));
    }
  });
  return serving(server, loaded);
}

const GREETING = '{"type":"connection_info","data":{}}';

/** In turn: a handshake without end, a frame declared to be 2^62 bytes long, one of 100 MiB, a flood of small frames, and nothing at all. */
function hostileSocket(): Promise<Hostile> {
  const loaded = new Set<Socket>();
  const wss = new WebSocketServer({ noServer: true, handleProtocols: () => 'aragora-v1' });
  const server = createServer((_, response) => response.writeHead(426).end());
  let turn = 0;
  server.on('upgrade', (request, stream, head) => {
    const socket = stream as Socket;
    socket.on('error', () => {});
    const way = isLoad(request) ? turn++ % 5 : -1;
    if (way >= 0) loaded.add(socket);
    if (way === 0) {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n');
      pump(socket, Buffer.from(`x-more: ${'a'.repeat(4000)}\r\n`.repeat(16)));
      return;
    }
    wss.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => {});
      if (way !== 4) ws.send(GREETING);
      if (way === 1 || way === 2) {
        const length = way === 1 ? [0x40, 0, 0, 0, 0, 0, 0, 0] : [0, 0, 0, 0, 6, 0x40, 0, 0];
        socket.write(Buffer.from([0x81, 127, ...length]));
        pump(socket, Buffer.alloc(MIB / 16, 'a'));
      }
      const small = Buffer.from('{"type":"x"}');
      if (way === 3) pump(socket, Buffer.concat(Array(2000).fill(Buffer.from([0x81, small.length, ...small]))));
    });
  });
  return serving(server, loaded);
}

/** The kinds of failures of one endpoint. */
function failures(dir: string, endpoint: string): string[] {
  const recording = JSON.parse(filesOf(dir).get('recording.json') ?? '');
  const rows: readonly [...number[][], Record<string, number>][] = recording.endpoints[endpoint].seconds;
  return [...new Set(rows.flatMap((row) => Object.keys(row.at(-1) ?? {})))];
}

test('an answer is read up to its bound, and fails as too large', async () => {
  const target = await hostileHttp();
  const journey = { ratePerSec: 5, durationSec: 2 };
  const profile = file(tempDir(), 'profile.yaml', {
    name: 'bounds',
    journeys: { health: journey, 'debates-list': journey, 'debates-create': journey },
    gates: ['latency.health.p50'],
  });
  const dir = join(tempDir(), 'run');
  const args = ['run', '--target', `http://${target.url}`, '--profile', profile, '--out', dir, '--no-telemetry'];
  const { exitCode, stderr } = await runCli(args);
  target.close();
  for (const endpoint of ['health', 'debates-list', 'debates-create'])
    expect(failures(dir, endpoint), stderr).toEqual(['answer-too-large']);
  expect(exitCode).toBe(99);
  expect(Math.max(...target.sent())).toBeLessThan(BOUND);
  expect(filesOf(dir).get('report.html')).toContain('answer-too-large');
});

test('a socket is read up to its bounds, and what is beyond them has a name', async () => {
  const target = await hostileSocket();
  const profile = file(tempDir(), 'profile.yaml', {
    name: 'bounds',
    journeys: { health: { ratePerSec: 5, durationSec: 2 }, websocket: { sockets: 5, durationSec: 6 } },
    gates: ['websocket.frames'],
  });
  const dir = join(tempDir(), 'run');
  const args = ['run', '--target', healthy.httpUrl, '--ws', `ws://${target.url}/ws`, '--profile', profile];
  const { exitCode, stderr } = await runCli([...args, '--out', dir, '--no-telemetry']);
  target.close();
  expect(failures(dir, 'ws-connect').sort(), stderr).toEqual(['answer-too-large', 'no-connection-info']);
  expect(failures(dir, 'ws-frames').sort()).toEqual(['flood', 'frame-too-large']);
  expect(statusOf(dir, 'websocket.frames')).toBe('fail');
  expect(exitCode).toBe(99);
  expect(Math.max(...target.sent())).toBeLessThan(BOUND);
});
