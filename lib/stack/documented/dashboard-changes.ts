/**
 * What has to change in the dashboard that the observability guide has as JSON, before a folder of Grafana's can have it and current Grafana shows
 * it, and what its published schema says of each. The five files, mended, are in dashboards/. Pure data; test/real holds the words up to the schema.
 */

export const DASHBOARD_GUIDE = { guide: 'observability-setup-guide.md', section: 'Dashboard JSON' } as const;

export interface DashboardChange {
  /** Stable, for example `dashboard.schema-version`. */
  readonly id: string;
  /** Of the guide. */
  readonly line: number;
  readonly subject: string;
  readonly why: string;
  /** A line of grafana-foundation-sdk's strict reader; null: it does not notice. */
  readonly says: string | null;
}

export const DASHBOARD_CHANGES: readonly DashboardChange[] = [
  {
    id: 'dashboard.wrapped',
    line: 324,
    subject: 'it is wrapped in `dashboard`',
    why: 'That is the form of the API (`POST /api/dashboards/db`). A file to import, or of a folder that Grafana reads, is the dashboard itself.',
    says: "Dashboard: unexpected field 'dashboard'",
  },
  {
    id: 'dashboard.schema-version',
    line: 325,
    subject: 'it has no `schemaVersion`',
    why: 'Grafana takes it for a dashboard of its first version, and changes it by all migrations since then.',
    says: 'schemaVersion: required field is missing from input',
  },
  {
    id: 'dashboard.templating',
    line: 325,
    subject: 'it has no `templating`',
    why: 'Without a variable for the datasource it asks whichever is the default one.',
    says: 'templating: required field is missing from input',
  },
  {
    id: 'dashboard.annotations',
    line: 325,
    subject: 'it has no `annotations`',
    why: 'The schema needs the field, also for a list that is empty.',
    says: 'annotations: required field is missing from input',
  },
  {
    id: 'dashboard.uid',
    line: 325,
    subject: 'it has no `uid`',
    why: 'Grafana makes one up, so each import of the same file is another dashboard, and no link stays.',
    says: null,
  },
  {
    id: 'dashboard.graph',
    line: 350,
    subject: 'a panel is of the type `graph`',
    why: 'It needed AngularJS, which is gone from current Grafana; `timeseries` is its successor.',
    says: null,
  },
];

/** What the guides say of dashboards, and no file of theirs has. */
export const DASHBOARD_REMARKS: readonly string[] = [
  'The layout of "Aragora Overview" shows active debates, WebSocket connections, agent calls and errors by endpoint. Its JSON has none of them; the file here does.',
  'The monitoring guide names four more dashboards and gives no JSON. Their files here show what their descriptions say, from documented metrics.',
  'No documented metric measures the processor, the memory or the disk, which "Infrastructure" shall show. The file here shows those of the processes that Prometheus scrapes.',
  'No documented metric counts rounds, which "Debate Analytics" shall show.',
  'The monitoring guide numbers the dashboards 1001 to 1005. Those are no uids, and no ids of grafana.com that can be imported.',
];
