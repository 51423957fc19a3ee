import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { requestsCounted } from './prometheus-budget.ts';

const servers: { close(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A Prometheus that answers each instant query with these values by status, and records what it was asked. */
async function prometheus(
  values: Readonly<Record<string, string>>,
): Promise<{ url: string; asked: URLSearchParams[] }> {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '/', 'http://fake').searchParams);
    const result = Object.entries(values).map(([status, value]) => ({
      metric: status === '' ? {} : { status },
      value: [1_790_000_000, value],
    }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const COUNTER = { location: { name: 'aragora_requests_total' }, job: undefined };

describe('requests counted by Prometheus', () => {
  it.each([
    [
      'failed are those of 5xx alone',
      { 200: '900.5', 404: '50', 500: '30', 503: '19.5' },
      { samples: 1000, bad: 49.5 },
    ],
    ['none at all is no data', {}, { samples: 0, bad: 0 }],
    ['what is no number counts for nothing', { 200: '10', 500: 'NaN' }, { samples: 10, bad: 0 }],
  ])('%s', async (_, values, counted) => {
    const { url } = await prometheus(values);
    expect(await requestsCounted({ url }, COUNTER, 1_790_000_000_000, 300)).toEqual({ ok: true, data: counted });
  });

  it.each([['error'], [''], ['2xx']])('a status of "%s" is refused: nobody could know what failed', async (status) => {
    const { url } = await prometheus({ 200: '10', [status]: '5' });
    const answer = await requestsCounted({ url }, COUNTER, 1_790_000_000_000, 300);
    expect(answer).toMatchObject({
      ok: false,
      reason: `aragora_requests_total has the status "${status}", which is not an HTTP status`,
    });
  });

  it('asks for the documented metric where the contract keeps it, over the whole range, now', async () => {
    const { url, asked } = await prometheus({});
    const location = { name: 'aragora_http_requests_total', where: { endpoint: '/.*' } };
    await requestsCounted({ url }, { location, job: 'aragora "prod"' }, 1_790_000_000_500, 3600.9);
    expect(asked.map((one) => Object.fromEntries(one))).toEqual([
      {
        query:
          'sum by (status) (increase(aragora_http_requests_total{endpoint=~"/.*",job="aragora \\"prod\\""}[3600s]))',
        time: '1790000000.5',
      },
    ]);
  });

  it('says why when there is none', async () => {
    const answer = await requestsCounted({ url: 'http://127.0.0.1:1' }, COUNTER, 1_790_000_000_000, 300);
    expect(answer).toMatchObject({ ok: false, reason: expect.stringContaining('connection refused') });
  });
});
