/**
 * What has to change in the documented configuration so that a documented alert reaches anybody: which line, why, and what the tool of the
 * file says about it as documented. test/real holds the tools' words up to the tools. Pure data.
 */
import { type DocumentedText, type DocumentName, type Edit, edited } from './document.ts';

/** What each team has of its own. */
export interface Places {
  /** Where Slack takes messages. */
  readonly slackUrl: string;
  /** Where PagerDuty takes events. */
  readonly pagerdutyUrl: string;
  /** The integration key of a PagerDuty service, 32 characters. */
  readonly routingKey: string;
  /** `host:port`. */
  readonly alertmanager: string;
  /** `host:port`. */
  readonly target: string;
}

/** As the guides name them, where they do. */
export const DOCUMENTED_PLACES: Places = {
  slackUrl: 'https://hooks.slack.com/services/xxx',
  pagerdutyUrl: 'https://events.pagerduty.com/v2/enqueue',
  routingKey: 'YOUR_32_CHARACTER_INTEGRATION_KEY',
  alertmanager: 'alertmanager:9093',
  target: 'aragora:8080',
};

/** What the tool that belongs to a file says of it once the changes before were made. */
export interface ToolSays {
  readonly tool: 'promtool check config' | 'promtool check rules' | 'amtool check-config';
  /** One line of what it prints, without the space around it. */
  readonly line: string;
  /** Whether it refuses the file. */
  readonly refuses: boolean;
}

export interface Change {
  /** Stable, for example `alertmanager.slack-url`. */
  readonly id: string;
  readonly document: DocumentName;
  /** Short words for a person. */
  readonly subject: string;
  /** Plain sentences: what happens with the file as documented. */
  readonly why: string;
  readonly says: ToolSays;
  readonly edit: Edit;
}

const NO_WORD = { tool: 'promtool check config', refuses: false } as const;
const PROMETHEUS_VALID = {
  ...NO_WORD,
  line: 'SUCCESS: prometheus.yml is valid prometheus config file syntax',
} as const;
const MONITORING_VALID = {
  ...NO_WORD,
  line: 'SUCCESS: monitoring-prometheus.yml is valid prometheus config file syntax',
} as const;

const EVALUATION = '  evaluation_interval: 15s';
const RULE_FILES: Edit = {
  from: [EVALUATION],
  to: [EVALUATION, '', 'rule_files:', '  - alert-rules.yml', '  - monitoring-alert-rules.yml'],
};
const ALERTING = [
  'alerting:',
  '  alertmanagers:',
  '    - static_configs:',
  "        - targets: ['{alertmanager}']",
  '',
] as const;
const NO_RULES =
  'Nothing names the file with the alert rules, so Prometheus loads none of them, and no documented alert can ever fire.';
const NO_ALERTMANAGER =
  'Nothing says where Alertmanager is. A rule that fires shows in Prometheus, and nobody is paged.';

