/** The breaks of metrics: what is exposed, with which labels, and what it counts. Data only. */
import { lies, type MetricsBreak, type ValueChange } from './faults.ts';

const COUNTER = 'aragora_requests_total';
const DURATION = 'aragora_request_duration_seconds';
const short = (metric: string) => metric.replace(/^aragora_/, '');

function missing(metric: string, what: string): MetricsBreak {
  const [name, finding] = [`metrics.${short(metric)}.missing`, `metrics.${short(metric)}.present`];
  return lies(name, finding, `${what} is not exposed`, { kind: 'metric-missing', metric });
}

function typed(metric: string, name: string, type: string | null, description: string): MetricsBreak {
  const finding = `metrics.${short(metric)}.type`;
  return lies(`metrics.${short(metric)}.${name}`, finding, description, { kind: 'metric-type', metric, type });
}

function labelled(metric: string, label: string, to: string | null, finding = 'labels'): MetricsBreak {
  const name = `metrics.${short(metric)}.${label}-${to === null ? 'missing' : 'renamed'}`;
  const what = to === null ? `has no label ${label}` : `calls its label ${label} ${to}`;
  const fault = { kind: 'label-renamed', metric, label, to } as const;
  return lies(name, `metrics.${short(metric)}.${finding}`, `${metric} ${what}`, fault);
}

interface Named {
  readonly metric: string;
  readonly name: string;
  /** Which finding of the metric. */
  readonly about: string;
}

function valued({ metric, name, about }: Named, description: string, by: ValueChange, suffix?: string): MetricsBreak {
  const fault = { kind: 'value-changed', metric, by, ...(suffix === undefined ? {} : { suffix }) } as const;
  return lies(`metrics.${short(metric)}.${name}`, `metrics.${short(metric)}.${about}`, description, fault);
}

const names: readonly MetricsBreak[] = [
  missing(COUNTER, 'the request counter'),
  missing(DURATION, 'the request histogram'),
  missing('aragora_debates_active', 'the second name of the gauge of running debates'),
  missing('aragora_memory_tier_size', 'the size of the memory tiers'),
  missing('aragora_debate_timeouts_total', 'the counter that an alert rule asks for'),
  lies('metrics.requests_total.renamed', 'metrics.requests_total.present', `${COUNTER} is called http_requests_total`, {
    kind: 'metric-renamed',
    metric: COUNTER,
    to: 'http_requests_total',
  }),
  typed(COUNTER, 'gauge', 'gauge', 'the request counter is declared a gauge'),
  typed(COUNTER, 'untyped', null, 'the request counter has no TYPE line'),
  typed('aragora_websocket_connections', 'counter', 'counter', 'the gauge of open sockets is declared a counter'),
];

const labels: readonly MetricsBreak[] = [
  labelled(COUNTER, 'status', null),
  labelled(COUNTER, 'endpoint', 'path'),
  labelled(DURATION, 'endpoint', 'handler'),
  labelled('aragora_agent_calls_total', 'agent', 'name'),
  labelled('aragora_agent_calls_total', 'provider', null, 'labels-provider'),
  labelled('aragora_agent_latency_seconds', 'provider', null),
];

const BUCKETS = 'metrics.request_duration_seconds.buckets';
const CONSISTENT = 'metrics.request_duration_seconds.consistent';

