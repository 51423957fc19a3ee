/** What an exposition offers to queries: every name with its labels and their values. */
import { type Catalogue, HISTOGRAM_PARTS, type KnownMetric, type MetricType } from '../../../rules/catalogue.ts';
import { documentedRenames } from '../renames.ts';
import { type Dialect, ExpositionReader, type ExpositionSummary, type Family } from './exposition.ts';

/** @param source where it was read, for a person. */
export function expositionCatalogue(source: string, text: string, dialect: Dialect): Catalogue {
  const names = new Map<string, SeenMetric>();
  const reader = new ExpositionReader(dialect, {
    sample: (family, line, again) => {
      if (again) return;
      const metric = names.get(line.name) ?? new SeenMetric(typeOf(family));
      metric.add(line.labels());
      names.set(line.name, metric);
    },
  });
  reader.push(text);
  const declared = declaredNames(reader.end(), dialect).filter(([name]) => !names.has(name));
  const seen = [...names].map(([name, metric]) => [name, metric.known()] as const);
  const metrics = new Map([...seen, ...declared]);
  return { source, kind: 'exposition', metrics, renames: documentedRenames(metrics), jobs: null, targetLabels: null };
}

class SeenMetric {
  readonly #type: MetricType;
  readonly #labels = new Map<string, { readonly values: Set<string>; count: number }>();
  #series = 0;

  constructor(type: MetricType) {
    this.#type = type;
  }

  add(labels: Readonly<Record<string, string>>): void {
    this.#series += 1;
    for (const [name, value] of Object.entries(labels)) {
      // A label without a value is no label.
      if (value === '') continue;
      const label = this.#labels.get(name) ?? { values: new Set(), count: 0 };
      label.values.add(value);
      label.count += 1;
      this.#labels.set(name, label);
    }
  }

  known(): KnownMetric {
    const labels = [...this.#labels].map(
      ([name, { values, count }]) => [name, { values, isOnAll: count === this.#series }] as const,
    );
    return { type: this.#type, labels: new Map(labels), hasSeries: true };
  }
}

function typeOf({ type }: Family): MetricType {
  switch (type) {
    case 'counter':
    case 'gauge':
    case 'histogram':
    case 'summary':
      return type;
    default:
      return 'unknown';
  }
}

/** Names that a TYPE line declares and that have no series yet. */
function declaredNames({ families }: ExpositionSummary, dialect: Dialect): (readonly [string, KnownMetric])[] {
  return families.flatMap((family) => {
    const known: KnownMetric = { type: typeOf(family), labels: null, hasSeries: false };
    if (family.type === null) return [];
    if (family.type === 'histogram') return HISTOGRAM_PARTS.map((part) => [family.name + part, known] as const);
    const suffix = dialect === 'openmetrics' && family.type === 'counter' ? '_total' : '';
    return [[family.name + suffix, known] as const];
  });
}
