/** What the documents list, as a server that keeps every promise would offer it to queries. */
import { type Catalogue, HISTOGRAM_PARTS, type KnownLabel, type KnownMetric } from '../../rules/catalogue.ts';
import { metricPromises } from './promises.ts';
import { documentedRenames } from './renames.ts';
import type { MetricSignal } from './signals.ts';

/** A metric that only an alert rule names is not listed. @param contract a release's name: its names, then. */
export function promisedCatalogue(contract: string): Catalogue {
  const { signals, contract: mapping } = metricPromises(contract);
  const listed = signals.metrics.filter(({ standing }) => standing === 'promised');
  const metrics = new Map(listed.flatMap((signal) => namesOf(signal, mapping.locations[signal.name]?.name)));
  const source = contract === 'documented' ? 'the documents' : `the names of contract "${contract}"`;
  return { source, kind: 'contract', metrics, renames: documentedRenames(metrics), jobs: null, targetLabels: null };
}

/** @param renamed a release keeps it under this name, maybe with other labels. */
function namesOf(signal: MetricSignal, renamed: string | undefined): (readonly [string, KnownMetric])[] {
  const name = renamed ?? signal.name;
  const labels = renamed === undefined ? documentedLabels(signal) : null;
  const known: KnownMetric = { type: signal.type, labels, hasSeries: true };
  if (signal.type !== 'histogram') return [[name, known]];
  return HISTOGRAM_PARTS.map((part) => [name + part, part === '_bucket' ? withBounds(known, signal) : known] as const);
}

/** null: no document says any, which is not to say that there are none. */
function documentedLabels({ labels }: MetricSignal): ReadonlyMap<string, KnownLabel> | null {
  const names = labels.flatMap(({ names }) => names);
  return names.length === 0 ? null : new Map(names.map((name) => [name, { values: null, isOnAll: true }]));
}

function withBounds(known: KnownMetric, { buckets }: MetricSignal): KnownMetric {
  if (known.labels === null) return known;
  const values = buckets === null ? null : new Set([...buckets.bounds.map(String), '+Inf']);
  return { ...known, labels: new Map([...known.labels, ['le', { values, isOnAll: true }]]) };
}
