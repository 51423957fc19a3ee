/** What is stored of many scrapes: each series once, with its values scrape by scrape; limited in series and scrapes. */
import type { MetricFamily, MetricSeries } from '../observation.ts';
import {
  type Dialect,
  type ExpositionHandler,
  ExpositionReader,
  type ExpositionSummary,
  type Family,
} from './exposition.ts';
import type { SampleLine } from './sample-line.ts';
import type { Step } from './self-moving.ts';
import { Stamps } from './stamps.ts';
import { copied } from './tokens.ts';

/** A value as JSON can hold it. */
type Value = MetricSeries['values'][number];

interface Kept {
  readonly family: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly values: Value[];
  readonly stamps: Stamps;
}

export interface StoreOptions {
  /** Which metrics are stored with their values, by sample name; of others, only the number of series. */
  readonly keeps: (name: string) => boolean;
  readonly maxSeries: number;
}

export class SeriesStore {
  readonly #options: StoreOptions;
  /** By the text of name and labels, in each spelling that was seen. */
  readonly #bySpelling = new Map<string, Kept | null>();
  readonly #byLabels = new Map<string, Kept>();
  readonly #families = new Map<string, Family>();
  /** All types that a family was declared with. */
  readonly #types = new Map<string, Set<MetricFamily['type']>>();
  readonly #counts = new Map<string, number>();
  /** Of the first scrape. */
  #countsBefore: ReadonlyMap<string, number> | undefined;
  #scrapes = 0;
  #leftOut = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  get scrapes(): number {
    return this.#scrapes;
  }

  get seriesLeftOut(): number {
    return this.#leftOut;
  }

  /** Adds one scrape, taken at `atMs` (Unix ms). */
  add(text: string, dialect: Dialect, atMs: number): ExpositionSummary {
    this.#counts.clear();
    const at = this.#scrapes;
    const handler: ExpositionHandler = {
      sample: (family, line, again) => {
        this.#counts.set(family.name, (this.#counts.get(family.name) ?? 0) + 1);
        const kept = again ? null : this.#seriesOf(family, line);
        if (kept === null) return undefined;
        put(kept.values, at, line.value);
        return kept.stamps.problemOf({ value: line.value, timestampMs: line.timestampMs, atMs });
      },
    };
    const reader = new ExpositionReader(dialect, handler, atMs);
    reader.push(text);
    const summary = reader.end();
    this.#countsBefore ??= new Map(this.#counts);
    for (const family of summary.families) this.#declareCopy(family);
    this.#scrapes += 1;
    return summary;
  }

  /** Adds values that a backend stored: one series, its values by scrape. */
  put(family: string, name: string, labels: Readonly<Record<string, string>>, values: readonly Value[]): void {
    if (this.#byLabels.size >= this.#options.maxSeries) {
      this.#leftOut += 1;
      return;
    }
    this.#byLabels.set(keyOf(name, labels), { family, name, labels, values: [...values], stamps: new Stamps() });
    this.#counts.set(family, (this.#counts.get(family) ?? 0) + 1);
    this.#scrapes = Math.max(this.#scrapes, values.length);
  }

  declare(family: Family): void {
    this.#families.set(family.name, family);
  }

  /** Names that are new with each scrape are limited as series are. */
  #declareCopy({ name, type, help, unit }: Family): void {
    if (!this.#families.has(name) && this.#families.size >= this.#options.maxSeries) {
      this.#leftOut += 1;
      return;
    }
    const text = (one: string | null) => (one === null ? null : copied(one));
    const own = copied(name);
    this.#families.set(own, { name: own, type, help: text(help), unit: text(unit) });
    this.#types.set(own, (this.#types.get(own) ?? new Set()).add(type));
  }

  /** Removes one scrape. */
  drop(index: number): void {
    for (const { values } of this.#byLabels.values()) values.splice(index, 1);
    this.#scrapes -= 1;
  }

  /** Whether no stored series that `counts` accepts differs between two scrapes. */
  same(before: number, after: number, counts: (series: Pick<MetricSeries, 'name' | 'labels'>) => boolean): boolean {
    for (const { name, labels, values } of this.#byLabels.values()) {
      if ((values[before] ?? null) !== (values[after] ?? null) && counts({ name, labels })) return false;
    }
    return true;
  }

  /** How far each series moved between two scrapes. */
  *steps(before: number, after: number): Generator<Step> {
    for (const { family, name, labels, values } of this.#byLabels.values()) {
      const [was, is] = [values[before], values[after]];
      const by = typeof was === 'number' && typeof is === 'number' ? is - was : null;
      yield { name, labels, isGauge: this.#families.get(family)?.type === 'gauge', by };
    }
  }

  /** Whether every series of these names is no higher in one scrape than in the other. */
  noHigher(names: readonly string[], at: number, than: number): boolean {
    for (const { name, values } of this.#byLabels.values()) {
      if (names.includes(name) && Number(values[at] ?? 0) > Number(values[than] ?? 0)) return false;
    }
    return true;
  }

  families(): MetricFamily[] {
    const series = new Map<string, MetricSeries[]>();
    for (const { family, name, labels, values } of this.#byLabels.values()) {
      const full = Array.from({ length: this.#scrapes }, (_, index) => values[index] ?? null);
      const list = series.get(family) ?? [];
      list.push({ name, labels, values: full });
      series.set(family, list);
    }
    const names = new Set([...this.#families.keys(), ...series.keys()]);
    return [...names].map((name) => {
      const { type = null, help = null } = this.#families.get(name) ?? {};
      const counts = {
        seriesCount: this.#counts.get(name) ?? 0,
        ...(this.#countsBefore !== undefined && { seriesBefore: this.#countsBefore.get(name) ?? 0 }),
      };
      const otherTypes = [...(this.#types.get(name) ?? [])].filter((other) => other !== type);
      const others = otherTypes.length === 0 ? {} : { otherTypes };
      return { name, type, ...others, help, ...counts, series: series.get(name) ?? [] };
    });
  }

  #seriesOf(family: Family, line: SampleLine): Kept | null {
    const spelling = `${line.name}{${line.labelsText()}`;
    const known = this.#bySpelling.get(spelling);
    if (known !== undefined) return known;
    const kept = this.#newSeries(family, line);
    // Series that are not stored are looked up again each time: remembering their spellings would take the memory that the limit saves.
    if (kept !== null) this.#bySpelling.set(copied(spelling), kept);
    return kept;
  }

  #newSeries(family: Family, line: SampleLine): Kept | null {
    if (!this.#options.keeps(line.name)) return null;
    const labels = line.labels();
    const key = keyOf(line.name, labels);
    const known = this.#byLabels.get(key);
    if (known !== undefined) return known;
    if (this.#byLabels.size >= this.#options.maxSeries) {
      this.#leftOut += 1;
      return null;
    }
    const own = Object.fromEntries(Object.entries(labels).map(([name, value]) => [copied(name), copied(value)]));
    const kept: Kept = {
      family: copied(family.name),
      name: copied(line.name),
      labels: own,
      values: [],
      stamps: new Stamps(),
    };
    this.#byLabels.set(key, kept);
    return kept;
  }
}

function put(values: Value[], at: number, value: number): void {
  while (values.length < at) values.push(null);
  values[at] = jsonValue(value);
}

export function jsonValue(value: number): number | string {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
