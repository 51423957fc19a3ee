/** What a contract's filter leaves out is named where the metric is counted. */
import { beforeAll, expect, test } from 'vitest';
import type { MetricsInput } from '../../../../test/support/judge-metrics.ts';
import {
  COUNTER,
  changedRun,
  DURATION,
  family,
  type Mutable,
  red,
  sureFindingOf,
} from '../../../../test/support/metrics-changes.ts';
import { sharedRun } from '../../../../test/support/metrics-run.ts';
import type { MetricSeries } from '../observation.ts';
import type { MetricLocation } from '../signals.ts';

const PATHS_ONLY = { endpoint: '/.*' };
const HANDLED = { endpoint: 'HealthHandler', method: 'HANDLE', status: '200' };

let run: MetricsInput;
beforeAll(async () => {
  run = await sharedRun();
});

const located = (input: MetricsInput, where?: MetricLocation['where']): MetricsInput => {
  const at = (name: string): MetricLocation => ({ name, ...(where !== undefined && { where }) });
  return { ...input, contract: { ...input.contract, locations: { [COUNTER]: at(COUNTER), [DURATION]: at(DURATION) } } };
};

/** 900 requests more, which nobody sent, under a label that is no path. */
const hiding = (name: string, sample = name) =>
  changedRun(run, (copy) => {
    const scrapes = copy.atMs.length;
    const values = Array.from({ length: scrapes }, (_, scrape) => (scrape === 0 ? 100 : 1000));
    family(copy, name).series.push({ name: sample, labels: { ...HANDLED }, values } as Mutable<MetricSeries>);
  });

const beyond = (input: MetricsInput, id: string) =>
  sureFindingOf(input, id).evidence.filter(({ label }) => /beyond/.test(label));

test('it is named with its total, and fails nothing', () => {
  const input = located(hiding(COUNTER), PATHS_ONLY);
  const expected = [
    {
      label: `not compared, beyond the contract's filter endpoint=~"/.*"`,
      value: `900 in 1 series: ${COUNTER}{endpoint="HealthHandler",method="HANDLE",status="200"} 900`,
    },
  ];
  for (const id of ['requests_total.reconciles', 'requests_total.moves'])
    expect(beyond(input, id), id).toEqual(expected);
  expect(red(input)).toEqual(red(run));
});

test('a histogram is counted by its count', () => {
  const input = located(hiding(DURATION, `${DURATION}_count`), PATHS_ONLY);
  expect(beyond(input, 'request_duration_seconds.count')[0]?.value).toMatch(/^900 in 1 series: /);
});

test('without a filter it is compared, and fails', () => {
  const input = located(hiding(COUNTER));
  expect(beyond(input, 'requests_total.reconciles')).toEqual([]);
  expect(red(input)).toContain('requests_total.reconciles');
});

test('where nothing is beyond the filter, or nothing was exposed, nothing is named', () => {
  expect(beyond(located(run, PATHS_ONLY), 'requests_total.reconciles')).toEqual([]);
  const gone = changedRun(run, (copy) => {
    copy.families = copy.families.filter(({ name }) => name !== COUNTER);
  });
  expect(sureFindingOf(located(gone, PATHS_ONLY), 'requests_total.reconciles')).toMatchObject({
    status: 'no-data',
    evidence: [],
  });
});
