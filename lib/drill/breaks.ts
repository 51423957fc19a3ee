/** Named breaks of the documented configuration: each makes one finding of a drill fail, and no other that it does not explain. Data. */
import { SloError } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import type { DocumentName, Edit } from '../stack/documented/document.ts';

export interface DrillBreak {
  /** Begins with `alerts.` and what it breaks. */
  readonly name: string;
  /** One sentence: what is wrong with the configuration. */
  readonly description: string;
  /** The alert that shows it. */
  readonly rule: string;
  /** Id of the finding that must fail. */
  readonly finding: string;
  readonly document: DocumentName;
  /** Of the mended file. */
  readonly edit: Edit;
}

export const DRILL_BREAKS: readonly DrillBreak[] = [
  {
    name: 'alerts.loaded.renamed',
    description: 'The rule has another name than documented.',
    rule: 'DebateTimeouts',
    finding: 'alerts.DebateTimeouts.loaded',
    document: 'alert-rules.yml',
    edit: { from: ['      - alert: DebateTimeouts'], to: ['      - alert: DebatesTimedOut'] },
  },
  {
    name: 'alerts.reachable.job',
    description: 'The server is scraped under another job than the alert reads.',
    rule: 'AragoraDown',
    finding: 'alerts.AragoraDown.reachable',
    document: 'prometheus.yml',
    edit: { from: ["  - job_name: 'aragora'"], to: ["  - job_name: 'aragora-api'"] },
  },
  {
    name: 'alerts.silent-when-healthy.always',
    description: 'The rule also fires for a server that is up.',
    rule: 'AragoraDown',
    finding: 'alerts.AragoraDown.silent-when-healthy',
    document: 'alert-rules.yml',
    edit: { from: ['        expr: up{job="aragora"} == 0'], to: ['        expr: up{job="aragora"} >= 0'] },
  },
  {
    name: 'alerts.fires.limit',
    description: 'The rule has a limit that only a server with mostly errors reaches.',
    rule: 'HighErrorRate',
    finding: 'alerts.HighErrorRate.fires',
    document: 'alert-rules.yml',
    edit: {
      from: ['          / sum(rate(aragora_requests_total[5m])) > 0.01'],
      to: ['          / sum(rate(aragora_requests_total[5m])) > 0.5'],
    },
  },
  {
    name: 'alerts.in-time.late',
    description: 'The rule looks at what was ten minutes ago.',
    rule: 'HighLatency',
    finding: 'alerts.HighLatency.in-time',
    document: 'alert-rules.yml',
    edit: {
      from: ['          histogram_quantile(0.99, sum(rate(aragora_request_duration_seconds_bucket[5m])) by (le)) > 1'],
      to: [
        '          histogram_quantile(0.99, sum(rate(aragora_request_duration_seconds_bucket[5m] offset 10m)) by (le)) > 1',
      ],
    },
  },
  {
    name: 'alerts.delivered.key',
    description: 'The key for PagerDuty is the name of a variable.',
    rule: 'AragoraDown',
    finding: 'alerts.AragoraDown.delivered',
    document: 'alertmanager.yml',
    edit: { from: ["      - routing_key: '{routingKey}'"], to: ["      - routing_key: '$PAGERDUTY_SERVICE_KEY'"] },
  },
  {
    name: 'alerts.delivered.silent',
    description: 'PagerDuty takes the alert and never answers.',
    rule: 'HighErrorRate',
    finding: 'alerts.HighErrorRate.delivered',
    document: 'alertmanager.yml',
    edit: { from: ["  pagerduty_url: '{pagerdutyUrl}'"], to: ["  pagerduty_url: '{pagerdutyUrl}/silent'"] },
  },
  {
    name: 'alerts.routed.channel',
    description: 'Warnings go to the channel of everything else.',
    rule: 'HighLatency',
    finding: 'alerts.HighLatency.routed',
    document: 'alertmanager.yml',
    edit: { from: ["      - channel: '#aragora-warnings'"], to: ["      - channel: '#aragora-alerts'"] },
  },
  {
    name: 'alerts.once.again',
    description: 'An alert that still fires is sent again every five minutes.',
    rule: 'HighLatency',
    finding: 'alerts.HighLatency.once',
    document: 'alertmanager.yml',
    edit: { from: ['  repeat_interval: 4h'], to: ['  repeat_interval: 1m'] },
  },
  {
    name: 'alerts.once.split',
    description: 'Each agent that times out is a page of its own.',
    rule: 'AgentTimeout',
    finding: 'alerts.AgentTimeout.once',
    document: 'alertmanager.yml',
    edit: { from: ["  group_by: ['alertname', 'severity']"], to: ["  group_by: ['alertname', 'severity', 'agent']"] },
  },
  {
    name: 'alerts.resolves.not-sent',
    description: 'The end of a warning is not sent.',
    rule: 'HighLatency',
    finding: 'alerts.HighLatency.resolves',
    document: 'alertmanager.yml',
    edit: {
      from: ["      - channel: '#aragora-warnings'", '        send_resolved: true'],
      to: ["      - channel: '#aragora-warnings'", '        send_resolved: false'],
    },
  },
];

/** @throws SloError `usage`. */
export function drillBreakNamed(name: string): DrillBreak {
  const found = DRILL_BREAKS.find((one) => one.name === name);
  if (found !== undefined) return found;
  const hint = legalValues(
    name,
    DRILL_BREAKS.map((one) => one.name),
  );
  throw new SloError('usage', `no break of a drill is called "${name}"`, { hint });
}
