/** Changes of what one real run scraped, for the tests of the metrics checks: each case changes a copy. */
import type { Finding } from '../../lib/core/finding.ts';
import { onePhase, plannedJourneys } from '../../lib/core/timeline.ts';
import type { MetricFamily, MetricSeries, MetricsObserved } from '../../lib/systems/metrics/observation.ts';
import { judgeMetrics, type MetricsInput } from './judge-metrics.ts';

/** What is changed, and the findings that fail then, without `metrics.`. */
export type Cases = Readonly<
  Record<string, readonly [change: (copy: Mutable<MetricsObserved>) => void, failing: readonly string[]]>
>;

export type Mutable<T> = T extends string | number | boolean | null | undefined
  ? T
  : { -readonly [K in keyof T]: Mutable<T[K]> };

export function observed(input: MetricsInput): MetricsObserved {
  if (input.observation?.status !== 'collected') throw new Error(JSON.stringify(input.observation));
  return input.observation;
}

/** The run, with other families. */
export function withFamilies(run: MetricsInput, change: (family: MetricFamily) => MetricFamily): MetricsInput {
  const seen = observed(run);
  return { ...run, observation: { ...seen, families: seen.families.map(change) } };
}

/** The run, with other series. */
export function withSeries(run: MetricsInput, change: (series: MetricSeries) => MetricSeries): MetricsInput {
  return withFamilies(run, (family) => ({ ...family, series: family.series.map(change) }));
}

/** Other values of some series. */
export interface ValueChange {
  /** Of series whose sample name begins so. */
  readonly of: string;
  readonly where?: Readonly<Record<string, string>>;
  /** From a value, the first value of its series, and the scrape. */
  readonly to: (value: number, first: number, scrape: number, scrapes: number) => number | string;
}

export function withValues(run: MetricsInput, { of, where = {}, to }: ValueChange): MetricsInput {
  return withSeries(run, (series) => {
    const isMeant =
      series.name.startsWith(of) && Object.entries(where).every(([label, value]) => series.labels[label] === value);
    if (!isMeant) return series;
    const first = Number(series.values[0] ?? 0);
    const values = series.values.map((value, scrape) =>
      typeof value === 'number' ? to(value, first, scrape, series.values.length) : value,
    );
    return { ...series, values };
  });
}

/** All of it at the last scrape. */
export const late: ValueChange['to'] = (value, first, scrape, scrapes) => (scrape === scrapes - 1 ? value : first);

/** The run, with a copy of what was scraped that is changed. */
export function changedRun(run: MetricsInput, change: (copy: Mutable<MetricsObserved>) => void): MetricsInput {
  const copy = structuredClone(observed(run)) as Mutable<MetricsObserved>;
  change(copy);
  return { ...run, observation: copy as MetricsObserved };
}

export const statusOf = (input: MetricsInput) => new Map(judgeMetrics(input).map(({ id, status }) => [id, status]));

export const red = (input: MetricsInput) =>
  judgeMetrics(input)
    .filter(({ status, gating }) => status === 'fail' && gating)
    .map(({ id }) => id.replace('metrics.', ''));

export const findingOf = (input: MetricsInput, id: string) =>
  judgeMetrics(input).find((finding) => finding.id === `metrics.${id}`);

/** @throws where there is no such finding */
export function sureFindingOf(input: MetricsInput, id: string): Finding {
  const found = findingOf(input, id);
  if (found === undefined) throw new Error(`no finding ${id}`);
  return found;
}

export function family(copy: Mutable<MetricsObserved>, name: string): Mutable<MetricFamily> {
  const found = copy.families.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

export const numbers = (series: Mutable<MetricSeries>, change: (value: number, scrape: number) => number | null) => {
  series.values = series.values.map((value, scrape) => (typeof value === 'number' ? change(value, scrape) : value));
};

/** What was counted before the load stays; what was counted during it is changed. */
export const increase = (series: Mutable<MetricSeries>, change: (increase: number) => number) => {
  const first = Number(series.values[0] ?? 0);
  numbers(series, (value) => first + change(value - first));
};

export const COUNTER = 'aragora_requests_total';

export const DURATION = 'aragora_request_duration_seconds';

export const gauges = (
  copy: Mutable<MetricsObserved>,
  name: string,
  change: (value: number, scrape: number) => number,
) => {
  for (const series of family(copy, name).series) numbers(series, change);
};

/** A histogram in which every value is multiplied by `factor`: above the last bound, or for 0 below the first. */
export const rescaled = (copy: Mutable<MetricsObserved>, name: string, factor: number) => {
  const { series: all } = family(copy, name);
  const countOf = new Map(
    all.flatMap(({ name: sample, labels, values }) =>
      sample.endsWith('_count') ? [[JSON.stringify(labels), values]] : [],
    ),
  );
  for (const series of all) {
    const { le, ...labels } = series.labels;
    if (series.name.endsWith('_sum')) numbers(series, (value) => value * factor);
    if (le !== undefined && le !== '+Inf')
      series.values = factor === 0 ? [...(countOf.get(JSON.stringify(labels)) ?? [])] : series.values.map(() => 0);
  }
};

const SEEN = ['debate-message', 'debate-end', 'debate-talk', 'debate-consensus'];

/** As clients recorded it before they wrote down what they see of debates. */
export function unwritten(input: MetricsInput) {
  const kept = [...input.recording.endpoints].filter(([endpoint]) => !SEEN.includes(endpoint));
  const journeys = plannedJourneys(input.plan).map((journey) => ({
    ...journey,
    endpoints: journey.endpoints.filter(({ name }) => !SEEN.includes(name)),
  }));
  const plan = { ...input.plan, phases: onePhase(journeys) };
  return { ...input, plan, recording: { ...input.recording, endpoints: new Map(kept) } };
}
