/** Scrapes an exposition before, during and after the load, directly from the server. It stores values and judges none. */
import { setTimeout as sleep } from 'node:timers/promises';
import { unlessAborted } from '../../../core/within.ts';
import type { HttpAccess } from '../../../http/access.ts';
import { fetchText, type HttpAnswer, type HttpFailure, NOT_RUNNING } from '../../../http/backend.ts';
import { MOST_EXPOSITION_BYTES } from '../../../observe/observer.ts';
import type { MetricsObservation } from '../observation.ts';
import { queriesRead } from './promql.ts';
import { Scrapes, type ScrapesOptions } from './scrapes.ts';

export interface ScrapeOptions extends HttpAccess, ScrapesOptions {
  /** URL of the exposition, for example `http://127.0.0.1:8080/metrics`. */
  readonly url: string;
  /** Between two scrapes during the load, on average; default 1,000. */
  readonly everyMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** For one scrape; default 10,000. */
  readonly timeoutMs?: number;
  /** Gauges that go back once the load's work is done, for example running debates: `stop` waits for them. */
  readonly idleGauges?: readonly string[];
  /** How long `stop` waits until the numbers no longer change; default 5,000. */
  readonly settleMs?: number;
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
const SETTLE_MS = 5000;
/** Numbers that stay the same for this long no longer change: longer than a request takes, and short enough to wait for. */
const QUIET_MS = 300;
/**
 * Numbers that stood still and then moved again may come from a cache that keeps them as long. It is waited for, up to this share of
 * `settleMs`.
 */
const STILL_PART = 0.8;
const KEPT_FAILURES = 5;
const HEADERS = { accept: 'text/plain;version=0.0.4, application/openmetrics-text;version=1.0.0;q=0.5, */*;q=0.1' };
const HINT = 'are metrics enabled (METRICS_ENABLED=true), and is this their address (METRICS_PORT)?';
const GOLDEN = 0.618_033_988_749_895;

/** Takes the first scrape, and resolves when it has succeeded or failed; a second one shows what moves by itself; then goes on scraping until `stop`. Throws only `signal`'s reason. */
export async function startScraping(options: ScrapeOptions): Promise<Scraping> {
  const scraper = new Scraper(options);
  await scraper.scrapeOnce();
  await scraper.learn();
  const running = scraper.run();
  let stopped: Promise<MetricsObservation> | undefined;
  const stop = async (): Promise<MetricsObservation> => {
    scraper.halt();
    await running;
    return scraper.finish();
  };
  return { scrapeOnce: () => scraper.scrapeOnce(), stop: () => (stopped ??= stop()) };
}

const GONE = 'did the server go away under the load?';
const NO_SCRAPE = { reason: 'no scrape succeeded', status: null, hint: GONE } as const;

class Scraper {
  readonly #options: ScrapeOptions;
  readonly #scrapes: Scrapes;
  readonly #halted = new AbortController();
  readonly #failures: (Omit<HttpFailure, 'ok'> & { readonly atMs: number })[] = [];
  #firstFailure: HttpFailure | null = null;
  #everyMs: number;
  #busy: Promise<void> = Promise.resolve();

  constructor(options: ScrapeOptions) {
    this.#options = options;
    this.#everyMs = options.everyMs ?? EVERY_MS;
    this.#scrapes = new Scrapes(options);
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

  /** Another scrape before the load, which is kept in place of the first: what moves between the two moves by itself. */
  async learn(): Promise<void> {
    if (this.#scrapes.count === 0) return;
    await this.scrapeOnce();
    if (this.#scrapes.count > 1) this.#scrapes.forget(0);
  }

  /** Scrapes at intervals that never have the same rhythm as the load: each is another part of `everyMs`. */
  async run(): Promise<void> {
    const signal =
      this.#options.signal === undefined
        ? this.#halted.signal
        : AbortSignal.any([this.#halted.signal, this.#options.signal]);
    for (let turn = 1; !signal.aborted; turn++) {
      const waitMs = this.#everyMs * (0.5 + ((turn * GOLDEN) % 1));
      await sleep(waitMs, undefined, { signal }).catch(unlessAborted(signal));
      if (!signal.aborted) await this.scrapeOnce().catch(unlessAborted(this.#options.signal));
    }
  }

  async finish(): Promise<MetricsObservation> {
    if (this.#firstFailure !== null) return unavailable(this.#firstFailure, 'before the load');
    const before = this.#scrapes.count;
    const failuresBefore = this.#failures.length;
    const settled = await this.#settle();
    if (this.#scrapes.count === before) {
      const failure = this.#failures[failuresBefore] ?? this.#failures.at(-1) ?? NO_SCRAPE;
      // It was running before, and at this port.
      const hint = failure.hint === NOT_RUNNING ? GONE : failure.hint;
      return unavailable({ ...failure, hint }, 'after the load');
    }
    return {
      kind: 'metrics',
      status: 'collected',
      source: 'direct',
      url: shown(this.#options.url),
      ...this.#scrapes.observed(),
      settled,
      failedScrapes: this.#failures.slice(0, KEPT_FAILURES).map(({ atMs, reason }) => ({ atMs, reason })),
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
    const scrapes = this.#scrapes;
    const start = scrapes.count;
    const startedMs = Date.now();
    const stillMs = Math.min(scrapes.longestStillMs, STILL_PART * settleMs);
    for (;;) {
      await this.scrapeOnce();
      if (scrapes.count > start + 1) {
        const isLongStill = scrapes.isStill && Date.now() - (scrapes.movedAtMs ?? startedMs) >= stillMs;
        const settled = isLongStill && scrapes.isBack(idleGauges);
        scrapes.forget(scrapes.count - 2);
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
      maxBytes: MOST_EXPOSITION_BYTES,
      ...(signal === undefined ? {} : { signal }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    const failure = answer.ok ? htmlFailure(url, answer) : answer;
    if (failure !== null) {
      if (this.#scrapes.count === 0) this.#firstFailure ??= failure;
      const { ok: _, ...why } = failure;
      this.#failures.push({ atMs: Date.now(), ...why });
      return;
    }
    // With half as many scrapes kept, twice as long between them.
    if (answer.ok && this.#scrapes.add(answer)) this.#everyMs *= 2;
  }
}

function unavailable({ reason, hint, status }: Omit<HttpFailure, 'ok'>, when: string): MetricsObservation {
  const answered = status === null ? {} : { httpStatus: status };
  return { kind: 'metrics', status: 'unavailable', source: 'direct', reason: `${reason} (${when})`, hint, ...answered };
}

function htmlFailure(url: string, { status, text, contentType }: HttpAnswer): HttpFailure | null {
  if (!contentType.includes('text/html') && !/^\s*<(!doctype|html)/i.test(text.slice(0, 200))) return null;
  return { ok: false, status, reason: `GET ${shown(url)} answers HTML, not metrics`, hint: HINT };
}

function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
