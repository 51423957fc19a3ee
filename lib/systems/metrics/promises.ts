/**
 * The metrics and queries that the two guides promise, each with its place, and where Aragora 2.11 keeps them. Data only. Where the guides
 * disagree, both are here.
 */

import { endpointsOf } from '../../core/endpoint.ts';
import type { OwnNames } from '../../core/own-names.ts';
import type { Source } from '../../core/source.ts';
import { JOURNEYS } from '../../journeys/index.ts';
import { withMetricNames } from '../own-names.ts';
import type { MetricMapping, MetricPromises, MetricSignal, MetricSignals } from './signals.ts';

const monitoring = (section: string): Source => ({ document: 'monitoring-setup-guide.md', section });
const observability = (section: string): Source => ({ document: 'observability-setup-guide.md', section });

const AVAILABLE = monitoring('Available Metrics');
const QUERIES = monitoring('Key Prometheus Queries');
const ENABLING = observability('Enabling Metrics');
const KEY = observability('Key Metrics');
const PANELS = observability('Dashboard JSON');
const ALERT_RULES = observability('Alert Rules');

const REQUEST_BOUNDS_SEC = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const PLAIN = { standing: 'promised', labels: [], buckets: null } as const;

const METRICS: readonly MetricSignal[] = [
  {
    ...PLAIN,
    name: 'aragora_requests_total',
    type: 'counter',
    sources: [ENABLING, KEY, AVAILABLE],
    labels: [{ id: 'labels', names: ['method', 'endpoint', 'status'], source: ENABLING }],
    movedBy: 'requests',
  },
  {
    ...PLAIN,
    name: 'aragora_request_duration_seconds',
    type: 'histogram',
    sources: [ENABLING, KEY, AVAILABLE],
    labels: [{ id: 'labels', names: ['method', 'endpoint'], source: ENABLING }],
    buckets: { bounds: REQUEST_BOUNDS_SEC, source: ENABLING },
    movedBy: 'requests',
  },
  // The same gauge under two names: each guide has its own.
  { ...PLAIN, name: 'aragora_debates_active', type: 'gauge', sources: [AVAILABLE], movedBy: 'running-debates' },
  { ...PLAIN, name: 'aragora_active_debates', type: 'gauge', sources: [ENABLING, KEY], movedBy: 'running-debates' },
  { ...PLAIN, name: 'aragora_websocket_connections', type: 'gauge', sources: [ENABLING, KEY], movedBy: 'open-sockets' },
  {
    ...PLAIN,
    name: 'aragora_agent_calls_total',
    type: 'counter',
    sources: [ENABLING, KEY, AVAILABLE],
    labels: [
      { id: 'labels', names: ['agent', 'status'], source: ENABLING },
      { id: 'labels-provider', names: ['provider'], source: AVAILABLE },
    ],
    movedBy: 'debates',
    counts: 'agent-messages',
  },
  {
    ...PLAIN,
    name: 'aragora_agent_latency_seconds',
    type: 'histogram',
    sources: [AVAILABLE],
    labels: [{ id: 'labels', names: ['provider'], source: QUERIES }],
    movedBy: 'debates',
    counts: 'agent-messages',
    times: 'agents',
  },
  {
    ...PLAIN,
    name: 'aragora_debate_duration_seconds',
    type: 'histogram',
    sources: [KEY],
    movedBy: 'debates',
    times: 'debates',
  },
  {
    ...PLAIN,
    name: 'aragora_consensus_reached_total',
    type: 'counter',
    sources: [KEY, AVAILABLE],
    movedBy: 'debates',
    perDebate: 'at-most-one',
    counts: 'consensus',
  },
  {
    ...PLAIN,
    name: 'aragora_elo_updates_total',
    type: 'counter',
    sources: [KEY, AVAILABLE],
    movedBy: 'debates',
    counts: 'ratings',
  },
  { ...PLAIN, name: 'aragora_memory_tier_size', type: 'gauge', sources: [AVAILABLE], movedBy: 'nothing-certain' },
  {
    ...PLAIN,
    name: 'aragora_debate_timeouts_total',
    type: 'counter',
    standing: 'needed-by-alert',
    sources: [ALERT_RULES],
    movedBy: 'nothing-certain',
    counts: 'time-outs',
  },
  {
    ...PLAIN,
    name: 'aragora_debates_completed_total',
    type: 'counter',
    standing: 'needed-by-alert',
    sources: [ALERT_RULES],
    movedBy: 'debates',
    perDebate: 'one',
  },
];

