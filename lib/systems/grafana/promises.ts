/** What the guides promise of Grafana: that it is healthy, and that five dashboards load. */
import type { Source } from '../../core/source.ts';

export const HEALTH: Source = { document: 'monitoring-setup-guide.md', section: 'Verify Setup' };
export const AVAILABLE: Source = { document: 'monitoring-setup-guide.md', section: 'Available Dashboards' };
export const LOAD: Source = { document: 'observability-setup-guide.md', section: 'Verification Checklist, Metrics' };

export interface PromisedDashboard {
  /** In the ids of findings. */
  readonly key: string;
  /** Its title. */
  readonly name: string;
}

export interface GrafanaPromises {
  readonly dashboards: readonly PromisedDashboard[];
}

export function grafanaPromises(): GrafanaPromises {
  return {
    dashboards: [
      { key: 'overview', name: 'Aragora Overview' },
      { key: 'api', name: 'API Performance' },
      { key: 'agents', name: 'Agent Metrics' },
      { key: 'debates', name: 'Debate Analytics' },
      { key: 'infrastructure', name: 'Infrastructure' },
    ],
  };
}
