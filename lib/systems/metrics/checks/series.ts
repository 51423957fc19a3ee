/** Reads scraped metrics: a metric's series where the contract says, their increase with resets, histograms by label set. */

import type { MetricFamily, MetricSeries, MetricsObserved } from '../observation.ts';
import type { MetricLocation, MetricMapping } from '../signals.ts';

/** Where a documented metric is kept: as the contract says, or as documented. */
export function locationOf(contract: MetricMapping, documented: string): MetricLocation {
  return contract.locations[documented] ?? { name: documented };
}

/** The family of a metric; OpenMetrics declares a counter without its `_total`. undefined when it is absent. */
export function familyOf<Family extends Pick<MetricFamily, 'name' | 'type'>>(
  observed: { readonly families: readonly Family[] },
  name: string,
): Family | undefined {
  const exact = observed.families.find((family) => family.name === name);
  if (exact !== undefined) return exact;
  const stem = name.replace(/_total$/, '');
  return stem === name
    ? undefined
    : observed.families.find((family) => family.name === stem && family.type === 'counter');
}

/** The series of a sample name, for example `…_total` or `…_bucket`, that the location counts; their labels have their documented names. */
export function seriesOf(observed: MetricsObserved, location: MetricLocation, suffix = ''): MetricSeries[] {
  const where = Object.entries(location.where ?? {}).map(
    ([label, pattern]) => [label, new RegExp(`^(?:${pattern})$`)] as const,
  );
  const all = familyOf(observed, location.name)?.series ?? [];
  const counted = all.filter(
    ({ name, labels }) =>
      name === location.name + suffix && where.every(([label, whole]) => whole.test(labels[label] ?? '')),
  );
  const own = Object.entries(location.labels ?? {});
  return own.length === 0 ? counted : counted.map((series) => ({ ...series, labels: documentedLabels(series, own) }));
}

/** A label that is there under both names keeps its documented one: it may say something else. */
function documentedLabels(
  { labels }: MetricSeries,
  own: readonly (readonly [documented: string, own: string])[],
): MetricSeries['labels'] {
  const documentedOf = new Map(own.map(([documented, name]) => [name, documented]));
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => {
      const documented = documentedOf.get(name) ?? name;
      return [Object.hasOwn(labels, documented) ? name : documented, value];
    }),
  );
}

/** A value as a number; null where the series was absent. */
export function numberAt(series: MetricSeries, scrape: number): number | null {
  const value = series.values[scrape] ?? null;
  if (typeof value !== 'string') return value;
  return value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number.NaN;
}

/** Whether it was NaN or infinite at any scrape: it can then be neither added up nor compared. */
export function isNoNumber(series: MetricSeries): boolean {
  return series.values.some((value) => typeof value === 'string');
}

/** A decrease of a series, or its disappearance. */
export interface Reset {
  readonly series: MetricSeries;
  /** The scrape at which it was seen. */
  readonly scrape: number;
  readonly from: number;
  /** null when the series disappeared. */
  readonly to: number | null;
}

/** Every decrease and every disappearance of series that may only rise, in order. */
export function resetsOf(seriesList: readonly MetricSeries[], scrapes: number): Reset[] {
  return seriesList.flatMap((series) => {
    const resets: Reset[] = [];
    let last: number | null = null;
    for (let scrape = 0; scrape < scrapes; scrape++) {
      const value = numberAt(series, scrape);
      if (last !== null && (value === null || value < last)) resets.push({ series, scrape, from: last, to: value });
      last = value;
    }
    return resets;
  });
}

/**
 * From the first scrape to the last. What was counted before a reset is kept, a new series began at 0, and values that are not finite are
 * left out.
 */
export function increaseOf(series: MetricSeries, scrapes: number): number {
  let sum = 0;
  const first = numberAt(series, 0) ?? 0;
  let last = Number.isFinite(first) ? first : 0;
  for (let scrape = 1; scrape < scrapes; scrape++) {
    const value = numberAt(series, scrape);
    if (value === null || !Number.isFinite(value)) continue;
    sum += value >= last ? value - last : value;
    last = value;
  }
  // Sums of seconds have binary rounding errors; this makes counts whole.
  return Number(sum.toPrecision(15));
}

export function totalIncrease(seriesList: readonly MetricSeries[], scrapes: number): number {
  return seriesList.reduce((sum, series) => sum + increaseOf(series, scrapes), 0);
}

/** The labels in one fixed order, except those left out. */
export function labelKey(labels: Readonly<Record<string, string>>, without: readonly string[] = []): string {
  const kept = Object.entries(labels).filter(([name]) => !without.includes(name));
  return JSON.stringify(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As in an exposition, for example `name{a="b"}`. */
export function seriesText({ name, labels }: Pick<MetricSeries, 'name' | 'labels'>): string {
  const inner = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return inner.length === 0 ? name : `${name}{${inner.join(',')}}`;
}

/** One label set of a histogram. Counts and the sum are increases over the run, or values of the last scrape. */
export interface Histogram {
  readonly labels: Readonly<Record<string, string>>;
  /** By upper bound, ascending, +Inf last when there is one; counts are cumulative. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
  /** null when the series is missing. */
  readonly count: number | null;
  readonly sum: number | null;
}

/** Turns a series into a figure. */
export type Figure = (series: MetricSeries) => number;

/** The histograms of a metric by label set (without `le`). */
export function histogramsOf(observed: MetricsObserved, location: MetricLocation, figure: Figure): Histogram[] {
  const byKey = new Map<
    string,
    {
      labels: Record<string, string>;
      buckets: { le: number; count: number }[];
      count: number | null;
      sum: number | null;
    }
  >();
  const of = (series: MetricSeries) => {
    const key = labelKey(series.labels, ['le']);
    let found = byKey.get(key);
    if (found === undefined) {
      const { le: _, ...labels } = series.labels;
      found = { labels, buckets: [], count: null, sum: null };
      byKey.set(key, found);
    }
    return found;
  };
  for (const series of seriesOf(observed, location, '_bucket')) {
    of(series).buckets.push({ le: boundOf(series.labels['le']), count: figure(series) });
  }
  for (const series of seriesOf(observed, location, '_count')) of(series).count = figure(series);
  for (const series of seriesOf(observed, location, '_sum')) of(series).sum = figure(series);
  for (const { buckets } of byKey.values()) buckets.sort((a, b) => a.le - b.le);
  return [...byKey.values()];
}

export function boundOf(le: string | undefined): number {
  return le === '+Inf' ? Infinity : Number(le ?? Number.NaN);
}

export function boundText(bound: number): string {
  return bound === Infinity ? '+Inf' : String(bound);
}

/** Histograms of one endpoint added up; bounds that not all of them have are left out. null without any. */
export function merged(histograms: readonly Histogram[]): Histogram | null {
  const [first, ...others] = histograms;
  if (first === undefined) return null;
  return others.reduce<Histogram>((sum, { buckets, count, sum: seconds }) => {
    const counts = new Map(buckets.map((bucket) => [bucket.le, bucket.count]));
    return {
      labels: {},
      buckets: sum.buckets.flatMap(({ le, count }) =>
        counts.has(le) ? [{ le, count: count + (counts.get(le) ?? 0) }] : [],
      ),
      count: sum.count === null || count === null ? null : sum.count + count,
      sum: sum.sum === null || seconds === null ? null : sum.sum + seconds,
    };
  }, first);
}