const histograms: readonly MetricsBreak[] = [
  lies('metrics.request_duration_seconds.bucket-missing', BUCKETS, 'the bucket of 0.25 s is missing', {
    kind: 'bound-changed',
    metric: DURATION,
    le: '0.25',
    to: null,
  }),
  lies('metrics.request_duration_seconds.bucket-bound', BUCKETS, 'the bucket of 0.25 s ends at 0.3 s', {
    kind: 'bound-changed',
    metric: DURATION,
    le: '0.25',
    to: '0.3',
  }),
  lies('metrics.request_duration_seconds.no-infinity', CONSISTENT, 'the bucket +Inf is missing', {
    kind: 'bound-changed',
    metric: DURATION,
    le: '+Inf',
    to: null,
  }),
  lies('metrics.request_duration_seconds.off-by-a-bucket', CONSISTENT, 'each request is filed one bucket too high', {
    kind: 'buckets-shifted',
    metric: DURATION,
  }),
  lies('metrics.request_duration_seconds.not-cumulative', CONSISTENT, 'the bucket of 0.05 s counts nothing', {
    kind: 'bucket-fixed',
    metric: DURATION,
    le: '0.05',
    value: 0,
  }),
  {
    ...lies(
      'metrics.request_duration_seconds.slow-hidden',
      'metrics.request_duration_seconds.percentiles',
      'requests over 0.25 s are filed under it, while the sum tells them',
      { kind: 'buckets-capped', metric: DURATION, le: '0.25' },
    ),
    patch: { waits: { consensus: 'bimodal(12ms,370ms,0.12)' } },
  },
  lies('metrics.request_duration_seconds.sum-missing', CONSISTENT, 'the sum is missing', {
    kind: 'sample-missing',
    metric: DURATION,
    suffix: '_sum',
  }),
  lies('metrics.request_duration_seconds.count-missing', CONSISTENT, 'the count is missing', {
    kind: 'sample-missing',
    metric: DURATION,
    suffix: '_count',
  }),
  valued(
    { metric: DURATION, name: 'sum-in-ms', about: 'consistent' },
    'the sum is in milliseconds, the buckets in seconds',
    { times: 1000 },
    '_sum',
  ),
  valued(
    { metric: DURATION, name: 'count-off-by-one', about: 'consistent' },
    'the count is one more than the bucket +Inf',
    { plus: 1 },
    '_count',
  ),
  lies(
    'metrics.request_duration_seconds.ms-as-seconds',
    'metrics.request_duration_seconds.mean',
    'milliseconds are observed as seconds',
    {
      kind: 'seconds-times',
      of: 'requests',
      factor: 1000,
    },
  ),
  lies(
    'metrics.agent_latency_seconds.ms-as-seconds',
    'metrics.agent_latency_seconds.mean',
    "agents' milliseconds are observed as seconds",
    { kind: 'seconds-times', of: 'agents', factor: 1000 },
  ),
  lies(
    'metrics.debate_duration_seconds.ms-as-seconds',
    'metrics.debate_duration_seconds.mean',
    "debates' milliseconds are observed as seconds",
    { kind: 'seconds-times', of: 'debates', factor: 1000 },
  ),
  lies(
    'metrics.agent_latency_seconds.zero',
    'metrics.agent_latency_seconds.mean',
    'every agent is observed to take no time',
    { kind: 'seconds-times', of: 'agents', factor: 0 },
  ),
  lies(
    'metrics.request_duration_seconds.lost-2-percent',
    'metrics.request_duration_seconds.count',
    'one request in fifty is counted, but not timed',
    { kind: 'requests-lost', every: 50, from: 'histogram' },
  ),
];

const RECONCILES = 'metrics.requests_total.reconciles';

