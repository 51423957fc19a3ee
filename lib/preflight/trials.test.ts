/** What is said before the load of each server that failed a trial: one that never ends, or answers something else, on its API or only at /metrics. */
import type { RequestListener, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { closeFakes } from '../../test/cli/support/servers.ts';
import { serve, wantedOf } from '../../test/support/wanted.ts';
import { askMetrics } from './metrics.ts';
import { preflight } from './preflight.ts';
import { prepareDebate } from './prepare.ts';

const { signal } = new AbortController();
afterAll(closeFakes);

const MIB = 2 ** 20;
const TEXT = { 'content-type': 'text/plain; version=0.0.4' };
const LINE = '# HELP junk_metric One of many\n';
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
const HOSTILE: Readonly<Record<string, RequestListener>> = {
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
  slow: ({ socket }) => bitByBit(socket, `HTTP/1.1 200 OK\r\nX-Slow: ${'a'.repeat(1000)}\r\n\r\n`),
  redirect: (_, response) => void response.writeHead(302, { location: 'http://127.0.0.2:9/' }).end(),
  reset: ({ socket }) => void socket.resetAndDestroy(),
  html: (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>hi</h1>'),
  e500: (_, response) => void response.writeHead(500).end('boom'),
};

function begun(response: ServerResponse): ServerResponse {
  response.writeHead(200, TEXT).flushHeaders();
  return response;
}

/** Time enough for an answer that ends, however busy the machine; and for one that does not end. */
const LONG_MS = 60_000;
const SHORT_MS = 150;
/** Where the time is up depends on the machine. */
const LATE = /no (connection|answer|end) within 0\.\d+ s$/;

/** What the look ends with: its notes, or the error that ends the run. */
async function said(httpUrl: string, totalMs: number): Promise<string> {
  const wanted = wantedOf(httpUrl, { paths: ['/api/debates'], timeoutMs: LONG_MS });
  const looked = preflight(wanted, signal, totalMs);
  return looked.then(
    ({ notes }) => notes.map((note) => `note: ${note}`).join('\n'),
    (error: unknown) => `error: ${(error as Error).message}`,
  );
}

describe('the look at an API with the fault', () => {
  const SAYS: Readonly<Record<string, RegExp>> = {
    big: /^error: \S+\/api\/health answers with more than 1024 KiB: this is not an Aragora, and is not loaded$/,
    big200: /^error: \S+\/api\/health answers with more than 1024 KiB/,
    gzip: /^error: \S+\/api\/health answers with more than 1024 KiB/,
    chunked: /^error: \S+\/api\/health answers with more than 1024 KiB/,
    headers: /^error: \S+\/api\/health: the headers of its answer are larger than 16 KiB: this is not an Aragora/,
    redirect: /^error: \S+\/api\/health answers 302: it redirects to http:\/\/127\.0\.0\.2:9\/, and/,
    reset: /^error: nothing to measure at \S+\/api\/health: connection reset$/,
    html: /^error: \S+\/api\/health answers 200 with a web page \(HTML\)$/,
    e500: /^note: \S+\/api\/health answers 500( \("boom"\))?\nnote: \S+\/api\/debates answers 500/,
  };
  test.each(Object.entries(SAYS))('%s', async (mode, says) => {
    expect(await said(await faulty(mode), LONG_MS)).toMatch(says);
  });

  /** Each part of an answer comes in time, and the whole of it never: only the deadline for all of them ends it. */
  test.each(['hang', 'trickle', 'slow'])('%s has one deadline, and says what took most of it', async (mode) => {
    expect(await said(await faulty(mode), SHORT_MS)).toMatch(
      /^error: the look before the load was not done in 0\.15 s: \S+\/api\/(health|debates) took \d+\.\d s of it$/,
    );
  });

  test('is over in time as well where it waits for a debate', async () => {
    for (const mode of ['hang', 'trickle', 'slow']) {
      const httpUrl = await faulty(mode);
      const { debateId, ...why } = await prepareDebate({ httpUrl, token: undefined, timeoutMs: SHORT_MS }, signal);
      expect(debateId).toBe(null);
      expect(why).toEqual({ reason: expect.stringMatching(new RegExp(`^POST /api/debates: ${LATE.source}`)) });
    }
  });
});

describe('the look at metrics with the fault', () => {
  const SAYS: Readonly<Record<string, [says: RegExp, timeoutMs?: number]>> = {
    hang: [LATE, SHORT_MS],
    big: [/can't be read: its answer is larger than 16 MiB$/],
    big200: [/can't be read: its answer is larger than 16 MiB$/],
    gzip: [/can't be read: its answer is larger than 16 MiB$/],
    chunked: [/can't be read: its answer is larger than 16 MiB$/],
    trickle: [LATE, SHORT_MS],
    headers: [/can't be read: the headers of its answer are larger than 16 KiB$/],
    slow: [LATE, SHORT_MS],
    redirect: [
      /answers 302: it redirects to http:\/\/127\.0\.0\.2:9\/, and redirects are not followed; name where they are with --metrics/,
    ],
    reset: [/does not answer: connection reset$/],
    html: [/answers 200 with a web page \(HTML\); name where they are with --metrics/],
    e500: [/answers 500.*--no-telemetry judges a run without it$/],
  };
  test.each(Object.entries(SAYS))('%s is a note, and the load goes on', async (mode, [says, timeoutMs = LONG_MS]) => {
    const httpUrl = await faulty(mode);
    const reads = [{ url: `${httpUrl}/metrics`, access: {} }];
    const { notes } = await askMetrics(wantedOf(httpUrl, { reads, timeoutMs }), signal);
    expect(notes).toEqual([expect.stringMatching(says)]);
    expect(notes[0]?.startsWith(`no metrics can be judged: ${httpUrl}/metrics `)).toBe(true);
  });
});

function faulty(mode: string): Promise<string> {
  const answer = HOSTILE[mode];
  if (answer === undefined) throw new Error(`there is no trial "${mode}"`);
  return serve(answer);
}
