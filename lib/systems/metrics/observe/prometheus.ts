/**
 * Reads the same evidence through a Prometheus that already scrapes the server: its raw samples over the load, its targets, and what
 * documented queries return.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpFailure } from '../../../http/backend.ts';
import type { MetricsObservation, QueryObserved, ScrapeTarget } from '../observation.ts';
import { FAMILY_TYPES, type FamilyType } from './exposition.ts';
import {
  type ActiveTarget,
  activeTargets,
  type Metadata,
  metadata,
  type PrometheusAccess,
  type RawSeries,
  rawSamples,
  seriesReturned,
} from './prometheus-api.ts';
import { queriesRead, type Scraping } from './scrape.ts';
import { jsonValue, SeriesStore } from './series-store.ts';

export interface PrometheusOptions extends PrometheusAccess {
  /** The server under load, for example `http://127.0.0.1:8080`: the targets with its host and port are the server's. */
  readonly targetUrl: string;
  /** Takes the targets of this job instead, if Prometheus reaches the server under another address. */
  readonly job?: string | undefined;
  readonly queries?: readonly { readonly id: string; readonly expr: string }[];
  /** Gauges that go back once the load's work is done, for example running debates: `stop` waits for them. */
  readonly idleGauges?: readonly string[];
  /** How long `stop` waits for them; default 5,000. */
  readonly settleMs?: number;
  /** Default 20,000. */
  readonly maxSeries?: number;
  /** How long one scrape by Prometheus is waited for; default its own interval plus 5 s. */
  readonly waitMs?: number;
}

type Options = PrometheusOptions;
type Failed = Pick<HttpFailure, 'reason' | 'hint'>;

const MAX_SERIES = 20_000;
const MARGIN_MS = 5000;
/** Prometheus' own default, used if it does not say the target's. */
const INTERVAL_MS = 60_000;
const POLL_MS = 200;
/** Time for what the load left running to end. */
const REST_MS = 1000;
const SETTLE_MS = 5000;
/** A Prometheus that has just started has no targets until its discovery has run, every 5 s. */
const DISCOVERY_MS = 10_000;
const SELECTED = '__name__=~"aragora_.+|process_start_time_seconds"';

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

type Scraped = { readonly ok: true; readonly targets: readonly ActiveTarget[] } | ({ readonly ok: false } & Failed);

/** The server's targets once each has been scraped after `sinceMs`. */
async function nextScrape(options: Options, sinceMs: number): Promise<Scraped> {
  const { signal } = options;
  const pause = () => sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  const startMs = Date.now();
  let knownMs: number | undefined;
  for (;;) {
    const answer = await activeTargets(options);
    if (!answer.ok) return answer;
    if (answer.data.length === 0 && Date.now() - startMs < (options.waitMs ?? DISCOVERY_MS)) {
      await pause();
      continue;
    }
    const targets = targetsOf(options, answer.data);
    if (targets.length === 0) return noTarget(options, answer.data);
    knownMs ??= Date.now();
    const ahead = targets.find(({ lastScrapeMs }) => lastScrapeMs > Date.now() + REST_MS);
    if (ahead !== undefined) return clockAhead(options, ahead.lastScrapeMs - Date.now());
    const down = targets.find(({ health, lastScrapeMs }) => health === 'down' && lastScrapeMs > sinceMs);
    if (down !== undefined) {
      const reason = `Prometheus cannot scrape ${down.scrapeUrl}: ${down.lastError}`;
      return { ok: false, reason, hint: 'can Prometheus reach the server, and is that its metrics address?' };
    }
    if (targets.every(({ lastScrapeMs }) => lastScrapeMs > sinceMs)) return { ok: true, targets };
    const intervalMs = Math.max(...targets.map((target) => target.intervalMs ?? INTERVAL_MS));
    if (Date.now() >= Math.max(sinceMs, knownMs) + (options.waitMs ?? intervalMs + MARGIN_MS)) {
      const waitedSec = Math.round((Date.now() - sinceMs) / 1000);
      const reason = `Prometheus did not scrape ${targets[0]?.scrapeUrl} within ${waitedSec} s`;
      return { ok: false, reason, hint: 'does its clock agree with ours, and is it overloaded?' };
    }
    await pause();
  }
}

/** Its clock decides which scrape came after the load, so it must agree with ours. */
function clockAhead({ url }: Options, aheadMs: number): { ok: false } & Failed {
  const reason = `the Prometheus at ${new URL(url).host} says it scraped ${(aheadMs / 1000).toFixed(1)} s from now`;
  return { ok: false, reason, hint: 'its clock is ahead of ours: set both' };
}