const quantile = (q: string) =>
  `histogram_quantile(${q}, sum(rate(aragora_request_duration_seconds_bucket[5m])) by (le))`;

export const DOCUMENTED_METRICS: MetricSignals = {
  metrics: METRICS,
  queries: [
    { id: 'request-rate', expr: 'rate(aragora_requests_total[5m])', mayBeEmpty: false, source: QUERIES },
    {
      id: 'latency-p95',
      expr: 'histogram_quantile(0.95, rate(aragora_request_duration_seconds_bucket[5m]))',
      mayBeEmpty: false,
      source: QUERIES,
    },
    {
      id: 'error-rate',
      expr: 'sum(rate(aragora_requests_total{status=~"5.."}[5m])) / sum(rate(aragora_requests_total[5m]))',
      mayBeEmpty: true,
      source: QUERIES,
    },
    { id: 'active-debates', expr: 'aragora_debates_active', mayBeEmpty: false, source: QUERIES },
    {
      // As printed. `by` belongs to an aggregation, so this is not PromQL.
      id: 'provider-latency',
      expr: 'histogram_quantile(0.95, rate(aragora_agent_latency_seconds_bucket[5m])) by (provider)',
      mayBeEmpty: false,
      source: QUERIES,
    },
    { id: 'panel-requests', expr: 'sum(rate(aragora_requests_total[5m]))', mayBeEmpty: false, source: PANELS },
    {
      id: 'panel-error-rate',
      expr: 'sum(rate(aragora_requests_total{status=~"5.."}[5m])) / sum(rate(aragora_requests_total[5m])) * 100',
      mayBeEmpty: true,
      source: PANELS,
    },
    { id: 'panel-latency-p50', expr: quantile('0.50'), mayBeEmpty: false, source: PANELS },
    { id: 'panel-latency-p95', expr: quantile('0.95'), mayBeEmpty: false, source: PANELS },
    { id: 'panel-latency-p99', expr: quantile('0.99'), mayBeEmpty: false, source: PANELS },
  ],
  endpointSource: observability('Verification Checklist, Metrics'),
  scrapeSource: observability('Verification Checklist, Metrics'),
  // Not documented: what a Prometheus of ordinary size can take from one metric of one instance.
  maxSeriesPerMetric: 1000,
  requestCounter: 'aragora_requests_total',
  requestDuration: 'aragora_request_duration_seconds',
  debateDuration: 'aragora_debate_duration_seconds',
  debateTimeouts: 'aragora_debate_timeouts_total',
};

/** Of the journeys that are registered now. */
export function documentedRoutes(): MetricMapping['routes'] {
  return Object.fromEntries(
    endpointsOf(JOURNEYS).flatMap(({ name, http }) => (http === undefined ? [] : [[name, http] as const])),
  );
}

/** Of the built-in journeys. */
const ROUTES = documentedRoutes();

export const DOCUMENTED_METRIC_MAPPING: MetricMapping = { locations: {}, routes: ROUTES, clockSlackMs: 1 };

/** Each request is counted twice, the second time as `endpoint="…Handler",method="HANDLE"`. So only paths are counted. */
const PATHS_ONLY = { endpoint: '/.*' };

export const ARAGORA_2_11_METRICS: MetricMapping = {
  locations: {
    aragora_requests_total: { name: 'aragora_http_requests_total', where: PATHS_ONLY },
    aragora_request_duration_seconds: { name: 'aragora_http_request_duration_seconds', where: PATHS_ONLY },
    aragora_debates_active: { name: 'aragora_active_debates' },
  },
  routes: ROUTES,
  // A Python thread may wait for the interpreter's lock between its answer and its clock: a few turns of 5 ms.
  clockSlackMs: 20,
};

export const CONTRACT_MAPPINGS: Readonly<Record<string, MetricMapping>> = {
  documented: DOCUMENTED_METRIC_MAPPING,
  'aragora-2.11': ARAGORA_2_11_METRICS,
};

/** @param contract a release's name; a name that is not here keeps metrics as documented. @param own names laid over it. */
export function metricPromises(contract: string, own?: OwnNames): MetricPromises {
  const known = CONTRACT_MAPPINGS[contract] ?? DOCUMENTED_METRIC_MAPPING;
  const routes = { ...documentedRoutes(), ...known.routes };
  const promises = { signals: DOCUMENTED_METRICS, contract: { ...known, routes } };
  return own === undefined ? promises : withMetricNames(promises, own);
}
