import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { promqlProblem } from '../../lib/promql/syntax.ts';
import type { MetricSeries, MetricsObservation, MetricsObserved } from '../../lib/systems/metrics/observation.ts';
import { startPrometheus } from '../../lib/systems/metrics/observe/prometheus.ts';
import { activeTargets, seriesReturned } from '../../lib/systems/metrics/observe/prometheus-api.ts';
import { startScraping } from '../../lib/systems/metrics/observe/scrape.ts';
import { DOCUMENTED_METRICS } from '../../lib/systems/metrics/promises.ts';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { type Backend, launchPrometheus } from '../backends/launch.ts';

/** A scrape that takes longer has failed. */
const EVERY_MS = 1000;

let target: Target;
let other: Target;
let prometheus: Backend;

beforeAll(async () => {
  const patch = { waits: { health: 'constant(3ms)' } };
  [target, other] = await Promise.all([startTarget({ patch }), startTarget({ patch })]);
  const jobs = [target, other].map(({ httpUrl }, at) => ({ job: `aragora-${at}`, address: new URL(httpUrl).host }));
  prometheus = await launchPrometheus(jobs, EVERY_MS);
});
afterAll(async () => {
  await Promise.all([prometheus.stop(), target.stop(), other.stop()]);
});

async function load(httpUrl: string, requests: number): Promise<void> {
  for (let at = 0; at < requests; at++) await (await fetch(`${httpUrl}/api/health`)).arrayBuffer();
  const body = JSON.stringify({ question: 'Is this long enough?', agents: ['demo', 'demo'], rounds: 1 });
  await (await fetch(`${httpUrl}/api/debates`, { method: 'POST', body })).arrayBuffer();
}

function collected(observation: MetricsObservation): MetricsObserved {
  if (observation.status === 'unavailable') throw new Error(observation.reason);
  return observation;
}

/** The last value of each series of the server's own metrics, by name and labels, with bounds as numbers. */
function lastValues({ families }: MetricsObserved): Map<string, unknown> {
  const series = families.flatMap((family) => (family.name.startsWith('aragora_') ? family.series : []));
  return new Map(series.map((one) => [keyOf(one), one.values.at(-1)]));
}

function keyOf({ name, labels }: MetricSeries): string {
  const { job, instance, le, ...own } = labels;
  // Prometheus 3 stores a bound of `1` as `1.0`.
  return JSON.stringify([name, ...Object.entries(own).sort(), le === undefined ? null : Number(le)]);
}

