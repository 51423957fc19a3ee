/** The alerts that the guides document, as data: a test of the drill holds them up to the guides' own files. */
import type { DrilledRule } from './model/timeline.ts';
import type { Route } from './model/witness.ts';

export interface AlertPromises {
  readonly rules: readonly DrilledRule[];
}

const OBSERVABILITY = { document: 'observability-setup-guide.md', section: 'Alert Rules' } as const;
const MONITORING = { document: 'monitoring-setup-guide.md', section: 'Creating Alerts' } as const;

/** By the severity, as the documented routes have it. */
const CRITICAL: Pick<DrilledRule, 'severity' | 'route'> = {
  severity: 'critical',
  route: { to: 'pagerduty', severity: 'critical' },
};
const WARNING: Pick<DrilledRule, 'severity' | 'route'> = {
  severity: 'warning',
  route: { to: 'slack', channel: '#aragora-warnings' },
};
const FIVE_MINUTES = { forSec: 300, windowSec: 300 } as const;

export const DOCUMENTED_ALERTS: readonly DrilledRule[] = [
  {
    name: 'AragoraDown',
    group: 'aragora.availability',
    query: 'up{job="aragora"} == 0',
    ...{ forSec: 60, windowSec: 0 },
    ...CRITICAL,
    source: OBSERVABILITY,
  },
  {
    name: 'HighErrorRate',
    group: 'aragora.availability',
    query: 'sum(rate(aragora_requests_total{status=~"5.."}[5m]))\n/ sum(rate(aragora_requests_total[5m])) > 0.01\n',
    ...FIVE_MINUTES,
    ...CRITICAL,
    source: OBSERVABILITY,
  },
  {
    name: 'HighLatency',
    group: 'aragora.availability',
    query: 'histogram_quantile(0.99, sum(rate(aragora_request_duration_seconds_bucket[5m])) by (le)) > 1\n',
    ...FIVE_MINUTES,
    ...WARNING,
    source: OBSERVABILITY,
  },
  {
    name: 'DebateTimeouts',
    group: 'aragora.debates',
    query: 'rate(aragora_debate_timeouts_total[5m]) > 0.1',
    ...FIVE_MINUTES,
    ...WARNING,
    source: OBSERVABILITY,
  },
  {
    name: 'LowConsensusRate',
    group: 'aragora.debates',
    query: 'sum(rate(aragora_consensus_reached_total[1h]))\n/ sum(rate(aragora_debates_completed_total[1h])) < 0.5\n',
    ...{ forSec: 1800, windowSec: 3600 },
    ...WARNING,
    source: OBSERVABILITY,
  },
  {
    name: 'AgentTimeout',
    group: 'aragora-alerts',
    query: 'rate(aragora_agent_calls_total{status="timeout"}[5m]) > 0.1\n',
    ...FIVE_MINUTES,
    ...WARNING,
    source: MONITORING,
  },
];

/** Names of those that reach this receiver. */
export function alertsTo(receiver: Route['to']): string[] {
  return DOCUMENTED_ALERTS.flatMap(({ name, route }) => (route?.to === receiver ? [name] : []));
}
