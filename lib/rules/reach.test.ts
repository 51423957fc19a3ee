import { expect, test } from 'vitest';
import { problemTexts, someCatalogue } from '../../test/support/rules.ts';
import { queryProblems } from './reach.ts';

const catalogue = someCatalogue();
const said = (query: string, scrapeIntervalMs: number | null = null, known = catalogue): string[] =>
  problemTexts(queryProblems(query, { catalogue: known, scrapeIntervalMs }));

test.each([
  'aragora_requests_total',
  'sum(rate(aragora_requests_total{status=~"5.."}[5m])) / sum(rate(aragora_requests_total[5m])) > 0.05',
  'aragora_requests_total{status!="500"}',
  'aragora_requests_total{code=""}',
  'aragora_requests_total{code!="x"}',
  'aragora_requests_total{code=~".*"}',
  'aragora_requests_total{instance="server:8080"}',
  'sum by (endpoint) (rate(aragora_requests_total[5m])) / on (endpoint) sum by (endpoint) (aragora_requests_total)',
  'histogram_quantile(0.99, sum(rate(aragora_request_duration_seconds_bucket[5m])) by (le)) > 9.9',
  'aragora_request_duration_seconds_bucket{le="10.0"}',
  'up == 0',
  'ALERTS{alertname="AragoraDown"}',
  'vector(1)',
  'time() - 5',
  'deriv(aragora_active_debates[5m])',
  'sum(rate(aragora_requests_total[1h] offset 1d))',
])('%s can return data', (query) => {
  expect(said(query)).toEqual([]);
});

test.each<[string, ...string[]]>([
  ['aragora_request_total', 'never: the server has no metric aragora_request_total → aragora_requests_total'],
  ['aragora_debates_active', 'never: the server has no metric aragora_debates_active → aragora_active_debates'],
  ['sum(aragora_nothing)', 'never: the server has no metric aragora_nothing'],
  [
    'aragora_requests_total{state="500"}',
    'never: aragora_requests_total has no label state; it has method, endpoint, status, job, instance → status',
  ],
  [
    'aragora_request_duration_seconds_bucket{le="1"}',
    'never: aragora_request_duration_seconds_bucket has no le="1"; it has 0.5, 10.0, +Inf → 0.5',
  ],
  ['{__name__="aragora_nothing"}', 'never: the server has no metric aragora_nothing'],
  [
    'histogram_quantile(0.9, sum(rate(aragora_request_duration_seconds_bucket[5m])))',
    'never: histogram_quantile() needs the label le, which is not there: by (le, …)',
  ],
  [
    'histogram_quantile(0.9, rate(aragora_requests_total[5m]))',
    'never: histogram_quantile() needs the label le, which is not there: by (le, …)',
  ],
  [
    'histogram_quantile(0.9, rate(aragora_request_duration_seconds_bucket[5m])) > 10',
    'never: it can never be > 10: it is at most 10',
  ],
  [
    'sum(rate(aragora_requests_total{status=~"5.."}[5m])) / sum(rate(aragora_requests_total[5m])) > 5',
    'never: it can never be > 5: it is from 0 to 1',
  ],
  [
    'sum(rate(aragora_requests_total{status=~"5.."}[5m])) / sum(rate(aragora_requests_total[5m])) * 100 > 100',
    'never: it can never be > 100: it is from 0 to 100',
  ],
  ['rate(aragora_requests_total[5m]) < 0', 'never: it can never be < 0: it is at least 0'],
  ['up == 2', 'never: it can never be == 2: it is from 0 to 1'],
  [
    'sum by (status) (aragora_requests_total) / sum(aragora_requests_total)',
    'never: its two sides never match, because only one of them has these labels: left status',
  ],
  ['rate(aragora_requests_total)', 'never: Prometheus refuses it: rate() needs a range, for example rate(x[5m])'],
  [
    'sum(aragora_requests_total[5m])',
    'never: Prometheus refuses it: sum() aggregates an instant vector, not a range vector',
  ],
  ['1 > 0', 'never: Prometheus refuses it: a comparison of two numbers needs "bool": > bool'],
  [
    'histogram_quantile(0.95, rate(aragora_request_duration_seconds_bucket[5m])) by (method)',
    'never: it is no PromQL: unexpected "by (method)" at character 77; by and without belong to an aggregation such as sum',
  ],
  [
    'foo(aragora_requests_total)',
    'never: it is no PromQL: unexpected "(aragora_requests_total)" at character 4; there is no function of that name',
  ],
  ['', 'never: it is no PromQL: it is empty'],
])('%s can never return data', (query, ...problems) => {
  expect(said(query)).toEqual(problems);
});

