/** All checks of metrics together: the reference target keeps them, a contract, missing evidence. */
import { beforeAll, describe, expect, test } from 'vitest';
import { judgeMetrics, type MetricsInput } from '../../../../test/support/judge-metrics.ts';
import {
  COUNTER,
  changedRun,
  DURATION,
  family,
  findingOf,
  type Mutable,
  red,
  statusOf,
} from '../../../../test/support/metrics-changes.ts';
import { realRun, sharedRun } from '../../../../test/support/metrics-run.ts';
import type { MetricsObserved } from '../observation.ts';
import { ARAGORA_2_11_METRICS } from '../promises.ts';

let run: MetricsInput;
beforeAll(async () => {
  run = await sharedRun();
});
const changed = (change: (copy: Mutable<MetricsObserved>) => void) => changedRun(run, change);

test('the reference target passes every gating check, and the one broken query of the guide is reported', () => {
  const findings = judgeMetrics(run);
  const others = findings.filter(({ status, gating }) => gating && status !== 'pass');
  expect(others).toEqual([]);
  expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
  expect(findings.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual([
    'metrics.queries.provider-latency.parses',
  ]);
});

test('the same checks pass through a Prometheus, but for what it does not show', async () => {
  const findings = judgeMetrics(await realRun({}, 'prometheus'));
  expect(findings.filter(({ status, gating }) => gating && status !== 'pass')).toEqual([]);
  expect(findings.filter(({ status }) => status === 'no-data').map(({ id }) => id)).toEqual([
    'metrics.exposition.answers',
    'metrics.exposition.parses',
    'metrics.exposition.content-type',
    'metrics.exposition.unique',
    'metrics.exposition.timestamps',
    'metrics.queries.provider-latency.returns',
  ]);
});

test('a contract finds what a release keeps elsewhere, and the documented name stays missing', () => {
  const input = {
    ...changed((copy) => {
      const [counter, duration] = [family(copy, COUNTER), family(copy, DURATION)];
      for (const one of [counter, duration]) {
        const name = one.name.replace('aragora_', 'aragora_http_');
        for (const series of one.series) series.name = series.name.replace(one.name, name);
        one.name = name;
        const again = structuredClone(one.series);
        for (const series of again) series.labels = { ...series.labels, method: 'HANDLE', endpoint: 'HealthHandler' };
        one.series.push(...again.slice(0, 1));
      }
      copy.families = copy.families.filter(({ name }) => name !== 'aragora_debates_active');
    }),
    contract: ARAGORA_2_11_METRICS,
  };
  expect(red(input)).toEqual(['requests_total.present', 'request_duration_seconds.present', 'debates_active.present']);
  expect(findingOf(input, 'requests_total.present')?.summary).toBe(
    'aragora_requests_total is not exposed; this release keeps it as aragora_http_requests_total',
  );
});

describe('without evidence', () => {
  test('every finding is no-data when nobody scraped', () => {
    const statuses = statusOf({ ...run, observation: undefined });
    expect(new Set(statuses.values())).toEqual(new Set(['no-data']));
    expect([...statuses.keys()]).toEqual([...statusOf(run).keys()]);
  });

  test('every finding is unavailable, with the reason, when it could not be had', () => {
    const observation = {
      kind: 'metrics',
      status: 'unavailable',
      source: 'direct',
      reason: 'GET /metrics answers 404',
      hint: 'enable it',
    } as const;
    const findings = judgeMetrics({ ...run, observation });
    expect(new Set(findings.map(({ status }) => status))).toEqual(new Set(['unavailable']));
    expect(findings[0]?.summary).toBe('GET /metrics answers 404; enable it');
  });

  test.each([
    ['what the embedded target answers instead of metrics', true, 404, 'fail'],
    ['5xx of any server', false, 503, 'fail'],
    ['404 of a server whose metrics may be elsewhere', false, 404, 'unavailable'],
    ['no answer at all', true, undefined, 'unavailable'],
  ])('%s', (_, embedded, httpStatus, expected) => {
    const plan = { ...run.plan, target: { ...run.plan.target, embedded } };
    const answered = httpStatus === undefined ? {} : { httpStatus };
    const reason = { reason: 'it says so', hint: 'enable it', ...answered };
    const observation = { kind: 'metrics', status: 'unavailable', source: 'direct', ...reason } as const;
    const statuses = statusOf({ ...run, plan, observation });
    expect(statuses.get('metrics.exposition.answers') ?? statuses.get('exposition.answers')).toBe(expected);
    expect([...statuses.values()].filter((status) => status !== 'unavailable')).toEqual(
      expected === 'fail' ? ['fail'] : [],
    );
  });

  test('nothing passes on an exposition that is empty but for its promises’ names', () => {
    const input = changed((copy) => {
      for (const one of copy.families) [one.series, one.seriesCount] = [[], 0];
    });
    const passing = judgeMetrics(input).filter(
      ({ status, id }) => status === 'pass' && !/present|type|exposition|restarts|cardinality|queries|secrets/.test(id),
    );
    expect(passing).toEqual([]);
  });

  test('a load without requests and debates decides nothing of what it moves', () => {
    const statuses = statusOf({ ...run, recording: { ...run.recording, endpoints: new Map() } });
    const undecided = [...statuses].filter(([id]) => /moves|reconciles|percentiles|mean/.test(id));
    expect(undecided.filter(([, status]) => status !== 'no-data')).toEqual([]);
    expect(undecided.length).toBeGreaterThan(10);
  });
});

test('what was observed survives JSON, and is judged the same', () => {
  const observation = JSON.parse(JSON.stringify(run.observation)) as MetricsObserved;
  expect(judgeMetrics({ ...run, observation })).toEqual(judgeMetrics(run));
});
