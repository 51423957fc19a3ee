/** What the server counts and times, against what clients counted. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { MetricsInput } from '../../../../test/support/judge-metrics.ts';
import {
  type Cases,
  COUNTER,
  changedRun,
  DURATION,
  family,
  findingOf,
  gauges,
  increase,
  late,
  type Mutable,
  numbers,
  red,
  rescaled,
  unwritten,
  withValues,
} from '../../../../test/support/metrics-changes.ts';
import { sharedRun } from '../../../../test/support/metrics-run.ts';
import type { MetricSeries, MetricsObserved } from '../observation.ts';

let run: MetricsInput;
beforeAll(async () => {
  run = await sharedRun();
});
const changed = (change: (copy: Mutable<MetricsObserved>) => void) => changedRun(run, change);

const cases: Cases = {
  'requests are counted twice': [
    (copy) => {
      for (const series of family(copy, COUNTER).series) increase(series, (count) => count * 2);
    },
    ['requests_total.reconciles'],
  ],
  'some counts are lost': [
    (copy) => {
      for (const series of family(copy, COUNTER).series) increase(series, (count) => count - Math.ceil(count / 100));
    },
    // Including the 503, so a failure that clients saw is hidden.
    ['requests_total.reconciles', 'requests_total.failures'],
  ],
  'failures are counted as successes': [
    (copy) => {
      for (const { labels } of family(copy, COUNTER).series) if (labels['status'] === '503') labels['status'] = '200';
    },
    ['requests_total.failures'],
  ],
  'milliseconds are recorded as seconds': [
    (copy) => {
      const { series } = family(copy, DURATION);
      const like = ({ labels }: Mutable<MetricSeries>, suffix: string) =>
        series.find(
          ({ name, labels: other }) =>
            name.endsWith(suffix) && other['endpoint'] === labels['endpoint'] && other['method'] === labels['method'],
        );
      for (const one of series) if (one.name.endsWith('_sum')) numbers(one, (seconds) => seconds * 1000);
      for (const one of series) {
        const [sum, count] = [like(one, '_sum'), like(one, '_count')];
        if (!one.name.endsWith('_bucket') || one.labels['le'] === '+Inf') continue;
        // All in the bucket of the mean.
        const mean = Number(sum?.values.at(-1)) / Number(count?.values.at(-1));
        numbers(one, (_, scrape) => (Number(one.labels['le']) >= mean ? Number(count?.values[scrape] ?? 0) : 0));
      }
      for (const one of series) {
        if (!one.name.endsWith('_sum')) continue;
        const [last, count] = [Number(one.values.at(-1)), like(one, '_count')];
        const each = last / Number(count?.values.at(-1));
        numbers(one, (_, scrape) => Number(count?.values[scrape] ?? 0) * each);
      }
    },
    ['request_duration_seconds.mean'],
  ],
  'the histogram counts others than the counter': [
    (copy) => {
      for (const series of family(copy, DURATION).series) {
        if (!series.name.endsWith('_sum')) increase(series, (count) => count + 1);
      }
    },
    ['request_duration_seconds.count'],
  ],
  'a sum of durations is infinite': [
    (copy) => {
      for (const series of family(copy, DURATION).series)
        if (series.name.endsWith('_sum')) series.values = series.values.map(() => '+Inf');
    },
    ['request_duration_seconds.mean', 'request_duration_seconds.monotone'],
  ],
  'debates are timed twice': [
    (copy) => {
      for (const series of family(copy, 'aragora_debate_duration_seconds').series)
        increase(series, (value) => value * 2);
    },
    ['debate_duration_seconds.reconciles'],
  ],
  'one debate in two is completed': [
    (copy) => {
      for (const series of family(copy, 'aragora_debates_completed_total').series)
        increase(series, (value) => Math.floor(value / 2));
    },
    ['debates_completed_total.reconciles'],
  ],
  'more debates reach consensus than there were': [
    (copy) => {
      for (const series of family(copy, 'aragora_consensus_reached_total').series)
        increase(series, (value) => value * 2);
    },
    ['consensus_reached_total.reconciles'],
  ],
  'agents take milliseconds that are seconds': [
    (copy) => rescaled(copy, 'aragora_agent_latency_seconds', 1000),
    ['agent_latency_seconds.mean'],
  ],
  'debates take milliseconds that are seconds': [
    (copy) => rescaled(copy, 'aragora_debate_duration_seconds', 100_000),
    ['debate_duration_seconds.mean'],
  ],
  'agents take no time': [(copy) => rescaled(copy, 'aragora_agent_latency_seconds', 0), ['agent_latency_seconds.mean']],
};

describe('exactly the findings that name it turn red when', () => {
  test.each(Object.entries(cases))('%s', (_, [change, expected]) => {
    expect(red(changed(change)).sort()).toEqual([...expected].sort());
  });
});

describe("others' requests", () => {
  const withOthers = (exclusive: boolean) => ({
    ...changed((copy) => {
      for (const series of family(copy, COUNTER).series) {
        if (series.labels['endpoint'] === '/api/health') increase(series, (count) => count + 5);
      }
      for (const series of family(copy, DURATION).series) {
        if (series.labels['endpoint'] === '/api/health' && !series.name.endsWith('_sum'))
          increase(series, (count) => count + 5);
      }
    }),
    exclusive,
  });

  test('are a surplus that fails where nobody else calls', () => {
    const finding = findingOf(withOthers(true), 'requests_total.reconciles');
    expect(finding).toMatchObject({ status: 'fail', bad: 5 });
    expect(finding?.summary).toBe("5 are counted that are not the load's: traffic of others, or double counting");
    expect(finding?.evidence[0]?.label).toBe('GET /api/health 200');
  });

  test('decide nothing where others may call', () => {
    expect(findingOf(withOthers(false), 'requests_total.reconciles')?.status).toBe('inconclusive');
    expect(red(withOthers(false))).toEqual([]);
  });
});

test('requests of which nobody knows the end are allowed for, no more', () => {
  const health = run.recording.endpoints.get('health');
  if (health === undefined) throw new Error('no health');
  const busiest = health.seconds.reduce((most, second) => (second.count > most.count ? second : most));
  expect(busiest.count).toBeGreaterThanOrEqual(3);
  const seconds = health.seconds.map((second) =>
    second === busiest ? { ...second, failed: { timeout: 2, refused: 1 } } : second,
  );
  const recording = {
    ...run.recording,
    endpoints: new Map(run.recording.endpoints).set('health', { ...health, seconds }),
  };
  // Two may have been counted, and were. The third was never sent, yet something was counted.
  const finding = findingOf({ ...run, recording }, 'requests_total.reconciles');
  expect(finding).toMatchObject({ status: 'fail', bad: 1 });
  expect(finding?.summary).toContain('2 more never got a complete answer');
});

test('counts decide nothing where an infinity stands among them', () => {
  const infinite = changed((copy) => {
    for (const series of family(copy, COUNTER).series) series.values = series.values.map(() => '+Inf');
  });
  for (const id of ['requests_total.reconciles', 'requests_total.failures', 'request_duration_seconds.count'])
    expect([id, findingOf(infinite, id)?.status]).toEqual([id, 'inconclusive']);
});

test('a counter that shows requests late is not accused for the last one, which it has not shown yet', () => {
  const oneMore = changed((copy) => {
    const { series } = family(copy, DURATION);
    for (const { name, labels } of series.filter(({ labels }) => labels['endpoint'] === '/api/health')) {
      const last = name.endsWith('_sum') ? 0 : 1;
      const values = copy.atMs.map((_, scrape) => (scrape === copy.atMs.length - 1 ? last : 0));
      series.push({ name, labels: { ...labels, endpoint: '/api/auth/oauth/providers' }, values });
    }
  });
  expect(findingOf(oneMore, 'request_duration_seconds.count')).toMatchObject({ status: 'fail', bad: 1 });
  const isLate = withValues(oneMore, { of: COUNTER, to: late });
  expect(findingOf(isLate, 'request_duration_seconds.count')?.summary).toMatch(/differ by 1, and .* not in step/);
  expect(red(isLate)).toEqual(['requests_total.moves']);
});

test('counts decide nothing where more series were exposed than are kept', () => {
  const cut = changed((copy) => {
    copy.seriesLeftOut = 5;
    family(copy, COUNTER).series.pop();
  });
  expect(red(cut)).toEqual([]);
  expect(findingOf(cut, 'requests_total.reconciles')).toMatchObject({
    status: 'inconclusive',
    summary: expect.stringContaining('left out'),
  });
});

describe('debates', () => {
  test('what debates can have lasted is not known where others start some, or nobody knows when they ended', () => {
    const more = changed((copy) => {
      for (const series of family(copy, 'aragora_debate_duration_seconds').series)
        increase(series, (value) => value * 3);
    });
    const unknown = changed((copy) => {
      copy.families = copy.families.filter(({ name }) => name !== 'aragora_debate_duration_seconds');
    });
    for (const input of [more, unknown]) {
      expect(findingOf(unwritten(input), 'agent_latency_seconds.mean')?.status).toBe('inconclusive');
      // Clients that watched every debate know it.
      expect(findingOf(input, 'agent_latency_seconds.mean')?.status).toBe('pass');
    }
    expect(findingOf(unknown, 'debate_duration_seconds.mean')?.status).toBe('no-data');
  });

  test("debates that were not completed may still run, and too many may be others'", () => {
    const half = changed((copy) => {
      copy.settled = false;
      for (const series of family(copy, 'aragora_debates_completed_total').series)
        increase(series, (value) => Math.max(0, value - 1));
    });
    expect(findingOf(half, 'debates_completed_total.reconciles')?.status).toBe('inconclusive');
    const more = changed((copy) => {
      for (const series of family(copy, 'aragora_debates_completed_total').series)
        increase(series, (value) => (value > 0 ? value + 1 : 0));
    });
    expect(findingOf({ ...more, exclusive: false }, 'debates_completed_total.reconciles')?.status).toBe('inconclusive');
    expect(findingOf({ ...more, exclusive: true }, 'debates_completed_total.reconciles')?.status).toBe('fail');
  });

  test('a debate that timed out need not be completed', () => {
    const timedOut = changed((copy) => {
      for (const series of family(copy, 'aragora_debates_completed_total').series)
        increase(series, (value) => Math.max(0, value - 1));
      gauges(copy, 'aragora_debate_timeouts_total', (_, scrape) => (scrape === 0 ? 0 : 1));
    });
    expect(findingOf(timedOut, 'debates_completed_total.reconciles')?.status).toBe('pass');
  });
});
