/** The values that a dashboard's variables have when it opens: those that are saved with it, or those that its Prometheus has. */
import type { DatasourceRef, Variable } from '../../../rules/dashboard.ts';
import { substituted } from '../../../rules/variables.ts';
import { type Answer, labelNames, labelValues, type PrometheusAccess } from '../../metrics/observe/prometheus-api.ts';
import type { Datasource } from './api.ts';
import { ALL, filtered, listed, written } from './values.ts';

export interface Sources {
  readonly datasources: readonly Datasource[];
  /** How one of them is asked. */
  readonly access: (datasource: Datasource) => PrometheusAccess;
}

/** By name, as they are written into a query. A failure of a datasource is one of the dashboard. */
export async function valuesOf(
  variables: readonly Variable[],
  globals: ReadonlyMap<string, string>,
  sources: Sources,
): Promise<Answer<ReadonlyMap<string, string>>> {
  const values = new Map(globals);
  for (const variable of variables) {
    const every = await everyValue(variable, values, sources);
    if (!every.ok) return every;
    const chosen = variable.current.length > 0 ? variable.current : every.data.slice(0, 1);
    values.set(variable.name, textOf(variable, chosen, every.data, values));
  }
  return { ok: true, data: values };
}

function textOf(
  variable: Variable,
  chosen: readonly string[],
  every: readonly string[],
  values: ReadonlyMap<string, string>,
): string {
  // Grafana computes it as it does the step of a query.
  if (variable.type === 'interval' && chosen[0]?.startsWith('$__auto')) return values.get('__interval') ?? '1m';
  // Its value is a uid, or the word for the default one, and no pattern.
  if (variable.type === 'datasource' || variable.type === 'constant' || variable.type === 'interval')
    return chosen[0] ?? '';
  return written(variable, chosen, every);
}

async function everyValue(
  variable: Variable,
  values: ReadonlyMap<string, string>,
  sources: Sources,
): Promise<Answer<readonly string[]>> {
  const { type, query, options, current, allValue } = variable;
  switch (type) {
    case 'constant':
    case 'textbox':
      return known([query]);
    case 'custom':
    case 'interval':
      return known(options.length > 0 ? options : listed(query));
    case 'datasource':
      return known(['default']);
    case 'query': {
      const isSaved = current.length > 0 && (!current.includes(ALL) || allValue !== null);
      return isSaved ? known(options) : await asked(variable, values, sources);
    }
    default:
      return known(options);
  }
}

function known(values: readonly string[]): Answer<readonly string[]> {
  return { ok: true, data: values };
}

const LABEL_VALUES = /^\s*label_values\(\s*(?:(.+)\s*,)?\s*([A-Za-z_]\w*)\s*\)\s*$/s;
const LABEL_NAMES = /^\s*label_names\((.*)\)\s*$/s;

/** Of a query of another kind, only the values that are saved are known. */
async function asked(
  { query, datasource, options, regex }: Variable,
  values: ReadonlyMap<string, string>,
  sources: Sources,
): Promise<Answer<readonly string[]>> {
  const source = datasourceFor(datasource, values, sources.datasources);
  const [, selector, label] = LABEL_VALUES.exec(query) ?? [];
  const plain = selector === undefined ? undefined : substituted(selector, values).query;
  if (source === null || source === 'other') return known(options);
  const access = sources.access(source);
  const names = LABEL_NAMES.exec(query)?.[1];
  if (label === undefined && names === undefined) return known(options);
  const answer =
    label === undefined
      ? await labelNames(access, names?.trim() || '{__name__=~".+"}')
      : await labelValues(access, label, plain);
  if (answer.ok) return known(filtered(answer.data, regex).sort());
  // Prometheus does not take it: the variable has no values then.
  return answer.status === 400 || answer.status === 422 ? known([]) : answer;
}

/** `other`: it is for no Prometheus. null: Grafana does not have it. */
export function datasourceFor(
  ref: DatasourceRef,
  values: ReadonlyMap<string, string>,
  all: readonly Datasource[],
): Datasource | 'other' | null {
  const named = ref?.uid == null ? '' : substituted(ref.uid, values).query;
  if (/^(-- .* --|grafana|__expr__)$/.test(named)) return 'other';
  const isOurs = ({ type }: Datasource): boolean => /prometheus/i.test(type);
  if (named !== '' && named !== 'default') {
    const found = all.find(({ uid }) => uid === named) ?? all.find(({ name }) => name === named);
    return found === undefined ? null : isOurs(found) ? found : 'other';
  }
  // The default one; where that is of another kind, the first Prometheus is meant if somebody asked for one.
  const usual = all.find(({ isDefault }) => isDefault);
  if (usual !== undefined && isOurs(usual)) return usual;
  const first = all.find(isOurs);
  return ref?.type == null ? (usual === undefined ? null : 'other') : (first ?? null);
}
