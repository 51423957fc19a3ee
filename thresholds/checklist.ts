/**
 * The verification checklists of the two guides, item by item with its line. Data only. The system that makes the findings says which of
 * them an item rests on.
 */
import type { ChecklistItem } from '../lib/core/checklist.ts';
import type { System } from '../lib/systems/system.ts';

type Row = readonly [line: number, id: string, words: string];

const OBSERVABILITY: Readonly<Record<string, readonly Row[]>> = {
  Metrics: [
    [501, 'format', '`/metrics` endpoint returns Prometheus format'],
    [502, 'business', 'Key business metrics are exposed'],
    [503, 'scraping', 'Prometheus scraping successfully'],
    [504, 'dashboards', 'Grafana dashboards load correctly'],
  ],
  Logging: [
    [507, 'json', 'Logs in JSON format'],
    [508, 'trace-ids', 'Trace IDs propagated'],
    [509, 'levels', 'Log levels appropriate'],
    [510, 'loki', 'Loki ingesting logs'],
  ],
  Tracing: [
    [513, 'spans', 'Spans created for key operations'],
    [514, 'jaeger', 'Trace IDs in logs match Jaeger'],
    [515, 'sampling', 'Sampling rate configured'],
    [516, 'service-map', 'Service map visible in Jaeger'],
  ],
  Alerting: [
    [519, 'rules', 'Alert rules loaded in Prometheus'],
    [520, 'fire', 'Test alerts fire correctly'],
    [521, 'pagerduty', 'PagerDuty integration working'],
    [522, 'slack', 'Slack notifications arriving'],
  ],
};

/** The monitoring guide has commands instead of boxes to tick. */
const MONITORING: Readonly<Record<string, readonly Row[]>> = {
  'Verify Setup': [
    [436, 'metrics-endpoint', 'Check metrics endpoint'],
    [439, 'prometheus-targets', 'Check Prometheus targets'],
    [442, 'grafana-health', 'Check Grafana health'],
  ],
  'OAuth Authentication, Health Checks': [[484, 'oauth', 'Check OAuth providers endpoint']],
  'AWS Secrets Manager, Verify Configuration': [[507, 'secrets', 'Check if secrets are loading']],
};

type Item = Omit<ChecklistItem, 'ground'>;

function itemsOf(
  document: 'monitoring-setup-guide.md' | 'observability-setup-guide.md',
  sections: Readonly<Record<string, readonly Row[]>>,
  title: (section: string) => string,
): Item[] {
  const prefix = document.replace('-setup-guide.md', '');
  return Object.entries(sections).flatMap(([section, rows]) =>
    rows.map(([line, id, words]) => ({
      id: `${prefix}.${(section.split(/[ ,]/)[0] ?? section).toLowerCase()}.${id}`,
      words,
      source: { document, section: title(section), line },
    })),
  );
}

const ITEMS: readonly Item[] = [
  ...itemsOf('observability-setup-guide.md', OBSERVABILITY, (section) => `Verification Checklist, ${section}`),
  ...itemsOf('monitoring-setup-guide.md', MONITORING, (section) => section),
];

/** Every item, decided by the first of the systems that can. */
export function checklistOf(systems: readonly Pick<System, 'checklist'>[]): ChecklistItem[] {
  return ITEMS.map((item) => {
    const known = systems.flatMap(({ checklist }) => checklist[item.id] ?? [])[0];
    return { ...item, ground: known ?? { cannotTell: 'no system that is looked at decides it' } };
  });
}
