/** Runs the queries of a dashboard as Grafana does when it opens it. */
import type { Dashboard } from '../../../rules/dashboard.ts';
import { substituted } from '../../../rules/variables.ts';
import type { SeenQuery } from '../observation.ts';
import { type Datasource, type GrafanaAccess, proxyUrl } from './api.ts';
import { runQuery } from './run.ts';
import { timesOf } from './times.ts';
import { datasourceFor, type Sources, valuesOf } from './variables.ts';

export interface Asking {
  readonly grafana: GrafanaAccess;
  readonly datasources: readonly Datasource[];
  /** The end of the time that dashboards show. */
  readonly nowMs: number;
}

export async function queriesOf(dashboard: Dashboard, asking: Asking): Promise<readonly SeenQuery[]> {
  const { grafana, datasources, nowMs } = asking;
  const access: Sources['access'] = ({ uid }) => ({ ...grafana, url: proxyUrl(grafana, uid) });
  const timesAt = ({ timeInterval }: Pick<Datasource, 'timeInterval'>) => timesOf(dashboard.from, timeInterval, nowMs);
  const globals = timesAt({
    timeInterval: datasources.find(({ isDefault }) => isDefault)?.timeInterval ?? '',
  }).variables;
  const values = await valuesOf(dashboard.variables, globals, { datasources, access });
  if (!values.ok) return unread(dashboard, `${values.reason}; ${values.hint}`);
  const seen: SeenQuery[] = [];
  for (const { title: panel, queries } of dashboard.panels) {
    for (const { text, datasource, isHidden } of queries) {
      const source = datasourceFor(datasource, values.data, datasources);
      if (isHidden || source === 'other') continue;
      if (source === null) {
        const said = substituted(datasource?.uid ?? 'default', values.data).query;
        seen.push({ panel, query: text, outcome: 'no-datasource', said, problems: [], silent: [] });
        continue;
      }
      const times = timesAt(source);
      const query = substituted(text, new Map([...values.data, ...times.variables])).query;
      seen.push({ panel, ...(await runQuery(access(source), query, times)) });
    }
  }
  return seen;
}

/** Without the values of its variables, no query can be run. */
function unread({ panels }: Dashboard, said: string): SeenQuery[] {
  return panels.flatMap(({ title: panel, queries }) =>
    queries.map(({ text }) => ({ panel, query: text, outcome: 'unread', said, problems: [], silent: [] })),
  );
}
