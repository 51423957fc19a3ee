import { beforeAll, describe, expect, test } from 'vitest';
import { histogramOf } from '../../../../test/support/histogram.ts';
import { compareMetrics, judgeMetrics, type MetricsInput, realRun } from '../../../../test/support/metrics-run.ts';
import { onePhase, plannedJourneys } from '../../../core/timeline.ts';
import type { MetricFamily, MetricSeries, MetricsObserved } from '../observation.ts';
import { ARAGORA_2_11_METRICS, DOCUMENTED_METRIC_MAPPING, DOCUMENTED_METRICS } from '../promises.ts';

/** One real run; the cases change copies of what was scraped. */
let run: MetricsInput;
beforeAll(async () => {
  run = await realRun({
    patch: { http: [{ kind: 'status', status: 503, route: 'debates-list', pick: { share: 0.2 } }] },
  });
});

type Mutable<T> = T extends string | number | boolean | null | undefined
  ? T
  : { -readonly [K in keyof T]: Mutable<T[K]> };

function observed(input: MetricsInput): MetricsObserved {
  if (input.observation?.status !== 'collected') throw new Error(JSON.stringify(input.observation));
  return input.observation;
}

function changed(change: (observed: Mutable<MetricsObserved>) => void): MetricsInput {
  const copy = structuredClone(observed(run)) as Mutable<MetricsObserved>;
  change(copy);
  return { ...run, observation: copy as MetricsObserved };
}

const statusOf = (input: MetricsInput) => new Map(judgeMetrics(input).map(({ id, status }) => [id, status]));
const red = (input: MetricsInput) =>
  judgeMetrics(input)
    .filter(({ status, gating }) => status === 'fail' && gating)
    .map(({ id }) => id.replace('metrics.', ''));
const findingOf = (input: MetricsInput, id: string) =>
  judgeMetrics(input).find((finding) => finding.id === `metrics.${id}`);