test('through Prometheus come the same values, types and series as straight from the server', async () => {
  await load(target.httpUrl, 1);
  const options = { queries: DOCUMENTED_METRICS.queries };
  const [through, direct] = await Promise.all([
    startPrometheus({ ...options, url: prometheus.url, targetUrl: target.httpUrl }),
    startScraping({ ...options, url: `${target.httpUrl}/metrics`, idleGauges: ['aragora_debates_active'] }),
  ]);
  await load(target.httpUrl, 40);
  await load(other.httpUrl, 5);
  const scraped = collected(await direct.stop());
  const asked = collected(await through.stop());

  expect(lastValues(asked)).toEqual(lastValues(scraped));
  const shape = ({ families }: MetricsObserved) =>
    families
      .filter(({ name }) => name.startsWith('aragora_'))
      .map(({ name, type, help, seriesCount }) => ({ name, type, help, seriesCount }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(shape(asked)).toEqual(shape(scraped));
  const health = asked.families
    .find(({ name }) => name === 'aragora_requests_total')
    ?.series.find(({ labels }) => labels['endpoint'] === '/api/health')?.values;
  expect(Number(health?.at(-1)) - Number(health?.at(0))).toBe(40);
  expect(asked.targets).toEqual([
    { job: 'aragora-0', instance: new URL(target.httpUrl).host, health: 'up', lastError: '' },
  ]);
  expect(asked).toMatchObject({ source: 'prometheus', settled: true, seriesLeftOut: 0, failedScrapes: [] });

  const answers = asked.queries.map(({ id, answer, syntaxProblem }) => [id, syntaxProblem ?? answer]);
  expect(Object.fromEntries(answers)).toEqual({
    'request-rate': { series: expect.any(Number) },
    'latency-p95': { series: expect.any(Number) },
    'error-rate': { series: expect.any(Number) },
    'active-debates': { series: 2 },
    'provider-latency': 'unexpected "by (provider)" at character 74',
    'panel-requests': { series: 1 },
    'panel-error-rate': { series: expect.any(Number) },
    'panel-latency-p50': { series: 1 },
    'panel-latency-p95': { series: 1 },
    'panel-latency-p99': { series: 1 },
  });
  const empty = asked.queries.filter(({ answer }) => answer !== null && 'series' in answer && answer.series === 0);
  const mayBeEmpty = DOCUMENTED_METRICS.queries.filter((query) => query.mayBeEmpty).map(({ id }) => id);
  expect(mayBeEmpty).toEqual(expect.arrayContaining(empty.map(({ id }) => id)));
});

describe('what is PromQL here is PromQL to Prometheus', () => {
  const expressions = [
    ...DOCUMENTED_METRICS.queries.map(({ expr }) => expr),
    'sum by (le) (rate(aragora_request_duration_seconds_bucket[5m]))',
    'sum(rate(aragora_requests_total[5m])',
    'rate(aragora_requests_total{status=~5..}[5m])',
    'aragora_requests_total[5m',
    'aragora_requests_total offset 5m',
    '1 +',
    '{__name__=~"aragora_.+"}',
    'up == bool 1',
    'topk(5, aragora_requests_total)',
    'no such thing',
  ];
  test.each(expressions)('%s', async (expr) => {
    const answer = await seriesReturned({ url: prometheus.url }, expr, Date.now());
    expect(answer.ok ? null : answer.reason).toEqual(
      promqlProblem(expr) === null ? null : expect.stringContaining('answers 400'),
    );
  });

  test('but for types, which only Prometheus knows', async () => {
    const expr = 'rate(aragora_requests_total)';
    expect(promqlProblem(expr)).toBeNull();
    expect(await seriesReturned({ url: prometheus.url }, expr, Date.now())).toMatchObject({
      ok: false,
      status: 400,
      reason: expect.stringMatching(/answers 400: .*expected type range vector/),
    });
  });
});

describe('metrics are unavailable, with the reason,', () => {
  test('when Prometheus does not scrape this server', async () => {
    const observing = await startPrometheus({ url: prometheus.url, targetUrl: 'http://elsewhere:8080' });
    expect(await observing.stop()).toMatchObject({
      status: 'unavailable',
      reason: expect.stringMatching(/has no target with the address elsewhere:8080$/),
      hint: expect.stringContaining(`targets: aragora-0 ${new URL(target.httpUrl).host}`),
    });
  });

  test('when the server goes away under the load', async () => {
    const gone = await startTarget();
    onTestFinished(() => gone.stop());
    const own = await launchPrometheus([{ job: 'gone', address: new URL(gone.httpUrl).host }], EVERY_MS);
    onTestFinished(() => own.stop());
    const observing = await startPrometheus({ url: own.url, targetUrl: gone.httpUrl });
    await gone.stop();
    expect(await observing.stop()).toMatchObject({
      status: 'unavailable',
      reason: expect.stringMatching(/^Prometheus cannot scrape .*connection refused$/),
    });
    expect(await activeTargets({ url: own.url })).toMatchObject({ ok: true, data: [{ health: 'down' }] });
  });

  test('when Prometheus itself goes away, before or during the load', async () => {
    const own = await launchPrometheus([{ job: 'a', address: new URL(target.httpUrl).host }], EVERY_MS);
    onTestFinished(() => own.stop());
    const options = { url: own.url, targetUrl: target.httpUrl };
    const observing = await startPrometheus(options);
    await own.stop();
    const refused = {
      kind: 'metrics',
      status: 'unavailable',
      source: 'prometheus',
      reason: `GET ${own.url}/api/v1/targets does not answer: connection refused`,
    };
    expect(await observing.stop()).toMatchObject(refused);
    expect(await (await startPrometheus(options)).stop()).toMatchObject(refused);
  });
});
