/** The breaks of counters: what they count, and how they move. Data only. */
import { lies, type MetricsBreak } from './faults.ts';
import { valued } from './lie.ts';

const RECONCILES = 'metrics.requests_total.reconciles';

export const COUNTER_BREAKS: readonly MetricsBreak[] = [
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
    {
      metric: 'requests_total',
      name: 'resets',
      about: 'monotone',
      description: 'the request counter begins anew though the server runs on',
    },
    'resets',
  ),
  valued(
    { metric: 'requests_total', name: 'nan', about: 'monotone', description: 'the request counter is NaN' },
    { always: 'NaN' },
  ),
  valued(
    { metric: 'requests_total', name: 'infinite', about: 'monotone', description: 'the request counter is infinite' },
    { always: '+Inf' },
  ),
  valued(
    {
      metric: 'elo_updates_total',
      name: 'below-zero',
      about: 'monotone',
      description: 'the counter counts from below zero',
    },
    { plus: -1e6 },
  ),
  valued(
    { metric: 'consensus_reached_total', name: 'falls', about: 'monotone', description: 'the counter falls once' },
    'falls-by-one',
  ),
  valued(
    { metric: 'consensus_reached_total', name: 'frozen', about: 'moves', description: 'the counter never moves' },
    'frozen',
  ),
  valued(
    { metric: 'elo_updates_total', name: 'frozen', about: 'moves', description: 'the counter never moves' },
    'frozen',
  ),
  valued(
    { metric: 'agent_calls_total', name: 'frozen', about: 'moves', description: 'the counter never moves' },
    'frozen',
  ),
  valued(
    { metric: 'debates_completed_total', name: 'frozen', about: 'moves', description: 'the counter never moves' },
    'frozen',
  ),
  valued(
    { metric: 'agent_latency_seconds', name: 'frozen', about: 'moves', description: 'the histogram never moves' },
    'frozen',
  ),
  valued(
    {
      metric: 'debates_completed_total',
      name: 'half',
      about: 'reconciles',
      description: 'one debate in two is not counted',
    },
    { times: 0.5 },
  ),
  valued(
    {
      metric: 'consensus_reached_total',
      name: 'double',
      about: 'reconciles',
      description: 'each consensus is counted twice',
    },
    { times: 2 },
  ),
  valued(
    {
      metric: 'debate_duration_seconds',
      name: 'double',
      about: 'reconciles',
      description: 'each debate is timed twice',
    },
    { times: 2 },
  ),
  lies('metrics.counts-restart', 'metrics.restarts', 'everything counted begins anew twice in the middle of the load', {
    kind: 'counts-restart',
  }),
];
