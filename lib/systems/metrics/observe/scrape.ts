/** Scrapes an exposition before, during and after the load, directly from the server. It stores values and judges none. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpAccess } from '../../../http/access.ts';
import { fetchText, type HttpAnswer, type HttpFailure } from '../../../http/backend.ts';
import type { SecretFinder } from '../../../observe/secrets.ts';
import type { MetricSeries, MetricsObservation, MetricsObserved, QueryObserved } from '../observation.ts';
import { dialectOf } from './exposition.ts';
import { promqlProblem } from './promql.ts';
import { SeriesStore } from './series-store.ts';

export interface ScrapeOptions extends HttpAccess {
  /** URL of the exposition, for example `http://127.0.0.1:8080/metrics`. */
  readonly url: string;
  /** Between two scrapes during the load, on average; default 1,000. */
  readonly everyMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** For one scrape; default 10,000. */
  readonly timeoutMs?: number;
  /** Metrics whose values are stored, by sample name; default those of `aragora_` and the process' start. */
  readonly keeps?: (name: string) => boolean;
  /** Default 20,000. */
  readonly maxSeries?: number;
  /** Gauges that go back once the load's work is done, for example running debates: `stop` waits for them. */
  readonly idleGauges?: readonly string[];
  /** How long `stop` waits until the numbers no longer change; default 5,000. */
  readonly settleMs?: number;
  /** What must not appear in any line; absent: nothing is searched for. */
  readonly secrets?: SecretFinder;
  /** Documented queries, whose syntax is checked. */
  readonly queries?: readonly { readonly id: string; readonly expr: string }[];
}

export interface Scraping {
  /** One more scrape now, besides those that come by themselves. */
  scrapeOnce(): Promise<void>;
  /** Ends the scraping: waits until the numbers no longer change, scrapes a last time, and returns what was seen. Further calls return the same. */
  stop(): Promise<MetricsObservation>;
}

const EVERY_MS = 1000;
const MAX_SERIES = 20_000;
/** A long run keeps every second scrape, then every fourth …: a verdict needs far less resolution. */
const MAX_SCRAPES = 240;
const SETTLE_MS = 5000;
/** Numbers that stay the same for this long no longer change: longer than a request takes, and short enough to wait for. */
const QUIET_MS = 300;
/**
 * Numbers that stood still and then moved again may come from a cache that keeps them as long. It is waited for, up to this share of
 * `settleMs`.
 */
const STILL_PART = 0.8;
const KEPT_PROBLEMS = 20;
const KEPT_FAILURES = 5;
const KEPT_LEAKS = 5;
const SHOWN_CHARS = 300;
const HEADERS = { accept: 'text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0;q=0.5, */*;q=0.1' };
const HINT = 'are metrics enabled (METRICS_ENABLED=true), and is this their address (METRICS_PORT)?';
const GOLDEN = 0.618_033_988_749_895;

/** Takes the first scrape, and resolves when it has succeeded or failed; then goes on scraping until `stop`. Throws only `signal`'s reason. */
export async function startScraping(options: ScrapeOptions): Promise<Scraping> {
  const scraper = new Scraper(options);
  await scraper.scrapeOnce();
  const running = scraper.run();
  let stopped: Promise<MetricsObservation> | undefined;
  const stop = async (): Promise<MetricsObservation> => {
    scraper.halt();
    await running;
    return scraper.finish();
  };
  return { scrapeOnce: () => scraper.scrapeOnce(), stop: () => (stopped ??= stop()) };
}

const NO_SCRAPE = { reason: 'no scrape succeeded', status: null } as const;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Problem = MetricsObserved['malformed'][number];

