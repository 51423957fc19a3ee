/** Innocents whose `/metrics` look odd. */
import type { Exposition } from '../../lib/target/metrics.ts';
import { adding, type Sample, sampleText, withLines, withMore, withRequestRow, withSamples } from './exposition.ts';
import { always, type TapeInnocent } from './innocent.ts';

const GAUGES = ['aragora_debates_active', 'aragora_active_debates', 'aragora_websocket_connections'];
const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** The same answer for so long after it was made. */
function cachedFor(keptMs: number) {
  return {
    exposition: () => {
      let kept: { readonly atMs: number; readonly answer: Exposition } | undefined;
      return (right: Exposition) => {
        if (kept === undefined || Date.now() - kept.atMs >= keptMs) kept = { atMs: Date.now(), answer: right };
        return kept.answer;
      };
    },
  };
}

/** Two halves of a gauge, which add up to it. */
function halves(sample: Sample, label: string): readonly Sample[] {
  const less = Math.floor(sample.value / 2);
  return [less, sample.value - less].map((value, at) => ({
    ...sample,
    labels: { ...sample.labels, [label]: `${label}-${at + 1}` },
    value,
  }));
}

/** What came between two scrapes is counted by one of two replicas, in turn. */
function twoReplicas() {
  const counted = new Map<string, { readonly all: number; readonly of: readonly number[] }>();
  let turn = 0;
  return (right: Exposition) => {
    turn += 1;
    return withSamples(right, (sample) => {
      if (!isDocumented(sample)) return [sample];
      if (isGauge(sample) || sample.name === 'aragora_memory_tier_size') return halves(sample, 'replica');
      const key = sampleText({ ...sample, value: 0 });
      const { all, of: before } = counted.get(key) ?? { all: 0, of: [0, 0] };
      const now = before.map((value, at) => (turn % 2 === at ? value + (sample.value - all) : value));
      counted.set(key, { all: sample.value, of: now });
      return now.map((value, at) => ({ ...sample, labels: { ...sample.labels, replica: `replica-${at + 1}` }, value }));
    });
  };
}

const isDocumented = ({ name }: Sample) => name.startsWith('aragora_');
const isGauge = ({ name }: Sample) => GAUGES.includes(name);