test.each<[string, ...string[]]>([
  [
    'rate(aragora_active_debates[5m])',
    'wrong: rate() of the gauge aragora_active_debates counts each fall as a restart; deriv() is for gauges',
  ],
  ['aragora_nothing or vector(0)', 'wrong: the server has no metric aragora_nothing (one side of "or")'],
  [
    'sum(aragora_requests_total) / on (code) sum(aragora_requests_total)',
    'wrong: on (code): no side has the label code',
  ],
])('%s returns something else than it says', (query, ...problems) => {
  expect(said(query)).toEqual(problems);
});

test.each<[string, ...string[]]>([
  [
    'aragora_requests_total{endpoint="/api/nothing"}',
    'unsure: no series of aragora_requests_total had endpoint="/api/nothing" so far; seen: /api/health, /api/debates',
  ],
  [
    'aragora_requests_total{namespace="prod"}',
    'unsure: aragora_requests_total has no label namespace at the server; the scrape configuration may add it',
  ],
  [
    'rate(aragora_debate_timeouts_total[5m])',
    'unsure: aragora_debate_timeouts_total is declared and has no series yet',
  ],
  ['up{job="aragora"}', 'unsure: only the scrape configuration knows whether a job fits job="aragora"'],
  ['node_load1', 'unsure: node_load1 is not of this server; its Prometheus knows whether it exists'],
  ['process_open_fds', 'unsure: process_open_fds is not of this server; its Prometheus knows whether it exists'],
  [
    'job:aragora_requests:rate5m',
    'unsure: no rule of these files records job:aragora_requests:rate5m; another file may',
  ],
  [
    'aragora_request_duration_seconds_bucket{le="10"}',
    'unsure: le="10" is written 10.0 at the server; Prometheus 2 keeps that, Prometheus 3 writes 1.0 for 1',
  ],
])('%s may return data', (query, ...problems) => {
  expect(said(query)).toEqual(problems);
});

test.each<[string, ...string[]]>([
  [
    'absent(aragora_nothing)',
    'note: the server has no metric aragora_nothing (inside absent(), which then has data all the time)',
  ],
  ['aragora_active_debates unless aragora_nothing', 'note: the server has no metric aragora_nothing (behind "unless")'],
])('%s has data', (query, ...problems) => {
  expect(said(query)).toEqual(problems);
});

test('a range that holds one sample at most has no rate', () => {
  expect(said('rate(aragora_requests_total[10s])', 15_000)).toEqual([
    'never: rate() needs two samples, and 10 s holds at most one with a scrape every 15 s',
  ]);
  expect(said('rate(aragora_requests_total[20s])', 15_000)).toEqual([
    'wrong: rate() needs two samples, and 20 s holds only one at times with a scrape every 15 s',
  ]);
  expect(said('rate(aragora_requests_total[30s])', 15_000)).toEqual([]);
  expect(said('rate(aragora_requests_total[10s])')).toEqual([]);
});

test.each<[string, ...string[]]>([
  ['sum by (owner) (aragora_requests_total)'],
  [
    'aragora_requests_total{code="200"}',
    'never: aragora_requests_total has no label code; it has method, endpoint, status, job, instance, owner',
  ],
  [
    'aragora_requests_total{code=~"slo_variable_code"}',
    'wrong: aragora_requests_total has no label code: each chosen value shows nothing; it has method, endpoint, status, job, instance, owner',
  ],
  ['sum by (code) (aragora_requests_total)', 'wrong: by (code): no series has the label code, so all are one'],
  [
    'aragora_requests_total / on (status) aragora_active_debates',
    'never: on (status): only one side has the label status, so nothing matches',
  ],
])('%s is surely so where it is known what scraping adds', (query, ...problems) => {
  expect(said(query, null, { ...catalogue, targetLabels: new Set(['owner']) })).toEqual(problems);
});
