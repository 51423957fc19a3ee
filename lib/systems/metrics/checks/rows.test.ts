/** The comparison of clients and server in the report. */
import { beforeAll, describe, expect, test } from 'vitest';
import { compareMetrics, type MetricsInput } from '../../../../test/support/judge-metrics.ts';
import {
  COUNTER,
  changedRun,
  DURATION,
  family,
  findingOf,
  increase,
  type Mutable,
} from '../../../../test/support/metrics-changes.ts';
import { sharedRun } from '../../../../test/support/metrics-run.ts';
import type { MetricsObserved } from '../observation.ts';
import { DOCUMENTED_METRIC_MAPPING } from '../promises.ts';

let run: MetricsInput;
beforeAll(async () => {
  run = await sharedRun();
});
const changed = (change: (copy: Mutable<MetricsObserved>) => void) => changedRun(run, change);

test('the comparison for the report has a line for each endpoint, method and status, and each percentile', () => {
  const compared = compareMetrics(run);
  expect(compared?.requests.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
    'GET /api/health 200',
    'GET /api/debates 200',
    'GET /api/debates 503',
    'POST /api/debates 200',
    'GET /api/debates/{id}/convergence 200',
  ]);
  expect(compared?.requests.every(({ clients, server }) => clients === server && clients > 0)).toBe(true);
  expect(compared?.requests.map(({ explanation }) => explanation)).toEqual(['', '', '', '', '']);
  expect(compared?.latencies).toHaveLength(4);
  for (const { endpoint, percentiles, buckets, clientMeanMs, serverMeanMs } of compared?.latencies ?? []) {
    expect(percentiles.map(({ percentile }) => percentile)).toEqual([50, 95, 99]);
    expect(buckets.at(-1)).toEqual({ toMs: null, share: 1 });
    // The server also times its 503, which has no latency for clients, so whichever of them is slow is not theirs.
    if (endpoint === 'debates-list') continue;
    // The server's time may end after its answer has left.
    const slackMs = DOCUMENTED_METRIC_MAPPING.clockSlackMs;
    for (const { clientMs, serverFromMs } of percentiles)
      expect(serverFromMs).toBeLessThanOrEqual((clientMs ?? 0) + slackMs);
    expect(serverMeanMs).toBeLessThanOrEqual(clientMeanMs);
  }
});

describe('the comparison explains a difference', () => {
  const health = (copy: Mutable<MetricsObserved>, change: (increase: number) => number) => {
    for (const series of family(copy, COUNTER).series) {
      if (series.labels['endpoint'] === '/api/health') increase(series, change);
    }
  };
  const explained = (input: MetricsInput): string | undefined =>
    compareMetrics(input)?.requests.find(({ endpoint }) => endpoint === 'health')?.explanation;
  const lost = () => changed((copy) => health(copy, (count) => count - 1));
  const surplus = () => changed((copy) => health(copy, (count) => count + 2));
  const twice = () =>
    changed((copy) => {
      for (const series of family(copy, COUNTER).series) increase(series, (count) => 2 * count);
    });
  const restless = () =>
    changed((copy) => {
      health(copy, (count) => count - 1);
      copy.settled = false;
    });
  test.each([
    ['lost counts', lost, '1 not counted under this endpoint, method and status'],
    ['counts that may still come', restless, '1 not counted yet: the numbers were still changing'],
    ['a surplus that is its own doing', surplus, '2 too many: nothing else calls the server'],
    [
      "a surplus that may be others'",
      () => ({ ...surplus(), exclusive: false }),
      '2 more than the load sent: traffic of others, or double counting',
    ],
    ['double counting', twice, 'each counted 2 times'],
  ])('%s', (_, input, words) => {
    expect(explained(input())).toBe(words);
  });

  test('and leaves no request out where the counter is infinite', () => {
    const infinite = changed((copy) => {
      for (const series of family(copy, COUNTER).series) series.values = series.values.map(() => '+Inf');
    });
    const rows = compareMetrics(infinite)?.requests ?? [];
    expect(rows).toHaveLength(5);
    for (const { server, explanation } of rows)
      expect([server, explanation]).toEqual([0, expect.stringMatching(/not counted/)]);
  });

  test('and has no requests to compare without the counter', () => {
    const without = changed((copy) => {
      copy.families = copy.families.filter(({ name }) => name !== COUNTER);
    });
    expect(compareMetrics(without)?.requests).toEqual([]);
    expect(compareMetrics(without)?.latencies).toHaveLength(4);
  });

  test('a server that is slower than its clients can not be explained', () => {
    const slow = changed((copy) => {
      for (const { name, labels, values } of family(copy, DURATION).series) {
        if (name === `${DURATION}_bucket` && labels['le'] !== '+Inf') values.fill(0);
      }
    });
    const explanations = compareMetrics(slow)?.latencies.flatMap(({ percentiles }) =>
      percentiles.map(({ explanation }) => explanation),
    );
    expect(new Set(explanations)).toEqual(new Set(["the server's time is longer than clients waited"]));
  });
});

describe('a journey that asks what the harness reads itself', () => {
  /** As if health were read at that path, too, and so many more times than clients did. */
  const withReading = (more: number): MetricsInput => {
    const path = '/api/debates/{id}';
    const health = run.recording.endpoints.get('health');
    if (health === undefined) throw new Error('the run asks for health');
    const given = changed((copy) => {
      const { series } = family(copy, COUNTER);
      const read = series.filter(({ labels }) => labels['endpoint'] === '/api/health');
      const copies = read.map((one) => ({ ...structuredClone(one), labels: { ...one.labels, endpoint: path } }));
      for (const one of copies) increase(one, (count) => count + more);
      series.push(...copies);
    });
    const routes = { ...run.contract.routes, reading: { method: 'GET', path } };
    const endpoints = new Map([...run.recording.endpoints, ['reading', { ...health, endpoint: 'reading' }]]);
    return { ...given, contract: { ...run.contract, routes }, recording: { ...run.recording, endpoints } };
  };

  test.each([
    ['a few more are the own ones of the harness', 2, 'pass'],
    ['many more are not', 50, 'fail'],
  ])('%s', (_, more, status) => {
    expect(findingOf(withReading(more), 'requests_total.reconciles')?.status).toBe(status);
  });

  test('the difference is explained', () => {
    const row = compareMetrics(withReading(2))?.requests.find(({ endpoint }) => endpoint === 'reading');
    expect(row?.explanation).toMatch(/^2 that the harness itself asks beside the load/);
  });
});
