/** The breaks of histograms: their buckets, what they add up to, and the durations that are observed. Data only. */
import { lies, type MetricsBreak } from './faults.ts';
import { valued } from './lie.ts';

const DURATION = 'aragora_request_duration_seconds';
const BUCKETS = 'metrics.request_duration_seconds.buckets';
const CONSISTENT = 'metrics.request_duration_seconds.consistent';

export const HISTOGRAM_BREAKS: readonly MetricsBreak[] = [
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
      'metrics.request_duration_seconds.lumped',
      'metrics.request_duration_seconds.percentiles',
      'one request in two takes no time, and the next one of its endpoint takes that of both',
      { kind: 'lumped', of: 'requests' },
    ),
    // So long that what a busy machine adds can't hide it.
    patch: { waits: { consensus: 'constant(900ms)' } },
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
    {
      metric: 'request_duration_seconds',
      name: 'sum-in-ms',
      about: 'consistent',
      description: 'the sum is in milliseconds, the buckets in seconds',
    },
    { times: 1000 },
    '_sum',
  ),
  valued(
    {
      metric: 'agent_latency_seconds',
      name: 'sum-late',
      about: 'consistent',
      description: 'the sum is that of eight scrapes ago, and buckets and count are of now',
    },
    { behind: 8 },
    '_sum',
  ),
  valued(
    {
      metric: 'request_duration_seconds',
      name: 'count-off-by-one',
      about: 'consistent',
      description: 'the count is one more than the bucket +Inf',
    },
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
