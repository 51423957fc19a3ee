/** Judges dashboards: the form of each, what several of them have in common, and whether each query can return data. */
import type { Dashboard, Panel, Query, Variable } from './dashboard.ts';
import { type Judged, judged } from './judged.ts';
import { once, type Problem } from './problem.ts';
import { queryProblems, type World } from './reach.ts';
import { substituted } from './variables.ts';

export function judgeDashboards(dashboards: readonly Dashboard[], world: World): Judged[] {
  return dashboards.flatMap((dashboard, at) => [
    formItem(dashboard, dashboards.slice(0, at)),
    ...dashboard.variables.flatMap((variable) => variableItems(variable, dashboard, world)),
    ...dashboard.annotations.map((query) =>
      queryItem({ kind: 'annotation', name: query.name, query, dashboard, world, problems: [] }),
    ),
    ...dashboard.panels.flatMap((panel) => panelItems(panel, dashboard, world)),
  ]);
}

function formItem(dashboard: Dashboard, before: readonly Dashboard[]): Judged {
  const { path, line, title, missing } = dashboard;
  const problems = [
    ...missing.map(missingProblem),
    ...dashboard.form,
    ...wrappedProblems(dashboard),
    ...clashProblems(dashboard, before),
  ];
  return judged({ kind: 'dashboard', file: path, line, name: title ?? '(without a title)', within: '' }, problems);
}

/** What is wrong with a dashboard itself, whatever its queries return. */
export function ownProblems(dashboard: Dashboard): Problem[] {
  const problems = dashboard.panels.flatMap((panel) => {
    const used = panel.queries.flatMap(({ text }) => substituted(text).used);
    return [...removedProblems(panel), ...undeclared(used, dashboard)].map((problem) => ({
      ...problem,
      reason: `panel "${panel.title}": ${problem.reason}`,
    }));
  });
  return once([...dashboard.missing.map(missingProblem), ...dashboard.form, ...problems]);
}

function missingProblem(key: string): Problem {
  if (key === 'title') return { effect: 'wrong', reason: 'it has no "title": Grafana refuses it' };
  if (key === 'schemaVersion')
    return {
      effect: 'note',
      reason: 'it has no "schemaVersion": Grafana takes it for a dashboard of its first version',
    };
  return { effect: 'note', reason: `it has no "${key}", which a dashboard of Grafana has` };
}

function wrappedProblems({ isWrapped }: Dashboard): Problem[] {
  const reason =
    'it is wrapped in "dashboard": the API takes that (POST /api/dashboards/db), a folder that Grafana reads does not';
  return isWrapped ? [{ effect: 'note', reason }] : [];
}

/** Grafana finds a dashboard by its uid, and by its title where it has none. */
function clashProblems({ uid, title }: Dashboard, before: readonly Dashboard[]): Problem[] {
  const sameUid = uid === null || uid === '' ? undefined : before.find((other) => other.uid === uid);
  if (sameUid !== undefined)
    return [{ effect: 'wrong', reason: `${sameUid.path} has the uid "${uid}" too: only one of the two is kept` }];
  const sameTitle = title === null ? undefined : before.find((other) => other.title === title);
  return sameTitle === undefined
    ? []
    : [{ effect: 'note', reason: `${sameTitle.path} has the title "${title}" too: put them into different folders` }];
}

/** Panels that needed AngularJS; Grafana 12 has none of it. */
const REMOVED: Readonly<Record<string, string>> = {
  graph: 'timeseries',
  singlestat: 'stat',
  'table-old': 'table',
  'grafana-piechart-panel': 'piechart',
  'grafana-worldmap-panel': 'geomap',
};

function removedProblems({ type }: Panel): Problem[] {
  const instead = Object.hasOwn(REMOVED, type) ? REMOVED[type] : undefined;
  if (instead === undefined) return [];
  return [{ effect: 'wrong', reason: `panels of type "${type}" are gone from current Grafana`, nearest: instead }];
}

function panelItems(panel: Panel, dashboard: Dashboard, world: World): Judged[] {
  const { title, line, queries, otherQueries } = panel;
  const problems = removedProblems(panel);
  if (queries.length > 0)
    return queries.map((query, at) =>
      queryItem({ kind: 'panel', name: title, query, dashboard, world, problems: at === 0 ? problems : [] }),
    );
  const notJudged: Problem[] =
    otherQueries === 0 ? [] : [{ effect: 'note', reason: 'its queries are not for a Prometheus: not judged' }];
  const within = dashboard.title ?? '';
  return [judged({ kind: 'panel', file: dashboard.path, line, name: title, within }, [...problems, ...notJudged])];
}

interface Asked {
  readonly kind: 'panel' | 'annotation' | 'variable';
  readonly name: string;
  readonly query: Query;
  readonly dashboard: Dashboard;
  readonly world: World;
  readonly problems: readonly Problem[];
}

function queryItem({ kind, name, query, dashboard, world, problems }: Asked): Judged {
  const constants = dashboard.variables.flatMap((one) =>
    one.type === 'constant' ? [[one.name, one.query] as const] : [],
  );
  const { query: plain, used } = substituted(query.text, new Map(constants));
  const all = [...problems, ...undeclared(used, dashboard), ...queryProblems(plain, world)];
  const item = { kind, file: dashboard.path, line: query.line, name, within: dashboard.title ?? '', query: query.text };
  return judged(item, all);
}

function undeclared(used: readonly string[], { variables }: Dashboard): Problem[] {
  return used
    .filter((name) => !variables.some((variable) => variable.name === name))
    .map((name) => ({
      effect: 'wrong',
      reason: `the dashboard does not declare the variable $${name}: Grafana sends it as it is`,
    }));
}

const LABEL_VALUES = /^\s*label_values\(\s*(?:(.+)\s*,)?\s*([A-Za-z_]\w*)\s*\)\s*$/s;
const QUERY_RESULT = /^\s*query_result\((.+)\)\s*$/s;

/** A variable without values makes every panel empty that uses it. */
function variableItems(variable: Variable, dashboard: Dashboard, world: World): Judged[] {
  const { name, type, line, query, isPrometheus } = variable;
  if (type !== 'query' || !isPrometheus) return [];
  const [, of, label = ''] = LABEL_VALUES.exec(query) ?? [];
  // Its values are those of the label, so a series must have it.
  const text = of === undefined ? QUERY_RESULT.exec(query)?.[1] : `count by (${label}) (${of})`;
  if (text === undefined) return [];
  const item = queryItem({ kind: 'variable', name: `$${name}`, query: { text, line }, dashboard, world, problems: [] });
  const problems = item.problems.map((problem) =>
    problem.reason.startsWith('by (')
      ? { ...problem, effect: 'never' as const, reason: `no series has the label ${label}` }
      : problem,
  );
  return [judged({ ...item, query }, problems)];
}
