/** What is exposed: metrics, types, labels, buckets, and the form of the exposition. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { MetricsInput } from '../../../../test/support/judge-metrics.ts';
import {
  type Cases,
  COUNTER,
  changedRun,
  DURATION,
  family,
  findingOf,
  type Mutable,
  numbers,
  red,
} from '../../../../test/support/metrics-changes.ts';
import { sharedRun } from '../../../../test/support/metrics-run.ts';
import type { MetricsObserved } from '../observation.ts';
import { DOCUMENTED_METRICS } from '../promises.ts';

let run: MetricsInput;
beforeAll(async () => {
  run = await sharedRun();
});
const changed = (change: (copy: Mutable<MetricsObserved>) => void) => changedRun(run, change);

const PRESENT = DOCUMENTED_METRICS.metrics.map(({ name }) => `${name.replace('aragora_', '')}.present`);

const cases: Cases = {
  'a metric is gone': [
    (copy) => {
      copy.families = copy.families.filter(({ name }) => name !== COUNTER);
    },
    ['requests_total.present'],
  ],
  'a gauge is gone': [
    (copy) => {
      copy.families = copy.families.filter(({ name }) => name !== 'aragora_debates_active');
    },
    ['debates_active.present'],
  ],
  'a metric that an alert needs is gone': [
    (copy) => {
      copy.families = copy.families.filter(({ name }) => name !== 'aragora_debate_timeouts_total');
    },
    ['debate_timeouts_total.present'],
  ],
  'a counter is declared a gauge': [
    (copy) => {
      family(copy, COUNTER).type = 'gauge';
    },
    ['requests_total.type'],
  ],
  'a sample is of another time': [
    (copy) => {
      const problem = 'its timestamp is 3600 s before the scrape';
      copy.malformed.push({ scrape: 1, line: 9, text: 'aragora_a 1 9', problem, kind: 'misdated' });
    },
    ['exposition.timestamps'],
  ],
  'a type is another one in some scrapes': [
    (copy) => {
      family(copy, COUNTER).otherTypes = ['gauge'];
    },
    ['requests_total.type'],
  ],
  'a type is not declared in some scrapes': [
    (copy) => {
      family(copy, COUNTER).otherTypes = [null];
    },
    ['requests_total.type'],
  ],
  'a type is not declared': [
    (copy) => {
      family(copy, DURATION).type = null;
    },
    ['request_duration_seconds.type'],
  ],
  'a label has another name': [
    (copy) => {
      for (const series of family(copy, COUNTER).series) {
        const { status = '', ...labels } = series.labels;
        series.labels = { ...labels, code: status };
      }
    },
    ['requests_total.labels'],
  ],
  'the provider is not among the labels': [
    (copy) => {
      for (const series of family(copy, 'aragora_agent_calls_total').series) delete series.labels['provider'];
    },
    ['agent_calls_total.labels-provider'],
  ],
  'a bucket is missing': [
    (copy) => {
      const one = family(copy, DURATION);
      one.series = one.series.filter(({ labels }) => labels['le'] !== '0.25');
    },
    ['request_duration_seconds.buckets'],
  ],
  'another bound': [
    (copy) => {
      for (const { labels } of family(copy, DURATION).series) if (labels['le'] === '10') labels['le'] = '12';
    },
    ['request_duration_seconds.buckets'],
  ],
  'counts are in the next bucket': [
    (copy) => {
      const buckets = family(copy, DURATION).series.filter(({ name }) => name.endsWith('_bucket'));
      const before = structuredClone(buckets);
      const bounds = ['0.01', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];
      for (const series of buckets) {
        const at = bounds.indexOf(series.labels['le'] ?? '');
        if (at === bounds.length - 1) continue;
        const lower = before.find(
          ({ labels }) =>
            labels['le'] === bounds[at - 1] &&
            labels['endpoint'] === series.labels['endpoint'] &&
            labels['method'] === series.labels['method'],
        );
        series.values = lower?.values ?? series.values.map((value) => (value === null ? null : 0));
      }
    },
    ['request_duration_seconds.consistent'],
  ],
  'a count contradicts its buckets': [
    (copy) => {
      for (const series of family(copy, 'aragora_agent_latency_seconds').series) {
        if (series.name.endsWith('_count')) numbers(series, (value) => value + 1);
      }
    },
    ['agent_latency_seconds.consistent'],
  ],
  'the bucket +Inf is missing': [
    (copy) => {
      const one = family(copy, DURATION);
      one.series = one.series.filter(({ labels }) => labels['le'] !== '+Inf');
    },
    ['request_duration_seconds.consistent'],
  ],
  'the count is missing': [
    (copy) => {
      const one = family(copy, DURATION);
      one.series = one.series.filter(({ name }) => !name.endsWith('_count'));
    },
    ['request_duration_seconds.consistent'],
  ],
  'a metric vanishes during the load': [
    (copy) => {
      const one = family(copy, 'aragora_memory_tier_size');
      one.seriesCount = 0;
      for (const series of one.series) series.values.fill(null, 2);
    },
    ['memory_tier_size.present'],
  ],
  'not a single metric is exposed': [
    (copy) => {
      copy.families = [];
    },
    ['exposition.answers', ...PRESENT],
  ],
  'a line is broken': [
    (copy) =>
      void copy.malformed.push({
        scrape: 1,
        line: 3,
        text: 'a{b="c"}_count 1',
        problem: 'expected a number',
        kind: 'malformed',
      }),
    ['exposition.parses'],
  ],
  'a series is there twice': [
    (copy) => void copy.malformed.push({ scrape: 1, line: 3, text: 'a 1', problem: 'again', kind: 'duplicate' }),
    ['exposition.unique'],
  ],
  'the content type says nothing': [
    (copy) => {
      copy.contentType = 'application/octet-stream';
    },
    ['exposition.content-type'],
  ],
  'an id is in a label': [
    (copy) => {
      family(copy, COUNTER).seriesCount = 1001;
    },
    ['cardinality'],
  ],
};

describe('exactly the findings that name it turn red when', () => {
  test.each(Object.entries(cases))('%s', (_, [change, expected]) => {
    expect(red(changed(change)).sort()).toEqual([...expected].sort());
  });
});

test.each(['aragora_request_duration_seconds', 'aragora_agent_latency_seconds', 'aragora_debate_duration_seconds'])(
  '%s is set aside by name where Prometheus keeps it as a native histogram',
  (name) => {
    const native = changed((copy) => {
      Object.assign(family(copy, name), { series: [], seriesCount: 0 });
      copy.nativeHistograms = [name];
    });
    expect(red(native)).toEqual([]);
    const of = (what: string) => findingOf(native, `${name.replace('aragora_', '')}.${what}`);
    expect(of('present')).toMatchObject({ status: 'pass', summary: expect.stringContaining('native histogram') });
    for (const what of ['consistent', 'monotone', 'moves'])
      expect(of(what)).toMatchObject({ status: 'no-data', summary: expect.stringContaining('set aside') });
  },
);

test('a server with many routes has many series from its start', () => {
  const input = changed((copy) => {
    Object.assign(family(copy, COUNTER), { seriesCount: 2040, seriesBefore: 2000 });
  });
  expect(findingOf(input, 'cardinality')?.status).toBe('pass');
});

test.each([
  ['text/plain; version=0.0.4; charset=utf-8', 'pass'],
  ['text/plain; version=1.0.0; charset=utf-8', 'pass'],
  ['text/plain', 'pass'],
  ['Application/OpenMetrics-Text; version=1.0.0', 'pass'],
  ['', 'fail'],
  ['text/plainer', 'fail'],
  ['application/json', 'fail'],
])('a content type of "%s" is as good as Prometheus 3 takes it: %s', (contentType, status) => {
  const input = changed((copy) => {
    copy.contentType = contentType;
  });
  expect(findingOf(input, 'exposition.content-type')?.status).toBe(status);
});

test('an empty exposition has no form to judge', () => {
  const empty = changed((copy) => {
    copy.families = [];
  });
  for (const id of ['exposition.parses', 'exposition.unique'])
    expect(findingOf(empty, id)).toMatchObject({ status: 'no-data', summary: 'not a single metric is exposed' });
});
