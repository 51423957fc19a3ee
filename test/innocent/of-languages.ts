/** Innocents whose metrics come from client libraries of other languages, through gateways, or from servers that were replaced. */
import type { Exposition } from '../../lib/target/metrics.ts';
import { type Sample, sampleText, withLines, withMore, withRequestRow, withSamples } from './exposition.ts';
import { always, type TapeInnocent } from './innocent.ts';

const isDocumented = ({ name }: Sample) => name.startsWith('aragora_');
const isGauge = ({ name }: Sample) => /active|connections|tier_size/.test(name);
const keyOf = (sample: Sample) => sampleText({ ...sample, value: 0 });

/** Families in the order of their names, and series in that of their text. */
function sorted({ body, ...right }: Exposition): Exposition {
  const families = body
    .split(/\n(?=# HELP )/)
    .map((text) => text.trim().split('\n'))
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  return { ...right, body: `${families.map((lines) => lines.join('\n')).join('\n')}\n` };
}

/** Bounds below and above the documented ones: nothing was so short or so long. */
function withMoreBounds(right: Exposition): Exposition {
  return withSamples(right, (one) => {
    const { le } = one.labels;
    if (le === undefined || !one.name.startsWith('aragora_request_')) return [one];
    const more = (bound: string, value: number): Sample => ({ ...one, labels: { ...one.labels, le: bound }, value });
    if (le === '0.01') return [more('1e-06', 0), one];
    return le === '10' ? [one, more('30', one.value), more('60', one.value)] : [one];
  });
}

const GO = [
  '# HELP go_goroutines Number of goroutines that currently exist.',
  '# TYPE go_goroutines gauge',
  'go_goroutines 41',
  '# HELP go_gc_duration_seconds A summary of the wall-time pause (stop-the-world) duration in garbage collection cycles.',
  '# TYPE go_gc_duration_seconds summary',
  'go_gc_duration_seconds{quantile="0"} 2.7e-05',
  'go_gc_duration_seconds{quantile="1"} NaN',
  'go_gc_duration_seconds_sum 0.001',
  'go_gc_duration_seconds_count 12',
  '# HELP promhttp_metric_handler_requests_total Total number of scrapes by HTTP status code.',
  '# TYPE promhttp_metric_handler_requests_total counter',
  'promhttp_metric_handler_requests_total{code="200"} 7',
];

/** The longest of the last minutes beside each histogram. */
function withMaxima(right: Exposition): Exposition {
  const names = [
    'aragora_request_duration_seconds',
    'aragora_agent_latency_seconds',
    'aragora_debate_duration_seconds',
  ];
  return withMore(
    right,
    names.flatMap((name) => [
      `# HELP ${name}_max  `,
      `# TYPE ${name}_max gauge`,
      `${name}_max{application="aragora"} 0.21`,
    ]),
  );
}

/** As if the server had begun with the first scrape: it counts from 0, and rows come with what they count. */
function begunAtTheLoad(): TapeInnocent['tape'] {
  return {
    exposition: () => {
      const before = new Map<string, number>();
      let scrape = 0;
      return (right) => {
        scrape += 1;
        return withSamples(right, (one) => {
          if (!isDocumented(one) || isGauge(one)) return [one];
          const key = keyOf(one);
          if (scrape === 1) before.set(key, one.value);
          const value = one.value - (before.get(key) ?? 0);
          const own = [{ ...one, value: Number(value.toPrecision(12)) }];
          return one.name.endsWith('_total') && Object.keys(one.labels).length > 0 && value === 0 ? [] : own;
        });
      };
    },
  };
}

/** Beside the rows of the server those of another one, with what it had counted, until a scrape in the load. */
function withOld(until: number): TapeInnocent['tape'] {
  return {
    exposition: () => {
      const old = new Map<string, number>();
      let scrape = 0;
      return (right) => {
        scrape += 1;
        return withSamples(right, (one) => {
          if (!isDocumented(one)) return [one];
          const key = keyOf(one);
          if (scrape === 1) old.set(key, isGauge(one) ? 0 : one.value + (Number.isInteger(one.value) ? 70 : 0));
          const green = { ...one, labels: { ...one.labels, version: 'green' } };
          const value = old.get(key);
          return scrape < until && value !== undefined
            ? [{ ...one, labels: { ...one.labels, version: 'blue' }, value }, green]
            : [green];
        });
      };
    },
  };
}

export const OF_LANGUAGES: readonly TapeInnocent[] = [
  {
    name: 'a Go client library: names in order, its own metrics, NaN where there was nothing',
    because: 'promhttp writes so',
    tape: always((right) => withMore(sorted(right), GO)),
  },
  {
    name: 'Micrometer: the longest duration beside each histogram',
    because: 'it writes a gauge _max for each timer',
    tape: always(withMaxima),
  },
  {
    name: 'more bounds than documented',
    because: 'a client library makes some for percentiles, and the documented ones are there',
    tape: always((right) => withMoreBounds(right)),
  },
  {
    name: "a collector's labels and its target_info",
    because: 'OpenTelemetry exports them',
    tape: always((right) =>
      withMore(
        withSamples(right, (one) => [
          isDocumented(one)
            ? { ...one, labels: { otel_scope_name: 'aragora', otel_scope_version: '', ...one.labels } }
            : one,
        ]),
        ['# TYPE target_info gauge', 'target_info{service_name="aragora-api",service_instance_id="7f"} 1'],
      ),
    ),
  },
  {
    name: 'a server that was started before the load, without rows of what has not happened',
    because: 'a deployment, after which the load begins',
    tape: begunAtTheLoad(),
  },
  {
    name: 'the rows of a server that was replaced, which go some scrapes later',
    because: 'an aggregator keeps them for a while; blue is gone, and green serves all',
    undecided: { metrics: /./ },
    byChance: true,
    tape: withOld(6),
  },
  {
    name: 'handshakes of sockets as requests that last as long as they are open',
    because: 'a middleware counts them when they close',
    tape: {
      exposition: () => (right) => withRequestRow(right, { method: 'GET', endpoint: '/ws', status: '101' }, 0),
    },
  },
  {
    name: 'sums of durations in whole microseconds',
    because: 'a library adds up whole numbers',
    tape: always((right) =>
      withSamples(right, (one) => [
        one.name.endsWith('_sum') ? { ...one, value: Math.round(one.value * 1e6) / 1e6 } : one,
      ]),
    ),
  },
  {
    name: 'a gateway that stamps samples some seconds late',
    because: 'it has the numbers of the push before',
    tape: always((right) =>
      withLines(right, (lines) => lines.map((line) => (/^aragora_/.test(line) ? `${line} ${Date.now() - 900}` : line))),
    ),
  },
  {
    name: 'a start that the process computes anew from its age',
    because: 'some libraries do, and it differs by some ms',
    tape: {
      exposition: () => {
        let scrape = 0;
        return (right) =>
          withMore(
            withLines(right, (lines) => lines.filter((line) => !line.includes('process_start_time_seconds'))),
            [
              '# TYPE process_start_time_seconds gauge',
              `process_start_time_seconds ${1_700_000_000 + (scrape++ % 7) / 30}`,
            ],
          );
      },
    },
  },
];
