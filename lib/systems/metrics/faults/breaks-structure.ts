/** The breaks of what is exposed: metrics, their types and their labels. Data only. */
import { lies, type MetricsBreak } from './faults.ts';

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
  lies(
    'metrics.agent_latency_seconds.provider-other',
    'metrics.agent_latency_seconds.providers',
    'calls are counted by one name of their provider, and timed by another',
    { kind: 'label-fixed', metric: 'aragora_agent_latency_seconds', label: 'provider', to: 'llm' },
  ),
];

export const STRUCTURE_BREAKS: readonly MetricsBreak[] = [...names, ...labels];
