import { describe, expect, it, test } from 'vitest';
import { FakeBackend, type FakeScript } from '../../../../test/support/fake-backend.ts';
import { idOf, lineOf, SEARCH, sentHealth } from '../../../../test/support/log-lines.ts';
import type { LogsObservation, LogsObserved } from '../observation.ts';
import { observeBackend } from './backend.ts';
import { lokiBackend } from './loki.ts';

const WINDOW = { fromMs: 1_768_730_400_000, toMs: 1_768_730_460_000 };
const DEADLINE_MS = 20_000;
const QUERY_RANGE = 'GET /loki/api/v1/query_range';

interface Stream {
  readonly labels: Readonly<Record<string, string>>;
  /** [Unix ns, line] */
  readonly values: readonly (readonly [string, string])[];
}
const page = (...streams: Stream[]) => ({
  json: {
    status: 'success',
    data: { resultType: 'streams', result: streams.map(({ labels, values }) => ({ stream: labels, values })) },
  },
});
const at = (index: number) => String(BigInt(WINDOW.fromMs) * 1_000_000n + BigInt(index));
/** A line that is given twice is the same. */
const MADE = new Date().toISOString();
const info = (
  from: number,
  to: number,
  labels: Record<string, string> = { app: 'aragora', level: 'INFO' },
): Stream => ({
  labels,
  values: Array.from(
    { length: to - from },
    (_, index) => [at(from + index), lineOf(from + index, { timestamp: MADE })] as const,
  ),
});

async function observe(script: FakeScript, arrivals: number, deadlineMs = DEADLINE_MS, selector?: string) {
  const fake = await FakeBackend.start(script);
  const backend = lokiBackend({ url: fake.url, ...(selector === undefined ? {} : { selector }) });
  const observation = await observeBackend(backend, SEARCH, { window: WINDOW, ...sentHealth(arrivals), deadlineMs });
  await fake.stop();
  return { observation, calls: fake.calls };
}

function collected(observation: LogsObservation): LogsObserved {
  if (observation.status === 'unavailable') throw new Error(observation.reason);
  return observation;
}

