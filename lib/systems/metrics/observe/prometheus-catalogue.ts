/** What a Prometheus stores: all names, and the labels of the metrics that some queries want. */
import {
  type Catalogue,
  HISTOGRAM_PARTS,
  type KnownLabel,
  type KnownMetric,
  type MetricType,
} from '../../../rules/catalogue.ts';
import type { Wanted } from '../../../rules/wanted.ts';
import { documentedRenames } from '../renames.ts';
import {
  type Answer,
  labelNames,
  labelValues,
  type Metadata,
  metadata,
  type PrometheusAccess,
  scrapePools,
} from './prometheus-api.ts';

/** Asks for two or more labels of each wanted metric, one after the other. */
export async function prometheusCatalogue(access: PrometheusAccess, wanted: Wanted): Promise<Answer<Catalogue>> {
  const names = await labelValues(access, '__name__');
  if (!names.ok) return names;
  const types = await metadata(access);
  if (!types.ok) return types;
  const jobs = await jobsOf(access);
  if (!jobs.ok) return jobs;
  const metrics = new Map(declared(types.data));
  for (const name of names.data) {
    const labels = wanted.has(name) ? await labelsOf(access, name, wanted.get(name) ?? new Set()) : null;
    if (labels !== null && !labels.ok) return labels;
    metrics.set(name, { type: typeOf(name, types.data), labels: labels?.data ?? null, hasSeries: true });
  }
  const source = access.url;
  const renames = documentedRenames(metrics);
  return { ok: true, data: { source, kind: 'prometheus', metrics, renames, jobs: jobs.data, targetLabels: null } };
}

/** The jobs in its configuration, and those that have series. An older Prometheus does not list the former: then only the series count. */
async function jobsOf(access: PrometheusAccess): Promise<Answer<ReadonlySet<string>>> {
  const seen = await labelValues(access, 'job');
  if (!seen.ok) return seen;
  const pools = await scrapePools(access);
  if (!pools.ok && pools.status !== 404) return pools;
  return { ok: true, data: new Set([...seen.data, ...(pools.ok ? pools.data : [])]) };
}

async function labelsOf(
  access: PrometheusAccess,
  metric: string,
  wanted: ReadonlySet<string>,
): Promise<Answer<ReadonlyMap<string, KnownLabel>>> {
  const selector = `{__name__=${JSON.stringify(metric)}}`;
  const names = await labelNames(access, selector);
  if (!names.ok) return names;
  const labels = new Map<string, KnownLabel>();
  for (const name of names.data) {
    if (name === '__name__') continue;
    const values = wanted.has(name) ? await labelValues(access, name, selector) : null;
    if (values !== null && !values.ok) return values;
    labels.set(name, { values: values === null ? null : new Set(values.data), isOnAll: false });
  }
  return { ok: true, data: labels };
}

const KNOWN_TYPES: readonly MetricType[] = ['counter', 'gauge', 'histogram', 'summary'];

function asType(type: string | undefined): MetricType {
  return KNOWN_TYPES.find((known) => known === type) ?? 'unknown';
}

/** A Prometheus knows the type of a family, whose series may have other names. */
function typeOf(name: string, types: ReadonlyMap<string, Metadata>): MetricType {
  const own = types.get(name) ?? types.get(name.replace(/_total$/, ''));
  if (own !== undefined) return asType(own.type);
  const part = HISTOGRAM_PARTS.find((end) => name.endsWith(end));
  return part === undefined ? 'unknown' : asType(types.get(name.slice(0, -part.length))?.type);
}

/** What a target declares and has no series of: replaced by what has some. */
function declared(types: ReadonlyMap<string, Metadata>): (readonly [string, KnownMetric])[] {
  return [...types].flatMap(([name, { type }]) => {
    const known: KnownMetric = { type: asType(type), labels: null, hasSeries: false };
    return known.type === 'histogram'
      ? HISTOGRAM_PARTS.map((part) => [name + part, known] as const)
      : [[name, known] as const];
  });
}
