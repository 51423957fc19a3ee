/** Puts the samples that a Prometheus has of a server together again: by scrape, and by family. */
import { FAMILY_TYPES, type FamilyType } from './exposition.ts';
import type { Metadata, RawSeries } from './prometheus-api.ts';
import { jsonValue, type SeriesStore } from './series-store.ts';

/** Unix ms of every scrape of any target, ascending. */
export function timesOf(series: readonly RawSeries[]): number[] {
  const times = new Set(series.flatMap(({ samples }) => samples.map(([atSec]) => Math.round(atSec * 1000))));
  return [...times].sort((a, b) => a - b);
}

interface Raw {
  readonly series: readonly RawSeries[];
  /** Of every scrape, from `timesOf`. */
  readonly atMs: readonly number[];
  readonly known: ReadonlyMap<string, Metadata>;
  readonly ownNames?: readonly string[] | undefined;
}

/** The native histograms that are not kept as classic ones, too. */
export function nativeIn(series: readonly RawSeries[]): string[] {
  const names = new Set(series.map(({ name }) => name));
  const native = series.filter(({ name, isNative }) => isNative && !names.has(`${name}_bucket`));
  return [...new Set(native.map(({ name }) => name))].sort();
}

export function keep(store: SeriesStore, { series: all, atMs, known, ownNames = [] }: Raw): void {
  const series = all.filter(({ samples }) => samples.length > 0);
  for (const [name, { type, help }] of known) {
    if (name.startsWith('aragora_') || ownNames.includes(name))
      store.declare({ name, type: familyType(type), help, unit: null });
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