class Scraper {
  readonly #options: ScrapeOptions;
  readonly #store: SeriesStore;
  readonly #halted = new AbortController();
  readonly #atMs: number[] = [];
  readonly #problems: Mutable<Problem>[] = [];
  readonly #failures: (Pick<HttpFailure, 'reason' | 'status'> & { readonly atMs: number })[] = [];
  readonly #leaking = new Set<string>();
  #firstFailure: HttpFailure | null = null;
  #contentType = '';
  #everyMs: number;
  /** When the numbers last changed, and the longest time that they stood still in between. */
  #movedAtMs: number | undefined;
  #longestStillMs = 0;
  #isStill = false;
  #busy: Promise<void> = Promise.resolve();

  constructor(options: ScrapeOptions) {
    this.#options = options;
    this.#everyMs = options.everyMs ?? EVERY_MS;
    const keeps = options.keeps ?? ((name) => name.startsWith('aragora_') || name === 'process_start_time_seconds');
    this.#store = new SeriesStore({ keeps, maxSeries: options.maxSeries ?? MAX_SERIES });
  }

  halt(): void {
    this.#halted.abort();
  }

  /** One after the other: a scrape that is asked for during another one comes after it. */
  scrapeOnce(): Promise<void> {
    const next = this.#busy.then(() => this.#scrape());
    this.#busy = next.catch(() => {});
    return next;
  }

