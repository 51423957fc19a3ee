import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogsObservation, LogsObserved } from '../../lib/systems/logs/observation.ts';
import { observeBackend } from '../../lib/systems/logs/observe/backend.ts';
import { elasticsearchBackend } from '../../lib/systems/logs/observe/elasticsearch.ts';
import { type Backend, launchOpensearch } from '../backends/launch.ts';
import { CANARY, idOf, lineOf, SEARCH, sentHealth } from '../support/log-lines.ts';

/** An index is refreshed every second, and after a while without searches at the next one; the rest is reserve for a busy machine. */
const DEADLINE_MS = 60_000;

let opensearch: Backend;
beforeAll(async () => {
  opensearch = await launchOpensearch();
});
afterAll(() => opensearch.stop());

/** As Filebeat and Fluent Bit do, by the bulk API. */
async function put(index: string, documents: readonly object[]): Promise<void> {
  const body = documents.map((document) => `{"index":{}}\n${JSON.stringify(document)}\n`).join('');
  const headers = { 'content-type': 'application/x-ndjson' };
  const answer = await fetch(`${opensearch.url}/${index}/_bulk`, { method: 'POST', headers, body });
  const { errors } = (await answer.json()) as { errors: boolean };
  expect([answer.status, errors]).toEqual([200, false]);
}

/** The line as it was written. */
const raw = (line: string) => ({ '@timestamp': new Date().toISOString(), message: line });
/** Its fields beside the shipper's own. */
const parsed = (line: string) => ({ '@timestamp': new Date().toISOString(), ...(JSON.parse(line) as object) });

async function observe(index: string, startMs: number, arrivals: number, deadlineMs = DEADLINE_MS) {
  const window = { fromMs: startMs, toMs: Date.now() };
  const backend = elasticsearchBackend({ url: opensearch.url, index });
  return observeBackend(backend, SEARCH, { window, ...sentHealth(arrivals), deadlineMs });
}

function collected(observation: LogsObservation): LogsObserved {
  if (observation.status === 'unavailable') throw new Error(observation.reason);
  return observation;
}

describe('OpenSearch, asked as Elasticsearch,', () => {
  test('has the lines that were put, as they were written or parsed, found by trace id within the stated delay', async () => {
    const startMs = Date.now();
    const lines = Array.from({ length: 4 }, (_, arrival) => lineOf(arrival));
    await put('aragora-2026.01', lines.slice(0, 2).map(raw));
    await put('aragora-2026.02', [
      ...lines.slice(2).map(parsed),
      parsed(lineOf(4, { level: 'ERROR', message: `Bearer ${CANARY}` })),
    ]);
    await put('another', [raw(lineOf(5))]);
    expect(collected(await observe('aragora-*', startMs, 5))).toMatchObject({
      source: 'elasticsearch',
      lines: 5,
      complete: true,
      notJson: { count: 0 },
      levels: { INFO: 4, ERROR: 1 },
      leaks: { count: 1 },
      traceIds: { sent: 5, found: 5, missing: [] },
      backend: {
        levelLabel: { same: 3, other: { count: 0 }, none: { count: 2 } },
        lookups: [{ traceId: idOf(0), foundAfterMs: expect.any(Number) }],
      },
    });
  });

  test('is read page by page', async () => {
    const startMs = Date.now();
    await put(
      'pages',
      Array.from({ length: 5000 }, (_, arrival) => raw(lineOf(arrival))),
    );
    expect(collected(await observe('pages', startMs, 5000))).toMatchObject({
      lines: 5000,
      traceIds: { sent: 5000, found: 5000 },
    });
  });

  test('without a matching index, or with an empty one, has no lines', async () => {
    const created = await fetch(`${opensearch.url}/empty-1`, { method: 'PUT' });
    expect(created.status).toBe(200);
    for (const index of ['none-*', 'empty-*']) {
      expect(collected(await observe(index, Date.now(), 1, 1000))).toMatchObject({
        lines: 0,
        traceIds: { sent: 1, found: 0 },
        backend: { lookups: [{ foundAfterMs: null }] },
      });
    }
  });

  test('without the named index is unavailable, with the reason', async () => {
    expect(await observe('no-such-index', Date.now(), 1)).toMatchObject({
      status: 'unavailable',
      source: 'elasticsearch',
      reason: `POST ${opensearch.url}/no-such-index/_search answers 404: "no such index [no-such-index]"`,
    });
  });

  test('that is stopped is unavailable, with the reason', async () => {
    const { url } = opensearch;
    await opensearch.stop();
    expect(await observe('aragora-*', Date.now(), 1)).toMatchObject({
      status: 'unavailable',
      source: 'elasticsearch',
      reason: `POST ${url}/aragora-%2A/_search does not answer: connection refused`,
    });
  });
});
