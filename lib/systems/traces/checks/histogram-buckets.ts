/** Buckets of a histogram as the spans' checks compare with them, and which of them a span's duration surely belongs into. */
import type { MetricSeries, MetricsObserved } from '../../metrics/observation.ts';

/** Two layers of a server measure a request, and the inner one leaves out the work of the outer one. */
const LAYERS_MS = 20;
const LAYERS_TIMES = 2;

export function isSurelyWithin(ms: number, leMs: number): boolean {
  return LAYERS_TIMES * ms + LAYERS_MS <= leMs;
}

export function isSurelyAbove(ms: number, leMs: number): boolean {
  return (ms - LAYERS_MS) / LAYERS_TIMES > leMs;
}

/** How many entries came during the run that are no longer than `leMs`. */
export interface Bucket {
  readonly leMs: number;
  readonly count: number;
}

/** Ascending, the last one without a bound. [] where the histogram is not there, or has been set back. */
export function bucketsOf(
  { families }: MetricsObserved,
  name: string,
  isOf: (labels: Readonly<Record<string, string>>) => boolean,
): Bucket[] {
  const all = families.flatMap((family) => (family.name === name ? family.series : []));
  const rows = all.filter((series) => series.name === `${name}_bucket` && isOf(series.labels));
  const counts = new Map<number, number>();
  for (const series of rows) {
    const [leMs, grown] = [boundMs(series), grownBy(series)];
    if (Number.isNaN(leMs) || grown === null) return [];
    counts.set(leMs, (counts.get(leMs) ?? 0) + grown);
  }
  const buckets = [...counts].map(([leMs, count]) => ({ leMs, count })).sort((a, b) => a.leMs - b.leMs);
  // One that does not move, or is no histogram, has a finding of its own.
  const isWhole = buckets.every(({ count }, index) => count >= (buckets[index - 1]?.count ?? 0));
  const last = buckets.at(-1);
  return isWhole && last?.leMs === Number.POSITIVE_INFINITY && last.count > 0 ? buckets : [];
}

function boundMs({ labels: { le = '' } }: MetricSeries): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : le === '' ? Number.NaN : Number(le) * 1000;
}

/** null where it was set back, or is no number. */
function grownBy({ values }: MetricSeries): number | null {
  const known = values.map((value) => value ?? 0);
  const isRising = known.every((value, index) => typeof value === 'number' && value >= Number(known[index - 1] ?? 0));
  return isRising ? Number(known.at(-1) ?? 0) - Number(known[0] ?? 0) : null;
}
