/** What the scrapes of one run brought, in limited memory: values, broken lines, secrets, and whether the numbers still change. */
import type { HttpAnswer } from '../../../http/backend.ts';
import type { SecretFinder } from '../../../observe/secrets.ts';
import type { MetricSeries, MetricsObserved } from '../observation.ts';
import { dialectOf } from './exposition.ts';
import { SelfMoving } from './self-moving.ts';
import { SeriesStore } from './series-store.ts';

export interface ScrapesOptions {
  /** Metrics whose values are stored, by sample name; default those of `aragora_`, of `ownNames` and the process' start. */
  readonly keeps?: (name: string) => boolean;
  /** What the server's own team calls documented metrics. */
  readonly ownNames?: readonly string[];
  /** Default 20,000. */
  readonly maxSeries?: number;
  /** What must not appear in any line; absent: nothing is searched for. */
  readonly secrets?: SecretFinder;
}

const MAX_SERIES = 20_000;
/** A long run keeps every second scrape, then every fourth …: a verdict needs far less resolution. */
const MAX_SCRAPES = 240;
const KEPT_PROBLEMS = 20;
const KEPT_LEAKS = 5;
const SHOWN_CHARS = 300;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Problem = MetricsObserved['malformed'][number];

export class Scrapes {
  readonly #options: ScrapesOptions;
  readonly #store: SeriesStore;
  readonly #atMs: number[] = [];
  readonly #problems: Mutable<Problem>[] = [];
  readonly #leaking = new Set<string>();
  readonly #selfMoving = new SelfMoving();
  readonly #isOwn: (sample: string) => boolean;
  #contentType = '';
  /** When the numbers last changed; undefined: never. */
  movedAtMs: number | undefined;
  /** The longest time that they stood still, and then moved again. */
  longestStillMs = 0;
  /** Whether the last two agree. */
  isStill = false;

  constructor(options: ScrapesOptions) {
    this.#options = options;
    this.#isOwn = isOneOf(options.ownNames ?? []);
    const keeps =
      options.keeps ??
      ((name) => name.startsWith('aragora_') || name === 'process_start_time_seconds' || this.#isOwn(name));
    this.#store = new SeriesStore({ keeps, maxSeries: options.maxSeries ?? MAX_SERIES });
  }

  get count(): number {
    return this.#store.scrapes;
  }

  /** Whether these gauges are, at the last scrape, no higher than at the first. */
  isBack(gauges: readonly string[]): boolean {
    return this.#store.noHigher(gauges, this.count - 1, 0);
  }

  /** Returns whether it left out every second scrape, to save memory. */
  add({ text, contentType }: HttpAnswer): boolean {
    const scrape = this.count;
    const atMs = Date.now();
    const { problems } = this.#store.add(text, dialectOf(contentType), atMs);
    this.#atMs.push(atMs);
    this.#contentType = contentType;
    if (scrape > 0) {
      this.#selfMoving.note(this.#store.steps(scrape - 1, scrape));
      const isOfLoad = (series: Pick<MetricSeries, 'name' | 'labels'>) =>
        (isCounted(series) || this.#isOwn(series.name)) && !this.#selfMoving.has(series);
      this.#noteMove(!this.#store.same(scrape - 1, scrape, isOfLoad));
    }
    for (const { kind, line, text, problem } of problems) {
      // Limited for each kind, so that many of one kind do not hide another.
      const kept = this.#problems.filter((known) => known.kind === kind).length;
      if (kept < KEPT_PROBLEMS) this.#problems.push({ scrape, line, text, problem, kind });
    }
    this.#searchSecrets(text);
    const isFull = this.count > MAX_SCRAPES;
    if (isFull) for (let index = this.count - 2; index > 0; index -= 2) this.forget(index);
    return isFull;
  }

  forget(index: number): void {
    this.#store.drop(index);
    this.#atMs.splice(index, 1);
    for (const problem of this.#problems) if (problem.scrape > index) problem.scrape -= 1;
  }

  observed(): Pick<MetricsObserved, 'atMs' | 'contentType' | 'families' | 'malformed' | 'seriesLeftOut' | 'leaking'> {
    return {
      atMs: this.#atMs,
      contentType: this.#contentType,
      families: this.#store.families(),
      malformed: this.#problems,
      seriesLeftOut: this.#store.seriesLeftOut,
      ...(this.#leaking.size === 0 ? {} : { leaking: [...this.#leaking] }),
    };
  }

  #noteMove(hasMoved: boolean): void {
    const nowMs = Date.now();
    if (hasMoved) {
      if (this.isStill) this.longestStillMs = Math.max(this.longestStillMs, nowMs - (this.movedAtMs ?? nowMs));
      this.movedAtMs = nowMs;
    }
    this.isStill = !hasMoved;
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
}

/** Whether a sample is of one of these metrics. */
function isOneOf(metrics: readonly string[]): (sample: string) => boolean {
  const names = new Set(metrics);
  return (sample) => names.has(sample) || names.has(sample.replace(/_(bucket|count|sum)$/, ''));
}

/** Whether a series may be about the load: a server may also count each scrape, under the path or the handler of its metrics. */
function isCounted({ name, labels }: Pick<MetricSeries, 'name' | 'labels'>): boolean {
  return name.startsWith('aragora_') && !Object.values(labels).some((value) => /metrics/i.test(value));
}