export const CHANGES: readonly Change[] = [
  {
    id: 'prometheus.rule-files',
    document: 'prometheus.yml',
    subject: 'no rules are loaded',
    why: NO_RULES,
    says: PROMETHEUS_VALID,
    edit: RULE_FILES,
  },
  {
    id: 'prometheus.alerting',
    document: 'prometheus.yml',
    subject: 'alerts go nowhere',
    why: NO_ALERTMANAGER,
    says: PROMETHEUS_VALID,
    edit: { from: ['scrape_configs:'], to: [...ALERTING, 'scrape_configs:'] },
  },
  {
    id: 'alertmanager.slack-url',
    document: 'alertmanager.yml',
    subject: 'Slack has no address',
    why:
      'Two receivers post to Slack, and nothing says where Slack takes messages. Alertmanager does not start. The guide has the address in ' +
      'the environment variable SLACK_WEBHOOK_URL, which Alertmanager does not read.',
    says: {
      tool: 'amtool check-config',
      line: "Checking 'alertmanager.yml'  FAILED: no Slack API URL nor App token set either inline or in a file",
      refuses: true,
    },
    edit: { from: ['  resolve_timeout: 5m'], to: ['  resolve_timeout: 5m', "  slack_api_url: '{slackUrl}'"] },
  },
  {
    id: 'alertmanager.routing-key',
    document: 'alertmanager.yml',
    subject: 'PagerDuty gets events of its old API, with the name of a variable for a key',
    why:
      'A `service_key` makes Alertmanager send events of API v1 to an address of its own, past `pagerduty_url`. Events API v2 needs a ' +
      '`routing_key`. Alertmanager reads no environment variables, so it would send the text `$PAGERDUTY_SERVICE_KEY` as the key.',
    says: { tool: 'amtool check-config', line: "Checking 'alertmanager.yml'  SUCCESS", refuses: false },
    edit: { from: ["      - service_key: '$PAGERDUTY_SERVICE_KEY'"], to: ["      - routing_key: '{routingKey}'"] },
  },
  {
    id: 'monitoring-prometheus.rule-files',
    document: 'monitoring-prometheus.yml',
    subject: 'no rules are loaded',
    why: NO_RULES,
    says: MONITORING_VALID,
    edit: RULE_FILES,
  },
  {
    id: 'monitoring-prometheus.alerting',
    document: 'monitoring-prometheus.yml',
    subject: 'alerts go nowhere',
    why: NO_ALERTMANAGER,
    says: MONITORING_VALID,
    edit: { from: ['scrape_configs:'], to: [...ALERTING, 'scrape_configs:'] },
  },
  {
    id: 'monitoring-prometheus.job',
    document: 'monitoring-prometheus.yml',
    subject: 'the job has another name than in the alert',
    why: 'AragoraDown reads `up{job="aragora"}`. With the job `aragora-api` that series does not exist, so the alert can never fire.',
    says: MONITORING_VALID,
    edit: { from: ["  - job_name: 'aragora-api'"], to: ["  - job_name: 'aragora'"] },
  },
  {
    id: 'monitoring-alert-rules.duplicates',
    document: 'monitoring-alert-rules.yml',
    subject: 'two alerts of the same name as in the other guide, with other limits',
    why:
      'HighErrorRate and HighLatency are in both guides: 5 % and 2 s at the 95th percentile here, 1 % and 1 s at the 99th there. With both ' +
      'files loaded there are two alerts of each name, and a page does not say which. The stricter ones stay, in alert-rules.yml. promtool ' +
      'reads each file alone, so it does not notice.',
    says: { tool: 'promtool check rules', line: 'SUCCESS: 3 rules found', refuses: false },
    edit: {
      from: [
        '      - alert: HighErrorRate',
        '        expr: |',
        '          sum(rate(aragora_requests_total{status=~"5.."}[5m]))',
        '          / sum(rate(aragora_requests_total[5m])) > 0.05',
        '        for: 5m',
        '        labels:',
        '          severity: critical',
        '        annotations:',
        '          summary: "High error rate detected"',
        '          description: "Error rate is {{ $value | humanizePercentage }}"',
        '',
        '      - alert: HighLatency',
        '        expr: |',
        '          histogram_quantile(0.95, rate(aragora_request_duration_seconds_bucket[5m])) > 2',
        '        for: 5m',
        '        labels:',
        '          severity: warning',
        '        annotations:',
        '          summary: "High API latency"',
        '          description: "95th percentile latency is {{ $value }}s"',
        '',
        '      - alert: AgentTimeout',
      ],
      to: ['      - alert: AgentTimeout'],
    },
  },
];

/** Where a team's own addresses come in: no defect of the guides. */
export const SETTINGS: readonly { readonly document: DocumentName; readonly edit: Edit }[] = [
  {
    document: 'prometheus.yml',
    edit: { from: ["      - targets: ['aragora:8080']"], to: ["      - targets: ['{target}']"] },
  },
  {
    document: 'monitoring-prometheus.yml',
    edit: { from: ["      - targets: ['localhost:9090']"], to: ["      - targets: ['{target}']"] },
  },
  {
    document: 'alertmanager.yml',
    edit: {
      from: ["  pagerduty_url: 'https://events.pagerduty.com/v2/enqueue'"],
      to: ["  pagerduty_url: '{pagerdutyUrl}'"],
    },
  },
];

/** A further edit of a mended document. */
export interface FurtherEdit {
  readonly document: DocumentName;
  readonly edit: Edit;
}

/** The documents with the changes made, then `further`, and the places filled in; by name. */
export function mended(
  documents: readonly DocumentedText[],
  places: Places = DOCUMENTED_PLACES,
  further: readonly FurtherEdit[] = [],
): Readonly<Record<DocumentName, string>> {
  const texts = documents.map(({ name, text }) => {
    const edits = [...SETTINGS, ...CHANGES, ...further].filter(({ document }) => document === name);
    return [
      name,
      inPlace(
        edits.reduce((before, { edit }) => edited(before, edit), text),
        places,
      ),
    ];
  });
  return Object.fromEntries(texts) as Readonly<Record<DocumentName, string>>;
}

/** The edit with the places filled in. */
export function filled({ from, to }: Edit, places: Places): Edit {
  return { from, to: to.map((line) => inPlace(line, places)) };
}

function inPlace(text: string, places: Places): string {
  return Object.entries(places).reduce((filling, [name, value]) => filling.replaceAll(`{${name}}`, value), text);
}
