/**
 * Dashboards as their file says them: the form that Grafana imports, the form of its API (wrapped in `dashboard`), old rows and new ones.
 * https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
import { entryOf, itemsOf, type Placed, textAt, textOf, valueAt } from '../core/placed.ts';
import { formProblems } from './dashboard-form.ts';
import type { Problem } from './problem.ts';
import { kindText } from './recognise.ts';
import type { Refused } from './rule-file.ts';

export interface Query {
  readonly text: string;
  readonly line: number;
}

/** What a query is sent to, as written; null: the default one. A name alone may be a uid, too. */
export type DatasourceRef = { readonly type: string | null; readonly uid: string | null } | null;

export interface PanelQuery extends Query {
  readonly datasource: DatasourceRef;
  /** Grafana does not run it. */
  readonly isHidden: boolean;
}

export interface Panel {
  readonly title: string;
  readonly type: string;
  readonly line: number;
  /** Those for a Prometheus. */
  readonly queries: readonly PanelQuery[];
  /** How many are for another kind of datasource. */
  readonly otherQueries: number;
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly line: number;
  /** '' for none. */
  readonly query: string;
  readonly isPrometheus: boolean;
  readonly datasource: DatasourceRef;
  /** That are chosen when it opens; [] where nothing is saved. `$__all` is all of them. */
  readonly current: readonly string[];
  /** What `$__all` is sent as; null: every value. */
  readonly allValue: string | null;
  /** Saved with it; [] where Grafana asks for them. */
  readonly options: readonly string[];
  /** Several can be chosen, so a value is sent as a regular expression. */
  readonly isMulti: boolean;
  /** That its values must match; '' for none. */
  readonly regex: string;
}

export interface Dashboard {
  readonly path: string;
  readonly line: number;
  readonly title: string | null;
  readonly uid: string | null;
  /** Wrapped in `dashboard`, as the API takes it. */
  readonly isWrapped: boolean;
  /** Of the keys that a dashboard should have. */
  readonly missing: readonly string[];
  /** What Grafana's schema does not allow. */
  readonly form: readonly Problem[];
  /** The beginning of the time that it shows, as Grafana writes it; '' for none. */
  readonly from: string;
  readonly panels: readonly Panel[];
  readonly variables: readonly Variable[];
  readonly annotations: readonly (Query & { readonly name: string })[];
}

const WANTED_KEYS = ['title', 'schemaVersion', 'templating', 'annotations'] as const;

/** @param documents all of one file. */
export function readDashboard(path: string, documents: readonly Placed[]): Dashboard | Refused {
  const [document] = documents;
  if (document === undefined) return { line: 1, reason: 'it is empty, and a dashboard was expected' };
  const wrapped = entryOf(document, 'dashboard')?.value;
  const dashboard = wrapped?.kind === 'map' ? wrapped : document;
  if (entryOf(dashboard, 'panels') === undefined && entryOf(dashboard, 'rows') === undefined)
    return { line: dashboard.line, reason: `it is ${kindText(document)}, not a dashboard: it has no "panels"` };
  const badList = ['panels', 'rows']
    .map((key) => entryOf(dashboard, key))
    .find((entry) => entry !== undefined && entry.value.kind !== 'list');
  if (badList !== undefined)
    return { line: badList.line, reason: `it is no dashboard: "${badList.key}" must be a list` };
  return {
    path,
    line: dashboard.line,
    title: textAt(dashboard, 'title') ?? null,
    uid: textAt(dashboard, 'uid') ?? null,
    isWrapped: dashboard !== document,
    missing: WANTED_KEYS.filter((key) => entryOf(dashboard, key) === undefined),
    form: formProblems(dashboard),
    from: textAt(valueAt(dashboard, 'time'), 'from') ?? '',
    panels: panelsIn(dashboard),
    variables: itemsOf(valueAt(valueAt(dashboard, 'templating'), 'list')).map(variableOf),
    annotations: itemsOf(valueAt(valueAt(dashboard, 'annotations'), 'list')).flatMap(annotationOf),
  };
}

