import { describe, expect, it, test } from 'vitest';
import { FakeBackend, type FakeScript } from '../../../../test/support/fake-backend.ts';
import { idOf, lineOf, SEARCH, sentHealth } from '../../../../test/support/log-lines.ts';
import type { LogsObservation, LogsObserved } from '../observation.ts';
import { observeBackend } from './backend.ts';
import { elasticsearchBackend } from './elasticsearch.ts';

const WINDOW = { fromMs: 1_768_730_400_000, toMs: 1_768_730_460_000 };
const DEADLINE_MS = 20_000;
const SEARCHED = 'POST /aragora-%2A/_search';
const SCROLL = 'POST /_search/scroll';
const END = 'DELETE /_search/scroll';

const page = (documents: readonly object[], scrollId?: string) => ({
  json: {
    ...(scrollId === undefined ? {} : { _scroll_id: scrollId }),
    hits: { hits: documents.map((_source) => ({ _source })) },
  },
});
const NO_MORE = { [SCROLL]: [page([], 's2')] };
const parsed = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ '@timestamp': 1, ...JSON.parse(lineOf(from + index)) }) as object);
const raw = (arrival: number) => ({ '@timestamp': 1, message: lineOf(arrival) });

async function observe(script: FakeScript, arrivals: number) {
  const fake = await FakeBackend.start(script);
  const options = { window: WINDOW, ...sentHealth(arrivals), deadlineMs: DEADLINE_MS };
  const observation = await observeBackend(elasticsearchBackend({ url: `${fake.url}/` }), SEARCH, options);
  await fake.stop();
  return { observation, calls: fake.calls };
}

function collected(observation: LogsObservation): LogsObserved {
  if (observation.status === 'unavailable') throw new Error(observation.reason);
  return observation;
}

describe('Elasticsearch (a fake)', () => {
  it('is asked for a trace id, then for all lines of the run, page by page', async () => {
    const { observation, calls } = await observe(
      {
        [SEARCHED]: [page(parsed(0, 1)), page(parsed(0, 2000), 's1')],
        [SCROLL]: [page(parsed(2000, 2003), 's2'), page([], 's3')],
        [END]: [{ json: { succeeded: true } }],
      },
      2003,
    );
    const range = { '@timestamp': { gte: 1_768_730_395_000, lte: 1_768_730_465_000, format: 'epoch_millis' } };
    expect(calls.map(({ body }) => JSON.parse(body))).toEqual([
      { size: 1, query: { bool: { filter: [{ range }, { query_string: { query: `"${idOf(0)}"` } }] } } },
      { size: 2000, sort: [{ '@timestamp': { order: 'asc', unmapped_type: 'date' } }], query: { range } },
      { scroll: '1m', scroll_id: 's1' },
      { scroll: '1m', scroll_id: 's2' },
      { scroll_id: 's3' },
    ]);
    expect(calls.slice(0, 2).map(({ query }) => query.get('allow_partial_search_results'))).toEqual(['false', 'false']);
    expect(collected(observation)).toMatchObject({
      source: 'elasticsearch',
      lines: 2003,
      traceIds: { found: 2003 },
      backend: { levelLabel: { same: 2003 }, lookups: [{ foundAfterMs: expect.any(Number) }] },
    });
  });

  it('may hold lines as they were written, which have no level to search by', async () => {
    const script = { [SEARCHED]: [page([raw(0)]), page([raw(0), raw(1)], 's1')], ...NO_MORE, [END]: [{ json: {} }] };
    const { observation } = await observe(script, 2);
    expect(collected(observation)).toMatchObject({
      lines: 2,
      notJson: { count: 0 },
      backend: { levelLabel: { same: 0, none: { count: 2 } } },
    });
  });

  it('may hold lines as they were written and parsed', async () => {
    const both = { ...parsed(0, 1)[0], message: 'request', event: { original: lineOf(0) } };
    const script = { [SEARCHED]: [page([both]), page([both], 's1')], ...NO_MORE, [END]: [{ json: {} }] };
    const { observation } = await observe(script, 1);
    expect(collected(observation)).toMatchObject({
      lines: 1,
      notJson: { count: 0 },
      backend: { levelLabel: { same: 1 } },
    });
  });

  it('is read to its end where it gives less at a time than it is asked for', async () => {
    const script = {
      [SEARCHED]: [page(parsed(0, 1)), page(parsed(0, 10), 's1')],
      [SCROLL]: [page(parsed(10, 12), 's2'), page([], 's3')],
      [END]: [{ json: {} }],
    };
    const { observation } = await observe(script, 12);
    expect(collected(observation)).toMatchObject({ lines: 12, traceIds: { found: 12 } });
  });

  it('has not found a trace id by answering another line', async () => {
    const script = {
      [SEARCHED]: [page([raw(1)]), page([raw(0)]), page([raw(0)], 's1')],
      ...NO_MORE,
      [END]: [{ json: {} }],
    };
    const { calls } = await observe(script, 1);
    expect(calls.filter(({ body }) => body.includes('query_string'))).toHaveLength(2);
  });

  it('may hold lines that are not JSON', async () => {
    const script = {
      [SEARCHED]: [page([raw(0)]), page([raw(0), { log: 'Traceback' }], 's1')],
      ...NO_MORE,
      [END]: [{ json: {} }],
    };
    const { observation } = await observe(script, 1);
    expect(collected(observation)).toMatchObject({
      lines: 2,
      notJson: { count: 1, examples: [{ text: 'Traceback' }] },
    });
  });

  test.each([
    [
      'has no such index',
      { status: 404, json: { error: 'index_not_found_exception' } },
      /answers 404: .*index_not_found/,
    ],
    ['wants credentials', { status: 401, json: {} }, /answers 401: it needs credentials$/],
    ['answers in part', { json: { timed_out: true, hits: { hits: [] } } }, /only a part of the hits$/],
    ['lost a shard', { json: { _shards: { failed: 1 }, hits: { hits: [] } } }, /only a part of the hits$/],
    ['keeps no documents', { json: { hits: { hits: [{ _id: 'a' }] } } }, /hits without their "_source"$/],
    ['answers other JSON', { json: { tagline: 'You Know, for Search' } }, /not a list of hits$/],
  ])('that %s is unavailable', async (_, answer, reason) => {
    const { observation } = await observe({ [SEARCHED]: [answer] }, 1);
    expect(observation).toMatchObject({
      status: 'unavailable',
      source: 'elasticsearch',
      reason: expect.stringMatching(reason),
    });
  });
});