export const OF_METRICS: readonly TapeInnocent[] = [
  {
    name: 'two replicas behind one address, their metrics added up',
    because: 'each series is there once for each replica, and their sum is what happened',
    tape: { exposition: twoReplicas },
  },
  {
    name: 'several processes share their counters, and each has gauges of its own',
    because: 'the guide names PROMETHEUS_MULTIPROC_DIR, and its client adds a label `pid` to gauges then',
    tape: always((right) =>
      withSamples(right, (one) => {
        if (one.name.startsWith('process_')) return [];
        return isGauge(one) ? halves(one, 'pid') : [one];
      }),
    ),
  },
  {
    name: '/metrics is cached for 3 s',
    because: 'a gateway may keep an answer as long, and the numbers come a little later',
    tape: cachedFor(3000),
  },
  {
    name: '/metrics is cached for 10 s',
    because: 'a Prometheus that scrapes every 15 s does not notice',
    // All depends on whether its last answer was made after the load.
    undecided: {
      metrics:
        /a copy from before|still run|counted yet|still changing|others than those that clients|not those that clients started/,
    },
    byChance: true,
    tape: cachedFor(10_000),
  },
  {
    name: 'OpenMetrics with exemplars and _created',
    because: 'a client library may answer in OpenMetrics where it is accepted',
    tape: always(asOpenMetrics),
  },
  {
    name: 'a Python client library, with gauges _created and bounds such as 1.0',
    because: 'that is how prometheus_client writes',
    tape: always(asPython),
  },
  {
    name: 'other metrics of the application and its runtime',
    because: 'the guides say what must be there, and nothing of what may not',
    tape: always((right) => withMore(right, OF_THE_RUNTIME)),
  },
  {
    name: 'further labels on documented metrics',
    because: 'an operator adds the release and the pod to everything',
    tape: always((right) =>
      withSamples(right, (one) =>
        isDocumented(one) ? [{ ...one, labels: { release: '2.12.0', pod: 'aragora-7f', ...one.labels } }] : [one],
      ),
    ),
  },
  {
    name: 'samples with the time at which they were taken',
    because: 'the text format allows it',
    tape: always((right) => withSamples(right, (one) => [`${sampleText(one)} ${Date.now()}`])),
  },
  {
    name: 'a scrape that counts itself',
    because: '/metrics is an endpoint of the API as others are',
    tape: countingScrapes({ method: 'GET', endpoint: '/metrics', status: '200' }),
  },
  {
    name: 'a scrape that counts itself under the name of its handler',
    because: 'Aragora 2.11 does',
    tape: countingScrapes({ method: 'HANDLE', endpoint: 'MetricsHandler', status: '200' }),
  },
  {
    name: 'families without a sample, and help with odd text',
    because: 'a counter that nothing has counted yet, and words in any script',
    tape: always((right) =>
      withMore(right, [
        '# HELP aragora_sheddings_total Requests shed: "why?" \\\\o/ – über 80 % 负载 # TYPE no_such counter',
        '# TYPE aragora_sheddings_total counter',
        '# a remark',
        '',
        '# TYPE aragora_empty_seconds histogram',
        '# HELP aragora_no_type_total',
      ]),
    ),
  },
  {
    name: 'numbers written in other ways',
    because: '3.0, 3e+00 and 3 are the same number',
    tape: always((right) =>
      withSamples(right, (one) => [
        sampleText(one).replace(/ \S+$/, ` ${one.value % 2 === 0 ? one.value.toExponential() : one.value.toFixed(6)}`),
      ]),
    ),
  },
  {
    name: 'paths of routes as the framework writes them',
    because: 'no document says how a path with an id is written',
    tape: always((right) =>
      withLines(right, (lines) => lines.map((line) => line.replaceAll('/{id}/', '/<string:debate_id>/'))),
    ),
  },
  {
    name: 'each debate with its id in the path',
    because: 'few debates are asked for, so there are few series',
    tape: always((right) =>
      withLines(right, (lines) => lines.map((line) => line.replaceAll('/{id}', '/adhoc_0123abcd'))),
    ),
  },
  {
    name: 'rows of other statuses that stay at 0',
    because: 'a library makes all rows at its start, so that rates begin at 0',
    tape: always((right) =>
      ['500', '503', '404'].reduce(
        (before, status) => withRequestRow(before, { method: 'GET', endpoint: '/api/health', status }, 0),
        right,
      ),
    ),
  },
  {
    name: 'series in another order at each scrape',
    because: 'a server in Go goes through its maps in no order',
    tape: {
      exposition: () => {
        let turn = 0;
        return (right) => withLines(right, (lines) => shuffledFamilies(lines, ++turn));
      },
    },
  },
  {
    name: 'another content type of the text format',
    because: 'Prometheus 3 knows version 1.0.0, and a name may have its parameters in another order',
    tape: always((right) => ({ ...right, contentType: 'Text/Plain; charset=UTF-8; version=1.0.0; escaping=values' })),
  },
  {
    name: 'debates and requests from before the load',
    because: 'the server ran for days before, and only what grows is the load',
    tape: fromTheStart((right) =>
      adding(right, [
        { name: 'aragora_requests_total', count: 12_345 },
        { name: 'aragora_request_duration_seconds', count: 12_345, eachSec: 0.02 },
        { name: 'aragora_agent_calls_total', count: 4321 },
        { name: 'aragora_agent_latency_seconds', count: 4321, eachSec: 1.5 },
        { name: 'aragora_debate_duration_seconds', count: 777, eachSec: 9 },
        { name: 'aragora_consensus_reached_total', count: 700 },
        { name: 'aragora_debates_completed_total', count: 770 },
        { name: 'aragora_debate_timeouts_total', count: 7 },
        { name: 'aragora_elo_updates_total', count: 1554 },
      ]),
    ),
  },
];

/** The scrape is a request, counted and timed once it is over. */
function countingScrapes(labels: Sample['labels']) {
  const { status: _, ...timed } = labels;
  return {
    exposition: () => {
      let scrapes = 0;
      return (right: Exposition) => {
        const count = scrapes++;
        return withTimedRow(withRequestRow(right, labels, count), timed, count);
      };
    },
  };
}

const BOUNDS = ['0.01', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];

function withTimedRow(right: Exposition, labels: Sample['labels'], count: number): Exposition {
  const name = 'aragora_request_duration_seconds';
  const rows = [
    ...BOUNDS.map((le) => sampleText({ name: `${name}_bucket`, labels: { le, ...labels }, value: count })),
    sampleText({ name: `${name}_sum`, labels, value: count * 0.002 }),
    sampleText({ name: `${name}_count`, labels, value: count }),
  ];
  const head = `# TYPE ${name} histogram`;
  return withLines(right, (lines) => lines.flatMap((line) => (line === head ? [line, ...rows] : [line])));
}

