/** Which contract a server's spans show: those that it exports here, one of no contract, and none at all. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listenForSpans, type SpanListener } from './spans.ts';

/** Long where something comes, and nothing is worth waiting for where it does not. */
const [LONG_MS, SHORT_MS] = [60_000, 50];
const { signal } = new AbortController();

let listening: SpanListener | undefined;
beforeEach(() => {
  listening = undefined;
});
afterEach(() => listening?.stop());

async function exported(names: readonly string[], patienceMs: number): Promise<SpanListener> {
  listening = await listenForSpans(0, patienceMs);
  const spans = names.map((name, at) => ({
    ...{ name, traceId: 'ab'.repeat(16), spanId: `00000000000000${at + 10}`, kind: 2 },
    ...{ startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000001000000' },
  }));
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  const headers = { 'content-type': 'application/json' };
  if (names.length > 0) expect((await fetch(listening.url, { method: 'POST', headers, body })).status).toBe(200);
  return listening;
}

test.each([
  ['aragora-2.11', ['debate.phase.consensus', 'GET /api/health'], 'GET /api/health'],
  ['documented', ['http.request'], 'http.request'],
] as const)('they have the names of %s', async (contract, names, request) => {
  const spans = await exported(names, LONG_MS);
  expect(await spans.seen(signal)).toEqual({
    contract,
    there: true,
    text: `its spans have the names of contract "${contract}": that of a request is ${request}`,
  });
});

test('they are waited for', async () => {
  const spans = await exported(['starting'], LONG_MS);
  const seen = spans.seen(signal);
  const span = { name: 'http.request', traceId: 'cd'.repeat(16), spanId: '0000000000000009', kind: 2 };
  const times = { startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000001000000' };
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...span, ...times }] }] }] });
  await fetch(spans.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  expect(await seen).toMatchObject({ contract: 'documented', there: true });
});

test('they have names of no contract', async () => {
  const spans = await exported(['a', 'b', 'c', 'd', 'e'], SHORT_MS);
  expect(await spans.seen(signal)).toEqual({
    contract: undefined,
    there: false,
    text: 'its spans have names of no contract (a, b, c, d, and 1 more): contract learn RUN drafts them from a run',
  });
});

test('none came', async () => {
  const spans = await exported([], SHORT_MS);
  expect(await spans.seen(signal)).toEqual({
    contract: undefined,
    there: false,
    text: expect.stringMatching(/^no span came to http:\S+\/v1\/traces: does the server export there /),
  });
});