/** Rows hold panels in both forms, and a new one shows nothing itself. */
function panelsIn(holder: Placed): Panel[] {
  const own = itemsOf(valueAt(holder, 'panels')).flatMap((panel) => [
    ...(textAt(panel, 'type') === 'row' ? [] : [panelOf(panel)]),
    ...panelsIn(panel),
  ]);
  return [...own, ...itemsOf(valueAt(holder, 'rows')).flatMap(panelsIn)];
}

function panelOf(panel: Placed): Panel {
  const targets = itemsOf(valueAt(panel, 'targets'));
  const own = valueAt(panel, 'datasource');
  const isOurs = (target: Placed): boolean => isPrometheus(valueAt(target, 'datasource') ?? own);
  return {
    title: textAt(panel, 'title') ?? '(without a title)',
    type: textAt(panel, 'type') ?? '',
    line: panel.line,
    queries: targets.filter(isOurs).flatMap((target) =>
      queryAt(target, 'expr').map((query) => ({
        ...query,
        datasource: datasourceOf(valueAt(target, 'datasource') ?? own),
        isHidden: textAt(target, 'hide') === 'true',
      })),
    ),
    otherQueries: targets.filter((target) => !isOurs(target)).length,
  };
}

function datasourceOf(written: Placed | undefined): DatasourceRef {
  if (written?.kind === 'map') return { type: textAt(written, 'type') ?? null, uid: textAt(written, 'uid') ?? null };
  const name = textOf(written);
  return name === undefined ? null : { type: null, uid: name };
}

const OTHERS =
  /loki|elastic|influx|tempo|jaeger|graphite|postgres|mysql|mssql|cloudwatch|testdata|opensearch|zipkin|grafana|alertmanager|__expr__|mixed/i;

/** Unless it says that it is another one. A name or a uid alone says little. */
function isPrometheus(datasource: Placed | undefined): boolean {
  const type = datasource?.kind === 'map' ? textAt(datasource, 'type') : textOf(datasource);
  if (type === undefined || /mixed/i.test(type)) return true;
  return /prometheus|mimir|thanos|cortex/i.test(type) || !OTHERS.test(type);
}

function queryAt(holder: Placed, key: string): Query[] {
  const value = valueAt(holder, key);
  const text = textOf(value);
  return value?.kind !== 'scalar' || text === undefined || text.trim() === '' ? [] : [{ text, line: value.textLine }];
}

function variableOf(variable: Placed): Variable {
  const query = valueAt(variable, 'query');
  return {
    name: textAt(variable, 'name') ?? '',
    type: textAt(variable, 'type') ?? '',
    line: variable.line,
    query: textOf(query) ?? textAt(query, 'query') ?? textAt(variable, 'definition') ?? '',
    isPrometheus: isPrometheus(valueAt(variable, 'datasource')),
    ...valuesOf(variable),
  };
}

function valuesOf(variable: Placed) {
  const current = valueAt(valueAt(variable, 'current'), 'value');
  const chosen = (current?.kind === 'list' ? current.items : [current]).flatMap((one) => textOf(one) ?? []);
  const options = itemsOf(valueAt(variable, 'options')).flatMap((one) => textAt(one, 'value') ?? []);
  const isOn = (key: string): boolean => textAt(variable, key) === 'true';
  return {
    datasource: datasourceOf(valueAt(variable, 'datasource')),
    current: chosen.filter((one) => one !== ''),
    allValue: textAt(variable, 'allValue') || null,
    options: options.filter((one) => one !== '$__all'),
    isMulti: isOn('multi') || isOn('includeAll'),
    regex: textAt(variable, 'regex') ?? '',
  };
}

function annotationOf(annotation: Placed): (Query & { readonly name: string })[] {
  if (!isPrometheus(valueAt(annotation, 'datasource'))) return [];
  const name = textAt(annotation, 'name') ?? '';
  return queryAt(annotation, 'expr').map((query) => ({ ...query, name }));
}
