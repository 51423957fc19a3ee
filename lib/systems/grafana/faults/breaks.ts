/**
 * Wrong Grafanas, by name; each is found by its finding alone. They are breaks of `grafana-stand-in`, not of the reference target, so `--break`
 * does not know them. `npm run test:real` proves each on a real Prometheus.
 */
import type { GrafanaStandInOptions } from '../../../stack/grafana/stand-in.ts';

export interface GrafanaBreak {
  readonly name: string;
  /** One sentence: what is wrong. */
  readonly description: string;
  /** Id of the finding that must fail. */
  readonly finding: string;
  readonly change: (options: GrafanaStandInOptions) => GrafanaStandInOptions;
}

export const GRAFANA_BREAKS: readonly GrafanaBreak[] = [
  {
    name: 'grafana.database-failing',
    description: 'Grafana can not use its database',
    finding: 'grafana.health',
    change: (options) => ({ ...options, database: 'failing' }),
  },
  {
    name: 'grafana.dashboard-missing',
    description: 'nobody imported the dashboard "Agent Metrics"',
    finding: 'grafana.agents.present',
    change: ({ dashboards, ...options }) => ({
      ...options,
      dashboards: dashboards.filter((one) => !JSON.stringify(one).includes('"Agent Metrics"')),
    }),
  },
  inFile('grafana.uid-clash', 'grafana.api.present', {
    description: 'two dashboards have one uid, so Grafana keeps one of them',
    from: '"uid":"aragora-api"',
    to: '"uid":"aragora-overview"',
  }),
  inFile('grafana.panel-removed', 'grafana.overview.valid', {
    description: 'a panel is of the type "graph", as in the guide, which current Grafana has no more',
    from: '"title":"Request Latency","type":"timeseries"',
    to: '"title":"Request Latency","type":"graph"',
  }),
  inFile('grafana.panel-without-type', 'grafana.infrastructure.valid', {
    description: 'a panel has no type',
    from: '"title":"Disk of Prometheus","type":"timeseries"',
    to: '"title":"Disk of Prometheus"',
  }),
  inFile('grafana.datasource-missing', 'grafana.debates.valid', {
    description: 'a query names a datasource that Grafana does not have',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana looks so.
    from: '"datasource":{"type":"prometheus","uid":"${datasource}"},"expr":"sum(aragora_debates_active)"',
    to: '"datasource":{"type":"prometheus","uid":"mimir"},"expr":"sum(aragora_debates_active)"',
  }),
  inFile('grafana.metric-missing', 'grafana.overview.data', {
    description: 'a panel asks for a metric that is not there',
    from: 'sum(aragora_active_debates)',
    to: 'sum(aragora_running_debates)',
  }),
  inFile('grafana.label-missing', 'grafana.agents.data', {
    description: 'a panel asks for a label that its metric does not have',
    from: '[$__rate_interval])) by (agent)',
    to: '{model=\\"a\\"}[$__rate_interval])) by (agent)',
  }),
  inFile('grafana.query-refused', 'grafana.infrastructure.data', {
    description: 'a query is no PromQL: "by" stands behind a function, as in the guide',
    from: 'sum(up) by (job)',
    to: 'abs(up) by (job)',
  }),
];

interface Replacement {
  readonly description: string;
  /** What one dashboard has once, as JSON. */
  readonly from: string;
  readonly to: string;
}

function inFile(name: string, finding: string, { description, from, to }: Replacement): GrafanaBreak {
  const change: GrafanaBreak['change'] = ({ dashboards, ...options }) => {
    const texts = dashboards.map((one) => JSON.stringify(one));
    const found = texts.reduce((sum, text) => sum + text.split(from).length - 1, 0);
    if (found !== 1) throw new Error(`${name}: the dashboards have ${found} times, not once: ${from}`);
    return { ...options, dashboards: texts.map((text) => JSON.parse(text.replace(from, () => to)) as unknown) };
  };
  return { name, description, finding, change };
}
