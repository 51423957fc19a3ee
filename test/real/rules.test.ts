/** What `rules` says of queries, held against a real Prometheus: what can never return data returns none, and what is ok returns some. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { queryProblems } from '../../lib/rules/reach.ts';
import { wantedOf } from '../../lib/rules/wanted.ts';
import { labelValues, seriesReturned } from '../../lib/systems/metrics/observe/prometheus-api.ts';
import { prometheusCatalogue } from '../../lib/systems/metrics/observe/prometheus-catalogue.ts';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { type Backend, launchPrometheus } from '../backends/launch.ts';

let target: Target;
let prometheus: Backend;
beforeAll(async () => {
  target = await startTarget();
  const address = new URL(target.httpUrl).host;
  prometheus = await launchPrometheus([{ job: 'aragora', address }], 1000);
  // A counter that did not move between two scrapes has a rate of 0, and 0 divided by 0 is no number.
  await vi.waitFor(
    async () => {
      await (await fetch(`${target.httpUrl}/api/health`)).arrayBuffer();
      const query = 'rate(aragora_requests_total{status="200"}[1m]) > 0';
      const answer = await seriesReturned({ url: prometheus.url }, query, Date.now());
      expect(answer).toMatchObject({ ok: true, data: expect.toSatisfy((series: number) => series > 0) });
    },
    { timeout: 60_000, interval: 500 },
  );
});
afterAll(async () => {
  await Promise.all([prometheus.stop(), target.stop()]);
});

async function verdict(query: string): Promise<'refused' | 'never' | 'other'> {
  const catalogue = await prometheusCatalogue({ url: prometheus.url }, wantedOf([query]));
  if (!catalogue.ok) throw new Error(catalogue.reason);
  const problems = queryProblems(query, { catalogue: catalogue.data, scrapeIntervalMs: null });
  if (problems.some(({ reason }) => /refuses it|is no PromQL/.test(reason))) return 'refused';
  return problems.some(({ effect }) => effect === 'never') ? 'never' : 'other';
}

test.each([
  'aragora_requests_total',
  'sum by (status) (rate(aragora_requests_total[1m]))',
  'up{job="aragora"} == 1',
  'aragora_requests_total{code=""}',
  'aragora_requests_total{code!="x", job=~"ara.*"}',
  'sum by (endpoint) (aragora_requests_total) / on (endpoint) sum by (endpoint) (aragora_requests_total)',
  'sum without (instance, job) (aragora_requests_total) / ignoring (job, instance) aragora_requests_total',
  'histogram_quantile(0.9, sum by (le) (rate(aragora_request_duration_seconds_bucket[1m])))',
  'absent(aragora_nothing)',
  'aragora_nothing or vector(0)',
  'count_values("value", up)',
  'label_replace(up, "other", "$1", "job", "(.*)") * on (other) label_replace(up, "other", "$1", "job", "(.*)")',
  'sum(rate(aragora_requests_total{status=~"2.."}[1m])) / sum(rate(aragora_requests_total[1m])) <= 1',
])('%s returns data', async (query) => {
  expect(await verdict(query)).toBe('other');
  expect(await seriesReturned({ url: prometheus.url }, query, Date.now())).toMatchObject({
    ok: true,
    data: expect.toSatisfy((series: number) => series > 0),
  });
});

test.each([
  'aragora_request_total',
  'up{job="aragora-api"}',
  'aragora_requests_total{state="200"}',
  'aragora_request_duration_seconds_bucket{le="0.3"}',
  'histogram_quantile(0.9, sum(rate(aragora_request_duration_seconds_bucket[1m])))',
  'sum by (endpoint) (aragora_requests_total{job="aragora"}) / sum(aragora_requests_total{job="aragora"})',
  'sum(rate(aragora_requests_total{status=~"2.."}[1m])) / sum(rate(aragora_requests_total[1m])) > 1',
  'histogram_quantile(1, rate(aragora_request_duration_seconds_bucket[1m])) > 10',
  'up == 2',
  'rate(aragora_requests_total[1m]) < 0',
  'sum(aragora_nothing) > 0',
])('%s never returns data', async (query) => {
  const answer = await seriesReturned({ url: prometheus.url }, query, Date.now());
  expect([answer, await verdict(query)]).toMatchObject([
    { ok: true, data: 0 },
    expect.stringMatching(/^(never|other)$/),
  ]);
  // Where a label need not be on every series, a Prometheus alone can't say that two sides never match.
  if (!query.includes('by (endpoint)')) expect(await verdict(query)).toBe('never');
});

test.each([
  'rate(aragora_requests_total)',
  'sum(aragora_requests_total[5m])',
  'sum(up) by (job) by (instance)',
  'abs(up[5m])',
  '1 > 0',
  'up and 1',
  'rate(sum(up)[5m])',
  'histogram_quantile(0.9, up) by (job)',
  '-up[5m]',
  '"a" + up',
  'nothing(up)',
])('%s is refused', async (query) => {
  expect(await seriesReturned({ url: prometheus.url }, query, Date.now())).toMatchObject({ ok: false, status: 400 });
  expect(await verdict(query)).toBe('refused');
});

test('the jobs are those that it has', async () => {
  expect(await labelValues({ url: prometheus.url }, 'job')).toEqual({ ok: true, data: ['aragora'] });
});