function targetsOf({ job, targetUrl }: Options, targets: readonly ActiveTarget[]): ActiveTarget[] {
  if (job !== undefined) return targets.filter((target) => target.job === job);
  const { host } = new URL(targetUrl);
  return targets.filter(({ scrapeUrl }) => URL.canParse(scrapeUrl) && new URL(scrapeUrl).host === host);
}

function noTarget({ job, targetUrl, url }: Options, targets: readonly ActiveTarget[]): { ok: false } & Failed {
  const wanted = job === undefined ? `with the address ${new URL(targetUrl).host}` : `in job "${job}"`;
  const there = [...new Set(targets.map(({ job: name, instance }) => `${name} ${instance}`))].slice(0, 5);
  const hint = `name the job that scrapes the server; targets: ${there.length === 0 ? 'none' : there.join(', ')}`;
  return { ok: false, reason: `the Prometheus at ${new URL(url).host} has no target ${wanted}`, hint };
}

function unavailable({ reason, hint }: Failed): MetricsObservation {
  return { kind: 'metrics', status: 'unavailable', source: 'prometheus', reason, hint };
}

async function collect(
  options: Options,
  before: readonly ActiveTarget[],
  after: readonly ActiveTarget[],
): Promise<MetricsObservation> {
  const fromMs = Math.min(...before.map(({ lastScrapeMs }) => lastScrapeMs));
  const toMs = Math.max(...after.map(({ lastScrapeMs }) => lastScrapeMs));
  const series: RawSeries[] = [];
  for (const { job, instance } of after) {
    const selector = `{${SELECTED},job=${JSON.stringify(job)},instance=${JSON.stringify(instance)}}`;
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
  const store = new SeriesStore({ keeps: () => true, maxSeries: options.maxSeries ?? MAX_SERIES });
  keep(store, series, atMs, known.data);
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
    queries: await queried(options),
    targets: after.map(({ job, instance, health, lastError }): ScrapeTarget => ({ job, instance, health, lastError })),
  };
}

/** Unix ms of every scrape of any target, ascending. */
function timesOf(series: readonly RawSeries[]): number[] {
  const times = new Set(series.flatMap(({ samples }) => samples.map(([atSec]) => Math.round(atSec * 1000))));
  return [...times].sort((a, b) => a - b);
}

function keep(
  store: SeriesStore,
  series: readonly RawSeries[],
  atMs: readonly number[],
  known: ReadonlyMap<string, Metadata>,
): void {
  for (const [name, { type, help }] of known) {
    if (name.startsWith('aragora_')) store.declare({ name, type: familyType(type), help, unit: null });
  }
  const own = new Map<string, Set<number>>();
  const targetOf = ({ labels }: RawSeries) => `${labels['job']} ${labels['instance']}`;
  for (const one of series) {
    const times = own.get(targetOf(one)) ?? new Set<number>();
    for (const [atSec] of one.samples) times.add(Math.round(atSec * 1000));
    own.set(targetOf(one), times);
  }
  for (const one of series) {
    const values = new Map(one.samples.map(([atSec, value]) => [Math.round(atSec * 1000), jsonValue(numberOf(value))]));
    const scraped = own.get(targetOf(one)) ?? new Set<number>();
    let last: number | string | null = null;
    // At another target's scrape a series keeps its value; at its own scrape, a missing series has disappeared.
    const full = atMs.map((ms) => {
      if (scraped.has(ms)) last = values.get(ms) ?? null;
      return last;
    });
    store.put(familyName(one.name, known), one.name, one.labels, full);
  }
}

function numberOf(value: string): number {
  return value === '+Inf' ? Infinity : value === '-Inf' ? -Infinity : Number(value);
}

function familyType(type: string): FamilyType | null {
  return FAMILY_TYPES.find((one) => one === type) ?? null;
}

/** Prometheus stores samples, not families: its metadata says which family a name belongs to. */
function familyName(name: string, known: ReadonlyMap<string, Metadata>): string {
  if (known.has(name)) return name;
  const stem = name.replace(/_(bucket|count|sum|total)$/, '');
  const type = known.get(stem)?.type;
  const belongs = name.endsWith('_total') ? type === 'counter' : type === 'histogram' || type === 'summary';
  return belongs ? stem : name;
}

async function queried(options: Options): Promise<QueryObserved[]> {
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
