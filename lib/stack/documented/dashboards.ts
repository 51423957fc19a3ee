/** The five dashboards that the monitoring guide names, as files that Grafana imports, and where the guide has them. */
import { readFileSync } from 'node:fs';

export const DASHBOARD_FILES = [
  'aragora-overview.json',
  'aragora-api.json',
  'aragora-agents.json',
  'aragora-debates.json',
  'aragora-infrastructure.json',
] as const;

const FOLDER = new URL('./dashboards/', import.meta.url);

/** In the guide's order; as Grafana reads them from a folder. */
export function documentedDashboards(): unknown[] {
  return DASHBOARD_FILES.map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as unknown);
}