describe('Loki (a fake)', () => {
  it('is asked for a trace id, then for all lines of the run', async () => {
    const { observation, calls } = await observe({ [QUERY_RANGE]: [page(info(0, 1)), page(info(0, 3)), page()] }, 3);
    expect(calls.map(({ query }) => Object.fromEntries(query))).toMatchObject([
      { query: `{app=~"aragora.*"} |= "${idOf(0)}"`, limit: '1', direction: 'forward' },
      { query: '{app=~"aragora.*"}', start: '1768730395000000000', end: '1768730465000000000', limit: '5000' },
      { query: '{app=~"aragora.*"}', start: at(2) },
    ]);
    expect(collected(observation)).toMatchObject({
      source: 'loki',
      lines: 3,
      complete: true,
      window: WINDOW,
      traceIds: { sent: 3, found: 3 },
      backend: {
        levelLabel: { same: 3, other: { count: 0 }, none: { count: 0 } },
        lookups: [{ traceId: idOf(0), foundAfterMs: expect.any(Number) }],
      },
    });
  });

  it('is asked again until the line has come in', async () => {
    const script = { [QUERY_RANGE]: [page(), page(info(0, 1)), page(info(0, 1)), page(), page(info(0, 2)), page()] };
    const { observation } = await observe(script, 2);
    expect(collected(observation).traceIds).toMatchObject({ sent: 2, found: 2 });
  });

  it('is given up at the deadline, and says what it had', async () => {
    const { observation } = await observe({ [QUERY_RANGE]: [() => page()] }, 2, 100);
    expect(collected(observation)).toMatchObject({
      lines: 0,
      traceIds: { sent: 2, found: 0, waitedMs: 100 },
      backend: { lookups: [{ foundAfterMs: null }], deadlineMs: 100 },
    });
  });

  it('is read page by page, lines of one moment neither lost nor counted twice, in whichever order they come', async () => {
    // Three lines have the same time; the first page has two of them, the second begins with the third.
    const timestamp = new Date(WINDOW.fromMs).toISOString();
    const same = (...arrivals: number[]): Stream => ({
      labels: { app: 'aragora', level: 'INFO' },
      values: arrivals.map((arrival) => [at(4998), lineOf(arrival, { timestamp })] as const),
    });
    const pages = [
      page(info(0, 1)),
      page(info(0, 4998), same(4998, 4999)),
      page(same(5000, 4999, 4998), info(5001, 5002)),
      page(info(5001, 5002)),
    ];
    const { observation, calls } = await observe({ [QUERY_RANGE]: pages }, 5002);
    expect(calls.slice(1).map(({ query }) => query.get('start'))).toEqual(['1768730395000000000', at(4998), at(5001)]);
    expect(collected(observation)).toMatchObject({ lines: 5002, traceIds: { found: 5002 } });
  });

  it('is read to its end where it gives less at a time than it is asked for', async () => {
    const pages = [page(info(0, 1)), page(info(0, 10)), page(info(9, 12)), page(info(11, 12))];
    const { observation } = await observe({ [QUERY_RANGE]: pages }, 12);
    expect(collected(observation)).toMatchObject({ lines: 12, traceIds: { found: 12 } });
  });

  it('that answers the same whatever it is asked for ends', async () => {
    const answer = page(info(0, 5));
    const { observation } = await observe({ [QUERY_RANGE]: [() => answer] }, 5);
    expect(collected(observation)).toMatchObject({ lines: 5 });
  });

  it('has not found a trace id by answering another line', async () => {
    const { observation } = await observe({ [QUERY_RANGE]: [() => page(info(1, 2))] }, 2, 100);
    expect(collected(observation).backend?.lookups).toEqual([{ traceId: idOf(0), foundAfterMs: null }]);
  });

  it('reports lines without the label, and with another than their own', async () => {
    const streams = [
      info(0, 1),
      info(1, 2, { app: 'aragora' }),
      info(2, 3, { app: 'aragora', level: 'ERROR' }),
      info(3, 4, { level: 'info' }),
    ];
    const { observation } = await observe({ [QUERY_RANGE]: [page(info(0, 1)), page(...streams), page()] }, 4);
    expect(collected(observation).backend?.levelLabel).toMatchObject({
      same: 2,
      other: { count: 1, examples: [{ problem: 'is labelled level="ERROR"' }] },
      none: { count: 1, examples: [{ problem: 'has no label level' }] },
    });
  });

  it('has a selector of its own, a tenant and a token', async () => {
    const fake = await FakeBackend.start({
      [`${QUERY_RANGE.replace('/loki', '/prefix/loki')}`]: [() => page(info(0, 1))],
    });
    const backend = lokiBackend({
      url: `${fake.url}/prefix/`,
      selector: '{job="a"}',
      tenant: 'team',
      auth: { kind: 'bearer', token: 't0ken' },
    });
    await observeBackend(backend, SEARCH, { window: WINDOW, ...sentHealth(1), deadlineMs: DEADLINE_MS });
    await fake.stop();
    expect(fake.calls[0]?.headers).toMatchObject({ 'x-scope-orgid': 'team', authorization: 'Bearer t0ken' });
    expect(backend.query).toBe(`${fake.url}/prefix {job="a"}`);
  });

  test.each([
    ['answers an error', { status: 400, json: 'parse error at line 1' }, /answers 400: "parse error at line 1"$/],
    ['wants credentials', { status: 401, json: 'no org id' }, /answers 401: it needs credentials$/],
    [
      'answers other JSON',
      { json: { status: 'success', data: { resultType: 'matrix', result: [] } } },
      /not a list of log streams$/,
    ],
    ['answers times that are none', page({ labels: {}, values: [['yesterday', '{}']] }), /not a list of log streams$/],
    ['answers streams without lines', { json: { data: { resultType: 'streams', result: [{}] } } }, /not a list of log/],
    ['answers null', { json: null }, /not a list of log streams$/],
  ])('that %s is unavailable', async (_, answer, reason) => {
    const { observation } = await observe({ [QUERY_RANGE]: [answer] }, 1);
    expect(observation).toMatchObject({ status: 'unavailable', source: 'loki', reason: expect.stringMatching(reason) });
  });

  it('that does not listen is unavailable', async () => {
    const fake = await FakeBackend.start({});
    await fake.stop();
    const options = { window: WINDOW, ...sentHealth(1), deadlineMs: DEADLINE_MS };
    expect(await observeBackend(lokiBackend({ url: fake.url }), SEARCH, options)).toMatchObject({
      status: 'unavailable',
      reason: expect.stringMatching(/does not answer: connection refused$/),
    });
  });
});
