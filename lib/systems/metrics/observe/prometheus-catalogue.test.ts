import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { prometheusCatalogue } from './prometheus-catalogue.ts';

const stopping: (() => void)[] = [];
afterEach(() => {
  for (const stop of stopping.splice(0)) stop();
});

/** Answers by path and selector; anything else is 404, as an old Prometheus would. */
async function started(answers: Readonly<Record<string, unknown>>): Promise<string> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake');
    const asked = [url.pathname, url.searchParams.get('match[]')].filter(Boolean).join(' ');
    const isKnown = Object.hasOwn(answers, asked);
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isKnown ? { status: 'success', data: answers[asked] } : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stopping.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const SELECTOR = '{__name__="a_total"}';
const ANSWERS = {
  '/api/v1/label/__name__/values': ['a_total', 'b', 'h_bucket', 'up'],
  '/api/v1/metadata': {
    a_total: [{ type: 'counter', help: '' }],
    h: [{ type: 'histogram', help: '' }],
    later: [{ type: 'gauge', help: '' }],
  },
  '/api/v1/label/job/values': ['aragora'],
  [`/api/v1/labels ${SELECTOR}`]: ['__name__', 'job', 'status'],
  [`/api/v1/label/status/values ${SELECTOR}`]: ['200'],
};

test('it asks for all names, and for the labels of what is wanted', async () => {
  const url = await started({ ...ANSWERS, '/api/v1/scrape_pools': { scrapePools: ['aragora', 'workers'] } });
  const answer = await prometheusCatalogue({ url }, new Map([['a_total', new Set(['status', 'code'])]]));
  if (!answer.ok) throw new Error(answer.reason);
  const { metrics, jobs, kind } = answer.data;
  expect([kind, jobs]).toEqual(['prometheus', new Set(['aragora', 'workers'])]);
  expect(metrics.get('a_total')).toEqual({
    type: 'counter',
    hasSeries: true,
    labels: new Map([
      ['job', { values: null, isOnAll: false }],
      ['status', { values: new Set(['200']), isOnAll: false }],
    ]),
  });
  expect(metrics.get('h_bucket')).toEqual({ type: 'histogram', hasSeries: true, labels: null });
  expect(metrics.get('h_sum')).toEqual({ type: 'histogram', hasSeries: false, labels: null });
  expect(metrics.get('later')).toEqual({ type: 'gauge', hasSeries: false, labels: null });
});

test('an older one lists no jobs without series', async () => {
  const answer = await prometheusCatalogue({ url: await started(ANSWERS) }, new Map());
  expect(answer).toMatchObject({ ok: true, data: { jobs: new Set(['aragora']) } });
});

test('what is no Prometheus is said', async () => {
  expect(await prometheusCatalogue({ url: await started({}) }, new Map())).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/answers 404/),
  });
});
