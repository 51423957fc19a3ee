/** The servers of the trials: each answers every request in one way that no Aragora has, and several of them never end. */
import type { RequestListener, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';

const MIB = 2 ** 20;
const TEXT = { 'content-type': 'text/plain; version=0.0.4' };
const LINE = 'junk_metric{a="1"} 1\n';
/** More than is read of an exposition. */
const BOMB = gzipSync(Buffer.alloc(17 * MIB, '\n'));
const EVERY_MS = 10;

function pump(to: Writable, chunk: string): void {
  const more = (): void => {
    while (!to.destroyed) if (!to.write(chunk)) return;
  };
  to.on('error', () => {}).on('drain', more);
  more();
}

function bitByBit(to: Writable, bits: Iterable<string>): void {
  const left = bits[Symbol.iterator]();
  const timer = setInterval(() => {
    const { value, done } = left.next();
    if (done || to.destroyed) clearInterval(timer);
    else to.write(value);
  }, EVERY_MS);
  to.on('error', () => {}).on('close', () => clearInterval(timer));
}

function* forEver(bit: string): Generator<string> {
  for (;;) yield bit;
}

/** By the name of the trial. */
export const HOSTILE = {
  hang: () => {},
  big: (_, response) => void pump(response.writeHead(200, { 'content-length': 50 * MIB }), 'a'.repeat(MIB)),
  big200: (_, response) => void pump(response.writeHead(200, TEXT), LINE.repeat(10_000)),
  gzip: (_, response) => void response.writeHead(200, { ...TEXT, 'content-encoding': 'gzip' }).end(BOMB),
  chunked: (_, response) => void pump(response.writeHead(200, TEXT), '\n'.repeat(MIB / 16)),
  trickle: (_, response) => bitByBit(begun(response), forEver('#\n')),
  headers: ({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    pump(socket, `x-more: ${'a'.repeat(1000)}\r\n`.repeat(50));
  },
  slow: ({ socket }) => bitByBit(socket, `HTTP/1.1 200 OK\r\nX-Slow: ${'a'.repeat(10_000)}\r\n\r\n`),
  redirect: (_, response) => void response.writeHead(302, { location: 'http://127.0.0.2:9/' }).end(),
  reset: ({ socket }) => void socket.resetAndDestroy(),
  html: (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>hi</h1>'),
  e500: (_, response) => void response.writeHead(500).end('boom'),
} as const satisfies Readonly<Record<string, RequestListener>>;

export type Trial = keyof typeof HOSTILE;
export const TRIALS = Object.keys(HOSTILE) as Trial[];

function begun(response: ServerResponse): ServerResponse {
  response.writeHead(200, TEXT).flushHeaders();
  return response;
}