/** Only series that are there at the start have a past. */
function fromTheStart(change: (right: Exposition) => Exposition) {
  return {
    exposition: () => {
      let first: ReadonlySet<string> | undefined;
      const key = (line: string) => line.replace(/ \S+$/, '');
      return (right: Exposition) => {
        first ??= new Set(right.body.split('\n').map(key));
        const [before, after] = [right.body.split('\n'), change(right).body.split('\n')];
        return {
          ...right,
          body: before.map((line, at) => (first?.has(key(line)) ? (after[at] ?? line) : line)).join('\n'),
        };
      };
    },
  };
}

const OF_THE_RUNTIME = [
  '# HELP python_gc_objects_collected_total Objects collected during gc',
  '# TYPE python_gc_objects_collected_total counter',
  'python_gc_objects_collected_total{generation="0"} 1234.0',
  '# TYPE python_info gauge',
  'python_info{implementation="CPython",major="3",minor="12",version="3.12.3"} 1.0',
  '# TYPE aragora_cache_age_seconds summary',
  'aragora_cache_age_seconds{quantile="0.5"} NaN',
  'aragora_cache_age_seconds_sum 0',
  'aragora_cache_age_seconds_count 0',
  '# TYPE aragora_queue_depth gauge',
  'aragora_queue_depth{queue="high"} 0',
  'aragora_queue_depth{queue="weiß nicht"} -1',
  '# TYPE aragora_requests_in_progress gauge',
  'aragora_requests_in_progress 3',
];

function asOpenMetrics(right: Exposition): Exposition {
  const counters = new Set([...right.body.matchAll(/^# TYPE (\w+)_total counter$/gm)].map(([, name]) => name));
  const changed = withLines(right, (lines) => [
    ...lines.flatMap((line) => {
      const [, keyword, name = '', rest = ''] = /^# (TYPE|HELP) (\w+) (.*)$/.exec(line) ?? [];
      if (keyword === undefined) return line === '' ? [] : [withExemplar(line)];
      const stem = name.replace(/_total$/, '');
      return [`# ${keyword} ${counters.has(stem) ? stem : name} ${rest}`];
    }),
    '# EOF',
  ]);
  return { ...changed, contentType: OPENMETRICS };
}

function withExemplar(line: string): string {
  return /^aragora_request_duration_seconds_bucket\{.*le="0\.25"/.test(line) && !line.endsWith(' 0')
    ? `${line} # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736"} 0.0021 ${Date.now() / 1000}`
    : line;
}

function asPython(right: Exposition): Exposition {
  const created = [...right.body.matchAll(/^# TYPE (\w+?)(?:_total)? (?:counter|histogram)$/gm)].flatMap(([, name]) => [
    `# HELP ${name}_created created`,
    `# TYPE ${name}_created gauge`,
    `${name}_created 1.7324e+09`,
  ]);
  const floats = withSamples(right, ({ labels, ...one }) => {
    const { le } = labels;
    const bound = le !== undefined && /^\d+$/.test(le) ? { le: `${le}.0` } : {};
    const text = sampleText({ ...one, labels: { ...labels, ...bound } });
    return [/ \d+$/.test(text) ? `${text}.0` : text];
  });
  return withMore(floats, created);
}

/** Families stay together; each has its lines after its comments. The format asks for buckets in order, and for nothing else. */
function shuffledFamilies(lines: readonly string[], turn: number): readonly string[] {
  const families: string[][] = [];
  for (const line of lines) {
    const last = families.at(-1);
    if (line.startsWith('# HELP') || last === undefined) families.push([line]);
    else last.push(line);
  }
  return families
    .map((family, at) => ({ at: (at * 7 + turn) % families.length, family }))
    .sort((a, b) => a.at - b.at)
    .flatMap(({ family }) => [
      ...family.filter((line) => line.startsWith('#')),
      ...bySeries(family.filter((line) => line !== '' && !line.startsWith('#')))
        .reverse()
        .flat(),
    ]);
}

/** A histogram's lines for one label set together, as they are; every other line alone. */
function bySeries(lines: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    const isNext = /_(bucket|sum|count)\b/.test(line) && !line.includes('le="0.01"');
    if (last !== undefined && isNext && !/_count\b/.test(last.at(-1) ?? '')) last.push(line);
    else groups.push([line]);
  }
  return groups;
}