  /** Scrapes at intervals that never have the same rhythm as the load: each is another part of `everyMs`. */
  async run(): Promise<void> {
    const signal =
      this.#options.signal === undefined
        ? this.#halted.signal
        : AbortSignal.any([this.#halted.signal, this.#options.signal]);
    for (let turn = 1; !signal.aborted; turn++) {
      const waitMs = this.#everyMs * (0.5 + ((turn * GOLDEN) % 1));
      await sleep(waitMs, undefined, { signal }).catch(ignoreAbort);
      if (!signal.aborted) await this.scrapeOnce().catch(ignoreAbort);
    }
  }

  async finish(): Promise<MetricsObservation> {
    if (this.#firstFailure !== null) return this.#unavailable(this.#firstFailure, 'before the load');
    const before = this.#store.scrapes;
    const failuresBefore = this.#failures.length;
    const settled = await this.#settle();
    if (this.#store.scrapes === before) {
      const failure = this.#failures[failuresBefore] ?? this.#failures.at(-1) ?? NO_SCRAPE;
      return this.#unavailable({ ...failure, hint: 'did the server go away under the load?' }, 'after the load');
    }
    return {
      kind: 'metrics',
      status: 'collected',
      source: 'direct',
      url: shown(this.#options.url),
      atMs: this.#atMs,
      contentType: this.#contentType,
      families: this.#store.families(),
      malformed: this.#problems,
      settled,
      failedScrapes: this.#failures.slice(0, KEPT_FAILURES).map(({ atMs, reason }) => ({ atMs, reason })),
      seriesLeftOut: this.#store.seriesLeftOut,
      ...(this.#leaking.size === 0 ? {} : { leaking: [...this.#leaking] }),
      queries: queriesRead(this.#options.queries ?? []),
      targets: null,
    };
  }

  /**
   * Scrapes until two in a row agree, for the longest time that the numbers stood still during the load, and the idle gauges are back;
   * keeps only the last. Returns whether this was reached.
   */
  async #settle(): Promise<boolean> {
    const { idleGauges = [], settleMs = SETTLE_MS, signal } = this.#options;
    const start = this.#store.scrapes;
    const startedMs = Date.now();
    const stillMs = Math.min(this.#longestStillMs, STILL_PART * settleMs);
    for (;;) {
      await this.scrapeOnce();
      const last = this.#store.scrapes - 1;
      if (last > start) {
        const settled =
          this.#isStill &&
          Date.now() - (this.#movedAtMs ?? startedMs) >= stillMs &&
          this.#store.noHigher(idleGauges, last, 0);
        this.#forget(last - 1);
        if (settled) return true;
      }
      if (Date.now() >= startedMs + settleMs) return false;
      await sleep(QUIET_MS, undefined, signal === undefined ? {} : { signal });
    }
  }

  async #scrape(): Promise<void> {
    const { url, auth, tls, headers, signal, timeoutMs } = this.#options;
    const answer = await fetchText(url, {
      auth,
      tls,
      headers: { ...HEADERS, ...headers },
      ...(signal === undefined ? {} : { signal }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    const failure = answer.ok ? htmlFailure(url, answer) : answer;
    if (failure !== null) {
      if (this.#store.scrapes === 0) this.#firstFailure ??= failure;
      this.#failures.push({ atMs: Date.now(), reason: failure.reason, status: failure.status });
      return;
    }
    if (answer.ok) this.#keep(answer);
  }

  #keep({ text, contentType }: HttpAnswer): void {
    const scrape = this.#store.scrapes;
    const atMs = Date.now();
    const { problems } = this.#store.add(text, dialectOf(contentType), atMs);
    this.#atMs.push(atMs);
    this.#contentType = contentType;
    if (scrape > 0) this.#noteMove(!this.#store.same(scrape - 1, scrape, isCounted));
    for (const { kind, line, text, problem } of problems) {
      // Limited for each kind, so that many of one kind do not hide another.
      const kept = this.#problems.filter((known) => known.kind === kind).length;
      if (kept < KEPT_PROBLEMS) this.#problems.push({ scrape, line, text, problem, kind });
    }
    this.#searchSecrets(text);
    if (this.#store.scrapes > MAX_SCRAPES) this.#thin();
  }

  #noteMove(hasMoved: boolean): void {
    const nowMs = Date.now();
    if (hasMoved) {
      if (this.#isStill) this.#longestStillMs = Math.max(this.#longestStillMs, nowMs - (this.#movedAtMs ?? nowMs));
      this.#movedAtMs = nowMs;
    }
    this.#isStill = !hasMoved;
  }

  /** In the text as it came, because the labels of most metrics are not stored. */
  #searchSecrets(text: string): void {
    const { secrets } = this.#options;
    if (secrets?.found(text) !== true) return;
    for (const line of text.split('\n')) {
      if (this.#leaking.size < KEPT_LEAKS && secrets.found(line)) {
        // Hidden first, because a cut could leave half a secret.
        this.#leaking.add(secrets.hide(line).slice(0, SHOWN_CHARS));
      }
    }
  }

  #thin(): void {
    this.#everyMs *= 2;
    for (let index = this.#store.scrapes - 2; index > 0; index -= 2) this.#forget(index);
  }

  #forget(index: number): void {
    this.#store.drop(index);
    this.#atMs.splice(index, 1);
    for (const problem of this.#problems) if (problem.scrape > index) problem.scrape -= 1;
  }

  #unavailable({ reason, hint, status }: Omit<HttpFailure, 'ok'>, when: string): MetricsObservation {
    const answered = status === null ? {} : { httpStatus: status };
    return {
      kind: 'metrics',
      status: 'unavailable',
      source: 'direct',
      reason: `${reason} (${when})`,
      hint,
      ...answered,
    };
  }
}

/** The syntax of documented queries, without asking anyone. */
export function queriesRead(queries: readonly { readonly id: string; readonly expr: string }[]): QueryObserved[] {
  return queries.map(({ id, expr }) => ({ id, expr, syntaxProblem: promqlProblem(expr), answer: null }));
}

function htmlFailure(url: string, { status, text, contentType }: HttpAnswer): HttpFailure | null {
  if (!contentType.includes('text/html') && !/^\s*<(!doctype|html)/i.test(text.slice(0, 200))) return null;
  return { ok: false, status, reason: `GET ${shown(url)} answers HTML, not metrics`, hint: HINT };
}

function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** Whether a series tells of the load: a server may also count each scrape, under the path or the handler of its metrics. */
function isCounted({ name, labels }: Pick<MetricSeries, 'name' | 'labels'>): boolean {
  return name.startsWith('aragora_') && !Object.values(labels).some((value) => /metrics/i.test(value));
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}
