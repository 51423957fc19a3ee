/** The verification checklists of the two guides, item by item with its line, and the findings that each rests on. Data only. */
import type { ChecklistGround, ChecklistItem } from '../lib/core/checklist.ts';
import { DOCUMENTED_LOGS } from '../lib/systems/logs/promises.ts';
import { DOCUMENTED_METRICS } from '../lib/systems/metrics/promises.ts';
import { DOCUMENTED_SPANS } from '../lib/systems/traces/promises.ts';

type Row = readonly [line: number, id: string, words: string, ground: ChecklistGround];

const rests = (...findings: string[]): ChecklistGround => ({ findings });
const restsWith = (without: string, ...findings: string[]): ChecklistGround => ({ findings, without });
const cannotTell = (why: string): ChecklistGround => ({ cannotTell: why });

const GRAFANA = 'nothing here asks Grafana; that its queries parse and return data is found apart';
const ALERTMANAGER = 'nothing here fires alerts or reads what receives them';
/** One request asks for that path, in runs that look for traces. */
const PROVIDERS =
  'what /api/auth/oauth/providers answers is not looked at: it is asked for its trace alone, and which providers it has to name differs by deployment';

/** `metrics.requests_total.present` and the same for the other metrics that the observability guide lists. */
const KEY_METRICS = DOCUMENTED_METRICS.metrics
  .filter(({ sources }) => sources.some(({ section }) => section === 'Key Metrics'))
  .map(({ name }) => `metrics.${name.replace(/^aragora_/, '')}.present`);

const EXPOSITION = ['parses', 'content-type', 'unique'].map((what) => `metrics.exposition.${what}`);
const SPANS = DOCUMENTED_SPANS.signals.map(({ id }) => `traces.spans.${id}.present`);
const LOG_FIELDS = DOCUMENTED_LOGS.fields.filter(({ required }) => required).map(({ name }) => `logs.fields.${name}`);
const JAEGER = 'connect Jaeger with --jaeger URL';
const PROMETHEUS = 'connect Prometheus with --prometheus URL';

const OBSERVABILITY: Readonly<Record<string, readonly Row[]>> = {
  Metrics: [
    [501, 'format', '`/metrics` endpoint returns Prometheus format', rests(...EXPOSITION)],
    [502, 'business', 'Key business metrics are exposed', rests(...KEY_METRICS)],
    [503, 'scraping', 'Prometheus scraping successfully', restsWith(PROMETHEUS, 'metrics.prometheus.up')],
    [504, 'dashboards', 'Grafana dashboards load correctly', cannotTell(GRAFANA)],
  ],
  Logging: [
    [507, 'json', 'Logs in JSON format', rests('logs.json', ...LOG_FIELDS)],
    [508, 'trace-ids', 'Trace IDs propagated', rests('logs.trace-ids', 'traces.propagation')],
    [509, 'levels', 'Log levels appropriate', rests('logs.levels', 'logs.levels.production')],
    [510, 'loki', 'Loki ingesting logs', restsWith('connect Loki with --loki URL', 'logs.loki.ingested')],
  ],
  Tracing: [
    [513, 'spans', 'Spans created for key operations', rests(...SPANS)],
    [514, 'jaeger', 'Trace IDs in logs match Jaeger', restsWith(JAEGER, 'logs.traces-exist', 'traces.jaeger.same')],
    [
      515,
      'sampling',
      'Sampling rate configured',
      rests('traces.sampling.ratio', 'traces.sampling.flag-set', 'traces.sampling.flag-unset'),
    ],
    [516, 'service-map', 'Service map visible in Jaeger', restsWith(JAEGER, 'traces.jaeger.service-map')],
  ],
  Alerting: [
    [519, 'rules', 'Alert rules loaded in Prometheus', cannotTell("nothing here reads a Prometheus' rules")],
    [520, 'fire', 'Test alerts fire correctly', cannotTell(ALERTMANAGER)],
    [521, 'pagerduty', 'PagerDuty integration working', cannotTell(ALERTMANAGER)],
    [522, 'slack', 'Slack notifications arriving', cannotTell(ALERTMANAGER)],
  ],
};

/** The monitoring guide has commands instead of boxes to tick. */
const MONITORING: Readonly<Record<string, readonly Row[]>> = {
  'Verify Setup': [
    [436, 'metrics-endpoint', 'Check metrics endpoint', rests(...EXPOSITION, 'metrics.requests_total.present')],
    [439, 'prometheus-targets', 'Check Prometheus targets', restsWith(PROMETHEUS, 'metrics.prometheus.up')],
    [442, 'grafana-health', 'Check Grafana health', cannotTell('nothing here asks Grafana')],
  ],
  'OAuth Authentication, Health Checks': [[484, 'oauth', 'Check OAuth providers endpoint', cannotTell(PROVIDERS)]],
  'AWS Secrets Manager, Verify Configuration': [
    [
      507,
      'secrets',
      'Check if secrets are loading',
      cannotTell(`${PROVIDERS}; where their secrets come from is not seen from outside`),
    ],
  ],
};

function itemsOf(
  document: 'monitoring-setup-guide.md' | 'observability-setup-guide.md',
  sections: Readonly<Record<string, readonly Row[]>>,
  title: (section: string) => string,
): ChecklistItem[] {
  const prefix = document.replace('-setup-guide.md', '');
  return Object.entries(sections).flatMap(([section, rows]) =>
    rows.map(([line, id, words, ground]) => ({
      id: `${prefix}.${(section.split(/[ ,]/)[0] ?? section).toLowerCase()}.${id}`,
      words,
      source: { document, section: title(section), line },
      ground,
    })),
  );
}

export const CHECKLIST: readonly ChecklistItem[] = [
  ...itemsOf('observability-setup-guide.md', OBSERVABILITY, (section) => `Verification Checklist, ${section}`),
  ...itemsOf('monitoring-setup-guide.md', MONITORING, (section) => section),
];