const counts: readonly MetricsBreak[] = [
  lies('metrics.requests_total.lost-1-percent', RECONCILES, 'one request in a hundred is not counted', {
    kind: 'requests-lost',
    every: 100,
    from: 'both',
  }),
  lies('metrics.requests_total.timed-only', RECONCILES, 'one request in fifty is timed, but not counted', {
    kind: 'requests-lost',
    every: 50,
    from: 'counter',
  }),
  lies('metrics.requests_total.double', RECONCILES, 'each request is counted twice', {
    kind: 'requests-repeated',
    times: 2,
  }),
  {
    ...lies(
      'metrics.requests_total.errors-as-ok',
      'metrics.requests_total.failures',
      'one request of the list in five fails, and counts as 200',
      { kind: 'errors-as-ok' },
    ),
    patch: { http: [{ kind: 'status', status: 500, route: 'debates-list', pick: { share: 0.2 } }] },
  },
  valued(
    { metric: COUNTER, name: 'resets', about: 'monotone' },
    'the request counter begins anew though the server runs on',
    'resets',
  ),
  valued({ metric: COUNTER, name: 'nan', about: 'monotone' }, 'the request counter is NaN', { always: 'NaN' }),
  valued({ metric: COUNTER, name: 'infinite', about: 'monotone' }, 'the request counter is infinite', {
    always: '+Inf',
  }),
  valued(
    { metric: 'aragora_elo_updates_total', name: 'below-zero', about: 'monotone' },
    'the counter counts from below zero',
    { plus: -1e6 },
  ),
  valued(
    { metric: 'aragora_consensus_reached_total', name: 'falls', about: 'monotone' },
    'the counter falls once',
    'falls-by-one',
  ),
  valued(
    { metric: 'aragora_consensus_reached_total', name: 'frozen', about: 'moves' },
    'the counter never moves',
    'frozen',
  ),
  valued({ metric: 'aragora_elo_updates_total', name: 'frozen', about: 'moves' }, 'the counter never moves', 'frozen'),
  valued({ metric: 'aragora_agent_calls_total', name: 'frozen', about: 'moves' }, 'the counter never moves', 'frozen'),
  valued(
    { metric: 'aragora_debates_completed_total', name: 'frozen', about: 'moves' },
    'the counter never moves',
    'frozen',
  ),
  valued(
    { metric: 'aragora_agent_latency_seconds', name: 'frozen', about: 'moves' },
    'the histogram never moves',
    'frozen',
  ),
  valued(
    { metric: 'aragora_debates_completed_total', name: 'half', about: 'reconciles' },
    'one debate in two is not counted',
    { times: 0.5 },
  ),
  valued(
    { metric: 'aragora_consensus_reached_total', name: 'double', about: 'reconciles' },
    'each consensus is counted twice',
    { times: 2 },
  ),
  valued(
    { metric: 'aragora_debate_duration_seconds', name: 'double', about: 'reconciles' },
    'each debate is timed twice',
    { times: 2 },
  ),
  lies('metrics.counts-restart', 'metrics.restarts', 'everything counted begins anew in the middle of the load', {
    kind: 'counts-restart',
  }),
];

const SOCKETS = 'aragora_websocket_connections';

const gauges: readonly MetricsBreak[] = [
  valued(
    { metric: 'aragora_active_debates', name: 'stuck', about: 'moves' },
    'the gauge of running debates stays at zero',
    { always: '0' },
  ),
  valued(
    { metric: 'aragora_debates_active', name: 'stuck', about: 'moves' },
    'the gauge of running debates stays at five',
    { always: '5' },
  ),
  valued(
    { metric: 'aragora_active_debates', name: 'below-zero', about: 'moves' },
    'the gauge of running debates falls below zero',
    {
      plus: -100,
    },
  ),
  valued(
    { metric: 'aragora_active_debates', name: 'never-falls', about: 'returns' },
    'debates that ended are not counted down',
    'highest',
  ),
  valued({ metric: SOCKETS, name: 'stuck', about: 'moves' }, 'the gauge of open sockets stays at zero', {
    always: '0',
  }),
  valued({ metric: SOCKETS, name: 'stuck-high', about: 'moves' }, 'the gauge of open sockets stays at a thousand', {
    always: '1000',
  }),
  valued({ metric: SOCKETS, name: 'half', about: 'moves' }, 'every second open socket is not counted', { times: 0.5 }),
  valued({ metric: SOCKETS, name: 'nan', about: 'moves' }, 'the gauge of open sockets is NaN', { always: 'NaN' }),
  valued(
    { metric: SOCKETS, name: 'never-falls', about: 'returns' },
    'sockets that closed are not counted down',
    'highest',
  ),
];

export const METRIC_BREAKS: readonly MetricsBreak[] = [...names, ...labels, ...histograms, ...counts, ...gauges];
