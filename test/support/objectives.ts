/** The objectives of the sample runs: the documented ones, copied here so that a change of data does not change golden files. */
import type { Endpoint } from '../../lib/core/endpoint.ts';
import type { Objective } from '../../lib/core/plan.ts';

const guide = (section: string) => ({ document: 'monitoring-setup-guide.md', section });

const latency = (endpoint: Endpoint, subject: string, limitsMs: readonly [number, number, number]): Objective[] =>
  ([50, 95, 99] as const).map((percentile, index) => ({
    kind: 'latency',
    id: `latency.${endpoint}.p${percentile}`,
    subject: `${subject} p${percentile}`,
    endpoint,
    percentile,
    limitMs: limitsMs[index] ?? 0,
    gating: true,
    source: guide('Latency SLO'),
  }));

export const objectives: readonly Objective[] = [
  ...latency('health', 'health', [10, 50, 100]),
  ...latency('debates-list', 'debates list', [100, 500, 1000]),
  ...latency('debates-create', 'debates create', [100, 500, 1000]),
  ...latency('agent-response', 'agent response', [2000, 5000, 10_000]),
  ...latency('consensus', 'consensus check', [50, 200, 500]),
  {
    kind: 'availability',
    id: 'availability.api',
    subject: 'API availability',
    endpoints: ['health', 'debates-list', 'debates-create', 'consensus'],
    target: 0.999,
    gating: true,
    source: guide('Availability SLO'),
  },
  {
    kind: 'uptime',
    id: 'availability.websocket',
    subject: 'WebSocket uptime',
    endpoint: 'ws-uptime',
    target: 0.995,
    gating: true,
    source: guide('Availability SLO'),
  },
  {
    kind: 'external',
    id: 'availability.status-page',
    subject: 'status page availability',
    monitor: 'status-page',
    target: 0.9999,
    gating: false,
    source: guide('Availability SLO'),
  },
  {
    kind: 'protocol',
    id: 'websocket.order',
    subject: 'WebSocket event order',
    endpoint: 'ws-order',
    gating: true,
    source: { document: 'aragora-slo', section: 'docs/checks/websocket.md' },
  },
];
