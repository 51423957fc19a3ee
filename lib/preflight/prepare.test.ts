import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { prepareDebate } from './prepare.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** The result of the preparation when every answer is this one, compressed. */
async function preparedBy(answer: object, createdStatus = 200, shown = JSON.stringify(answer)) {
  const packed = { POST: gzipSync(JSON.stringify(answer)), GET: gzipSync(shown) };
  server = createServer(({ method }, response) =>
    method === 'POST'
      ? response.writeHead(createdStatus, { 'content-encoding': 'gzip' }).end(packed.POST)
      : response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed.GET),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return prepareDebate({ httpUrl: `http://127.0.0.1:${port}`, token: undefined }, new AbortController().signal);
}

const DONE = { success: true, debate_id: 'adhoc_1', final_answer: 'yes' };

test('a packed answer is unpacked', async () => {
  const known = {
    consensus: null,
    confidence: null,
    answer: 'yes',
    text: null,
    texts: [],
    rounds: null,
    tookMs: expect.any(Number),
  };
  expect(await preparedBy(DONE)).toEqual({ debateId: 'adhoc_1', known, createdStatus: 200 });
});

test('a creation may succeed with another status, and not with any', async () => {
  expect(await preparedBy(DONE, 201)).toMatchObject({ debateId: 'adhoc_1', createdStatus: 201 });
  server?.close();
  expect(await preparedBy(DONE, 418)).toEqual({ debateId: null, reason: expect.stringContaining('answers 418') });
});

test('the status is known of one that was created, and has no end that can be read', async () => {
  expect(await preparedBy({ ...DONE, final_answer: undefined }, 201, 'no JSON')).toEqual({
    debateId: null,
    reason: expect.stringMatching(/JSON/),
    createdStatus: 201,
  });
});

test('what the debate says of itself is known', async () => {
  const messages = [{ content: '' }, null, { content: 'Cache it.' }, { content: 'Then drop it.' }];
  const prepared = await preparedBy({ ...DONE, consensus_reached: true, confidence: 0.8, messages });
  expect(prepared).toMatchObject({ known: { consensus: true, confidence: 0.8, answer: 'yes', text: 'Cache it.' } });
});

test('one that unpacks to more than a debate can be is none', async () => {
  const prepared = await preparedBy({ ...DONE, padding: 'a'.repeat(16 * 1024 * 1024) });
  expect(prepared).toEqual({ debateId: null, reason: expect.stringContaining('larger than 1 MiB') });
});
