import { beforeAll, describe, expect, test } from 'vitest';
import type { MetricsInput } from '../../../../test/support/judge-metrics.ts';
import {
  late,
  observed,
  red,
  sureFindingOf,
  type ValueChange,
  withSeries,
  withValues,
} from '../../../../test/support/metrics-changes.ts';
import { sharedRun } from '../../../../test/support/metrics-run.ts';

let run: MetricsInput;
beforeAll(async () => {
  run = await sharedRun();
});

const changed = (change: ValueChange, input = run) => withValues(input, change);

const AGENTS = 'aragora_agent_latency_seconds';

describe('the parts of a histogram, scrape by scrape', () => {
  test.each<[what: string, change: ValueChange]>([
    ['the sum comes at the end', { of: `${AGENTS}_sum`, to: late }],
    ['the buckets come at the end', { of: `${AGENTS}_bucket`, to: late }],
  ])('fail where %s', (_, change) => {
    expect(red(changed(change))).toEqual(['agent_latency_seconds.consistent']);
  });

  test('fail where one is missing at first', () => {
    const half = observed(run).atMs.length / 2;
    const gone = (name: string) =>
      withSeries(run, (series) =>
        series.name === name
          ? { ...series, values: series.values.map((value, scrape) => (scrape < half ? null : value)) }
          : series,
      );
    for (const suffix of ['_sum', '_bucket'])
      expect(red(gone(AGENTS + suffix)), suffix).toEqual(['agent_latency_seconds.consistent']);
  });

  test('may be read one after the other, while the server goes on counting', () => {
    const isLast = (scrape: number) => scrape === observed(run).atMs.length - 1;
    const before = (suffix: string) =>
      withSeries(run, (series) =>
        series.name === AGENTS + suffix
          ? {
              ...series,
              values: series.values.map(
                (value, scrape) => series.values[isLast(scrape) ? scrape : scrape - 1] ?? value,
              ),
            }
          : series,
      );
    for (const suffix of ['_sum', '_bucket', '_count'])
      expect(sureFindingOf(before(suffix), 'agent_latency_seconds.consistent').status, suffix).toBe('pass');
  });
});