function family(copy: Mutable<MetricsObserved>, name: string): Mutable<MetricFamily> {
  const found = copy.families.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const numbers = (series: Mutable<MetricSeries>, change: (value: number, scrape: number) => number | null) => {
  series.values = series.values.map((value, scrape) => (typeof value === 'number' ? change(value, scrape) : value));
};
/** What was counted before the load stays; what was counted during it is changed. */
const increase = (series: Mutable<MetricSeries>, change: (increase: number) => number) => {
  const first = Number(series.values[0] ?? 0);
  numbers(series, (value) => first + change(value - first));
};
const COUNTER = 'aragora_requests_total';
const DURATION = 'aragora_request_duration_seconds';
const gauges = (copy: Mutable<MetricsObserved>, name: string, change: (value: number, scrape: number) => number) => {
  for (const series of family(copy, name).series) numbers(series, change);
};

/** A histogram in which every value is multiplied by `factor`: above the last bound, or for 0 below the first. */
const rescaled = (copy: Mutable<MetricsObserved>, name: string, factor: number) => {
  const { series: all } = family(copy, name);
  const countOf = new Map(
    all.flatMap(({ name: sample, labels, values }) =>
      sample.endsWith('_count') ? [[JSON.stringify(labels), values]] : [],
    ),
  );
  for (const series of all) {
    const { le, ...labels } = series.labels;
    if (series.name.endsWith('_sum')) numbers(series, (value) => value * factor);
    if (le !== undefined && le !== '+Inf')
      series.values = factor === 0 ? [...(countOf.get(JSON.stringify(labels)) ?? [])] : series.values.map(() => 0);
  }
};

const SEEN = ['debate-message', 'debate-end', 'debate-talk', 'debate-consensus'];

/** As clients recorded it before they wrote down what they see of debates. */
function unwritten(input: MetricsInput) {
  const kept = [...input.recording.endpoints].filter(([endpoint]) => !SEEN.includes(endpoint));
  const journeys = plannedJourneys(input.plan).map((journey) => ({
    ...journey,
    endpoints: journey.endpoints.filter(({ name }) => !SEEN.includes(name)),
  }));
  const plan = { ...input.plan, phases: onePhase(journeys) };
  return { ...input, plan, recording: { ...input.recording, endpoints: new Map(kept) } };
}

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

const PRESENT = DOCUMENTED_METRICS.metrics.map(({ name }) => `${name.replace('aragora_', '')}.present`);
const cases: Record<string, [(copy: Mutable<MetricsObserved>) => void, string[]]> = {
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
  'a counter is no number': [
    (copy) => {
      for (const series of family(copy, COUNTER).series) series.values = series.values.map(() => 'NaN');
    },
    ['requests_total.monotone'],
  ],
  'a counter is infinite': [
    (copy) => {
      for (const series of family(copy, COUNTER).series) series.values = series.values.map(() => '+Inf');
    },
    ['requests_total.monotone'],
  ],
  'a counter is below zero': [
    (copy) => gauges(copy, 'aragora_elo_updates_total', (value) => value - 1e6),
    ['elo_updates_total.monotone'],
  ],
  'a sum of durations is infinite': [
    (copy) => {
      for (const series of family(copy, DURATION).series)
        if (series.name.endsWith('_sum')) series.values = series.values.map(() => '+Inf');
    },
    ['request_duration_seconds.mean', 'request_duration_seconds.monotone'],
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
  'sockets stand high whatever happens': [
    (copy) => gauges(copy, 'aragora_websocket_connections', () => 1000),
    ['websocket_connections.moves'],
  ],
  'sockets are infinite': [
    (copy) => {
      for (const series of family(copy, 'aragora_websocket_connections').series)
        series.values = series.values.map(() => '+Inf');
    },
    ['websocket_connections.moves'],
  ],
  'running debates are infinite': [
    (copy) => {
      for (const series of family(copy, 'aragora_active_debates').series)
        series.values = series.values.map(() => '+Inf');
    },
    ['active_debates.moves'],
  ],
  'a gauge is no number': [
    (copy) => gauges(copy, 'aragora_websocket_connections', () => Number.NaN),
    ['websocket_connections.moves'],
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
  'a counter stands still': [(copy) => gauges(copy, 'aragora_elo_updates_total', () => 2), ['elo_updates_total.moves']],
  'running debates stay at zero': [(copy) => gauges(copy, 'aragora_active_debates', () => 0), ['active_debates.moves']],
  'running debates fall below zero': [
    (copy) => gauges(copy, 'aragora_active_debates', (_, scrape) => (scrape === 3 ? -1 : 0)),
    ['active_debates.moves'],
  ],
  'running debates are never counted down': [
    (copy) => gauges(copy, 'aragora_active_debates', (_, scrape) => scrape),
    ['active_debates.returns'],
  ],
  'sockets stay at zero': [
    (copy) => gauges(copy, 'aragora_websocket_connections', () => 0),
    ['websocket_connections.moves'],
  ],
  'half of the sockets are counted': [
    (copy) => gauges(copy, 'aragora_websocket_connections', (value) => Math.floor(value / 2)),
    ['websocket_connections.moves'],
  ],
  'closed sockets are still counted': [
    (copy) => gauges(copy, 'aragora_websocket_connections', (value, scrape) => Math.max(value, scrape > 5 ? 3 : 0)),
    ['websocket_connections.returns'],
  ],
  'a counter falls while the server runs': [
    (copy) =>
      gauges(copy, COUNTER, (value, scrape) => (scrape === copy.atMs.length - 2 ? Math.max(0, value - 1) : value)),
    ['requests_total.monotone'],
  ],
  'a series vanishes': [
    (copy) => {
      for (const series of family(copy, 'aragora_consensus_reached_total').series) series.values[4] = null;
    },
    ['consensus_reached_total.monotone'],
  ],
  'the server starts anew': [
    (copy) => {
      const half = Math.floor(copy.atMs.length / 2);
      for (const { type, series } of copy.families) {
        if (type === 'gauge') continue;
        for (const one of series) {
          const at = Number(one.values[half - 1] ?? 0);
          numbers(one, (value, scrape) => (scrape < half ? value : value - at));
        }
      }
    },
    ['restarts'],
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

test('requests that nobody can tell of are allowed for, no more', () => {
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

test('gauges that were merely missed are not blamed', () => {
  const input = changed((copy) => {
    gauges(copy, 'aragora_active_debates', () => 0);
    const kept = [0, 6, copy.atMs.length - 1];
    copy.atMs = kept.map((at) => copy.atMs[at] ?? 0);
    for (const { series } of copy.families)
      for (const one of series) one.values = kept.map((at) => one.values[at] ?? null);
  });
  const finding = findingOf(input, 'active_debates.moves');
  expect(finding?.status).toBe('inconclusive');
  expect(finding?.summary).toContain('by chance');
});

test.each<[what: string, answeredUs: number[]]>([
  ['are delivered late, one of them by 15 s', [15_000_000, ...Array<number>(9).fill(30_000)]],
  ['never come', []],
])('first messages that %s do not show that a debate ran', (_, answeredUs) => {
  const still = changed((copy) => gauges(copy, 'aragora_active_debates', () => 0));
  const agents = still.recording.endpoints.get('agent-response');
  if (agents === undefined) throw new Error('no agent answered');
  // The samples that failed took as long as the clients waited.
  const seconds = agents.seconds.map((second) => ({ ...second, sumUs: 15_000_000 * second.count }));
  const { endpoints } = unwritten(still).recording;
  endpoints.set('agent-response', { ...agents, seconds, total: histogramOf(answeredUs) });
  const finding = findingOf({ ...still, recording: { ...still.recording, endpoints } }, 'active_debates.moves');
  expect(finding?.status).toBe('inconclusive');
});

describe('a cache in front of /metrics', () => {
  /** Each scrape gets what was made at this one. */
  const copies = (madeAt: (scrape: number) => number) =>
    changed((copy) => {
      for (const series of copy.families.flatMap((one) => one.series)) {
        const values = [...series.values];
        series.values = values.map((_, scrape) => values[madeAt(scrape)] ?? null);
      }
    });

  test('puts no gauge in the wrong that it shows late', () => {
    const last = observed(run).atMs.length - 1;
    const input = copies((scrape) => (scrape < 12 ? 0 : scrape === last ? last : 12));
    expect(red(input).filter((id) => /moves|returns/.test(id))).toEqual([]);
    expect(findingOf(input, 'websocket_connections.moves')?.status).not.toBe('fail');
  });

  test('leaves it open whether a gauge went back, where its last copy may be of the load', () => {
    const input = copies((scrape) => (scrape < 9 ? 0 : 9));
    expect(findingOf(input, 'websocket_connections.returns')).toMatchObject({
      status: 'inconclusive',
      summary: expect.stringContaining("a copy from before the load's end"),
    });
  });

  test('that keeps everything from before the load shows nothing of it', () => {
    const input = copies(() => 0);
    expect(findingOf(input, 'websocket_connections.moves')).toMatchObject({
      status: 'no-data',
      summary: 'no scrape got new numbers while sockets were held open',
    });
    expect(findingOf(input, 'active_debates.moves')?.status).toBe('no-data');
  });
});

test('one scrape that misses a socket may have come as it closed', () => {
  const once = changed((copy) =>
    gauges(copy, 'aragora_websocket_connections', (value, scrape) => (scrape === 10 ? 0 : value)),
  );
  expect(findingOf(once, 'websocket_connections.moves')?.status).toBe('inconclusive');
});

test.each([
  ['aragora_websocket_connections', 'websocket_connections.moves'],
  ['aragora_active_debates', 'active_debates.moves'],
])("%s that others' work may have kept from rising is not blamed", (name, id) => {
  const falling = changed((copy) => gauges(copy, name, (_, scrape) => 1000 - scrape));
  expect(findingOf({ ...falling, exclusive: false }, id)?.status).toBe('inconclusive');
  expect(findingOf(falling, id)?.status).toBe('fail');
});

test('counts decide nothing where an infinity stands among them', () => {
  const infinite = changed((copy) => {
    for (const series of family(copy, COUNTER).series) series.values = series.values.map(() => '+Inf');
  });
  for (const id of ['requests_total.reconciles', 'requests_total.failures', 'request_duration_seconds.count'])
    expect([id, findingOf(infinite, id)?.status]).toEqual([id, 'inconclusive']);
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

test('an empty exposition has no form to judge', () => {
  const empty = changed((copy) => {
    copy.families = [];
  });
  for (const id of ['exposition.parses', 'exposition.unique'])
    expect(findingOf(empty, id)).toMatchObject({ status: 'no-data', summary: 'not a single metric is exposed' });
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

  test('what debates can have lasted is not known where others start some, or nobody tells when they ended', () => {
    const more = changed((copy) => {
      for (const series of family(copy, 'aragora_debate_duration_seconds').series)
        increase(series, (value) => value * 3);
    });
    const untold = changed((copy) => {
      copy.families = copy.families.filter(({ name }) => name !== 'aragora_debate_duration_seconds');
    });
    for (const input of [more, untold]) {
      expect(findingOf(unwritten(input), 'agent_latency_seconds.mean')?.status).toBe('inconclusive');
      // Clients that watched every debate know it.
      expect(findingOf(input, 'agent_latency_seconds.mean')?.status).toBe('pass');
    }
    expect(findingOf(untold, 'debate_duration_seconds.mean')?.status).toBe('no-data');
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

  test('a load without requests and debates decides nothing of what it moves', () => {
    const statuses = statusOf({ ...run, recording: { ...run.recording, endpoints: new Map() } });
    const undecided = [...statuses].filter(([id]) => /moves|reconciles|percentiles|mean/.test(id));
    expect(undecided.filter(([, status]) => status !== 'no-data')).toEqual([]);
    expect(undecided.length).toBeGreaterThan(10);
  });
});

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

test('what was observed survives JSON, and is judged the same', () => {
  const observation = JSON.parse(JSON.stringify(run.observation)) as MetricsObserved;
  expect(judgeMetrics({ ...run, observation })).toEqual(judgeMetrics(run));
});
