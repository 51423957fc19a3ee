/** The observed system `grafana`: whether it is healthy, and whether the documented dashboards are there, are valid and return data. */
import { onRun } from '../evidence.ts';
import type { System } from '../system.ts';
import { type GrafanaFacts, grafanaFacts, PAGE } from './checks/check.ts';
import { dataCheck } from './checks/data.ts';
import { health } from './checks/health.ts';
import { presentCheck } from './checks/present.ts';
import { validCheck } from './checks/valid.ts';
import { GRAFANA_OPTIONS } from './options.ts';
import { type GrafanaPromises, grafanaPromises } from './promises.ts';

const PARTS = [presentCheck, validCheck, dataCheck];
const WITHOUT = 'name the Grafana that shows the dashboards: --grafana URL';

export const GRAFANA: System<GrafanaPromises> = {
  id: 'grafana',
  title: 'Grafana',
  page: PAGE,
  options: GRAFANA_OPTIONS,
  sources: [{ id: 'direct', title: 'Grafana', options: ['grafana'] }],
  onlyIfNamed: true,
  apartFromLoad: true,
  unobserved: { status: 'no-data', summary: 'no Grafana was asked' },
  promises: grafanaPromises,
  checks: ({ promises }) => onRun<GrafanaFacts>(checksOf(promises), grafanaFacts),
  checklist: {
    'monitoring.verify.grafana-health': { findings: [health.id], without: WITHOUT },
    'observability.metrics.dashboards': {
      findings: checksOf(grafanaPromises())
        .map(({ id }) => id)
        .filter((id) => id !== health.id),
      without: WITHOUT,
    },
  },
};

function checksOf({ dashboards }: GrafanaPromises) {
  return [health, ...dashboards.flatMap((dashboard) => PARTS.map((part) => part(dashboard)))];
}
