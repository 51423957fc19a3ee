/**
 * Reads the same evidence through a Prometheus that already scrapes the server: its raw samples over the load, its targets, and what
 * documented queries return.
 */
import { leastOf, mostOf } from '../../../core/extent.ts';
import type { MetricsObservation, QueryObserved, ScrapeTarget } from '../observation.ts';
import { type ActiveTarget, metadata, type RawSeries, rawSamples, seriesReturned } from './prometheus-api.ts';
import { keep, nativeIn, timesOf } from './prometheus-series.ts';
import { type Failed, nextScrape, type TargetsOptions } from './prometheus-targets.ts';
import { queriesRead } from './promql.ts';
import type { Scraping } from './scrape.ts';
import { SeriesStore } from './series-store.ts';

export interface PrometheusOptions extends TargetsOptions {
  readonly queries?: readonly { readonly id: string; readonly expr: string }[];
  /** Gauges that go back once the load's work is done, for example running debates: `stop` waits for them. */
  readonly idleGauges?: readonly string[];
  /** What the server's own team calls documented metrics. */
  readonly ownNames?: readonly string[];
  /** How long `stop` waits for them; default 5,000. */
  readonly settleMs?: number;
  /** Default 20,000. */
  readonly maxSeries?: number;
}

const MAX_SERIES = 20_000;
/** Time for what the load left running to end. */
const REST_MS = 1000;
const SETTLE_MS = 5000;
/** All of Aragora, and what the server's own team calls documented metrics: the names of metrics have no sign of a regular expression. */
function selected(ownNames: readonly string[] = []): string {
  const own = ownNames.map((name) => `|${name}(_bucket|_count|_sum)?`).join('');
  return `__name__=~"aragora_.+|process_start_time_seconds${own}"`;
}

/**
 * Waits until Prometheus has scraped the server once from now, so that nothing before the load counts as the load's. `stop` waits for one
 * scrape that began a second or more after it, and for another if work was still running, and reads every sample in between. Throws only
 * `signal`'s reason.
 */
export async function startPrometheus(options: PrometheusOptions): Promise<Scraping> {
  const before = await nextScrape(options, Date.now());
  let stopped: Promise<MetricsObservation> | undefined;
  const stop = async (): Promise<MetricsObservation> => {
    if (!before.ok) return unavailable(before);
    let sinceMs = Date.now() + REST_MS;
    const endMs = sinceMs + (options.settleMs ?? SETTLE_MS);
    for (;;) {
      const after = await nextScrape(options, sinceMs);
      if (!after.ok) return unavailable(after);
      const observation = await collect(options, before.targets, after.targets);
      if (observation.status === 'unavailable' || observation.settled || Date.now() >= endMs) return observation;
      sinceMs = Date.now();
    }
  };
  // Prometheus scrapes at its own times.
  return { scrapeOnce: async () => {}, stop: () => (stopped ??= stop()) };
}

function unavailable({ reason, hint }: Failed): MetricsObservation {
  return { kind: 'metrics', status: 'unavailable', source: 'prometheus', reason, hint };
}

async function collect(
  options: PrometheusOptions,
  before: readonly ActiveTarget[],
  after: readonly ActiveTarget[],
): Promise<MetricsObservation> {
  const fromMs = leastOf(before.map(({ lastScrapeMs }) => lastScrapeMs));
  const toMs = mostOf(after.map(({ lastScrapeMs }) => lastScrapeMs));
  const series: RawSeries[] = [];
  for (const { job, instance } of after) {
    const selector = `{${selected(options.ownNames)},job=${JSON.stringify(job)},instance=${JSON.stringify(instance)}}`;
    // Samples have the moment at which their scrape began, in ms; the range excludes its first moment.
    const answer = await rawSamples(options, selector, toMs + 1, toMs - fromMs + 2);
    if (!answer.ok) return unavailable(answer);
    series.push(...answer.data);
  }
  const known = await metadata(options);
  if (!known.ok) return unavailable(known);
  const atMs = timesOf(series);
  if (atMs.length < 2) {
    return unavailable({
      reason: `Prometheus has ${atMs.length} scrapes of the server over the load; two are needed`,
      hint: 'is it scraped less often than the load lasts, or are its metrics not kept?',
    });
  }
  const native = nativeIn(series);
  const store = new SeriesStore({ keeps: () => true, maxSeries: options.maxSeries ?? MAX_SERIES });
  keep(store, { series, atMs, known: known.data, ownNames: options.ownNames });
  return {
    kind: 'metrics',
    status: 'collected',
    source: 'prometheus',
    url: new URL(options.url).origin,
    atMs,
    contentType: '',
    families: store.families(),
    malformed: [],
    settled: store.noHigher(options.idleGauges ?? [], atMs.length - 1, 0),
    failedScrapes: [],
    seriesLeftOut: store.seriesLeftOut,
    ...(native.length === 0 ? {} : { nativeHistograms: native }),
    queries: await queried(options),
    targets: after.map(({ job, instance, health, lastError }): ScrapeTarget => ({ job, instance, health, lastError })),
  };
}

async function queried(options: PrometheusOptions): Promise<QueryObserved[]> {
  const observed: QueryObserved[] = [];
  for (const query of queriesRead(options.queries ?? [])) {
    if (query.syntaxProblem !== null) {
      observed.push(query);
      continue;
    }
    const answer = await seriesReturned(options, query.expr, Date.now());
    observed.push({ ...query, answer: answer.ok ? { series: answer.data } : { refused: answer.reason } });
  }
  return observed;
}
