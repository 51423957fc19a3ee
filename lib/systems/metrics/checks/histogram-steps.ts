/**
 * Whether the parts of a histogram agree at each scrape, and not only at the last one.
 *
 * A server may read buckets, count and sum one after the other while it goes on counting, so that they are of slightly different moments.
 * Each part is therefore compared with the others as they are one scrape later: whatever was read between two scrapes is allowed.
 */
import type { MetricSeries } from '../observation.ts';
import type { MetricFacts } from './facts.ts';
import { boundOf, boundText, labelKey, locationOf, numberAt, resetsOf, seriesOf } from './series.ts';

interface Bound {
  readonly le: number;
  readonly series: MetricSeries;
}

/** The series of one label set. */
interface Parts {
  readonly labels: Readonly<Record<string, string>>;
  /** Ascending. */
  readonly bounds: readonly Bound[];
  readonly count: MetricSeries;
  readonly sum: MetricSeries;
}

/** Where the parts disagree before the last scrape. */
export interface Disagreement {
  readonly labels: Parts['labels'];
  readonly scrape: number;
  readonly problem: string;
}

/** The first of each label set; [] where a restart, or a value that is no number, leaves nothing to compare. */
export function disagreementsIn(name: string, { observed, contract }: MetricFacts): Disagreement[] {
  const location = locationOf(contract, name);
  const scrapes = observed.atMs.length;
  return partsOf(['_bucket', '_count', '_sum'].map((suffix) => seriesOf(observed, location, suffix))).flatMap(
    (parts) => {
      const all = [...parts.bounds.map(({ series }) => series), parts.count, parts.sum];
      const isCounting = resetsOf(all, scrapes).length === 0 && all.every(({ values }) => !values.some(isText));
      return isCounting ? (disagreementIn(parts, scrapes) ?? []) : [];
    },
  );
}

function isText(value: MetricSeries['values'][number]): boolean {
  return typeof value === 'string';
}

/** Label sets that have all their parts; `consistent` reports the others. */
function partsOf([buckets = [], counts = [], sums = []]: readonly (readonly MetricSeries[])[]): Parts[] {
  const byKey = new Map<string, Bound[]>();
  for (const series of buckets) {
    const key = labelKey(series.labels, ['le']);
    byKey.set(key, [...(byKey.get(key) ?? []), { le: boundOf(series.labels['le']), series }]);
  }
  return counts.flatMap((count) => {
    const key = labelKey(count.labels);
    const sum = sums.find(({ labels }) => labelKey(labels) === key);
    const bounds = byKey.get(key)?.sort((a, b) => a.le - b.le) ?? [];
    return sum === undefined || bounds.at(-1)?.le !== Infinity ? [] : [{ labels: count.labels, bounds, count, sum }];
  });
}

function disagreementIn(parts: Parts, scrapes: number): Disagreement | null {
  for (let scrape = 0; scrape < scrapes - 1; scrape++) {
    const problem = goneProblem(parts, scrape) ?? orderProblem(parts, scrape) ?? sumProblem(parts, scrape);
    if (problem !== null) return { labels: parts.labels, scrape, problem };
  }
  return null;
}

/** What came after the last scrape is as in it. */
function at(series: MetricSeries, scrape: number): number {
  return numberAt(series, Math.min(scrape, series.values.length - 1)) ?? 0;
}

/** A part that comes later must have begun at 0 then. */
function goneProblem({ bounds, count, sum }: Parts, scrape: number): string | null {
  const before = at(count, scrape - 1);
  if (before > 0 && numberAt(sum, scrape) === null) return `the sum is missing, although the count is ${before}`;
  const since = at(count, scrape + 2) - before;
  const late = bounds.find(({ series }) => numberAt(series, scrape) === null && at(series, scrape + 1) > since);
  return late === undefined
    ? null
    : `the bucket le=${boundText(late.le)} is missing, and begins at ${at(late.series, scrape + 1)} afterwards`;
}

function orderProblem({ bounds, count }: Parts, scrape: number): string | null {
  const last = bounds.at(-1);
  if (last === undefined) return null;
  const [own, next] = [scrape, scrape + 1];
  if (at(last.series, own) > at(count, next))
    return `the bucket +Inf has ${at(last.series, own)}, the count ${at(count, next)} one scrape later`;
  if (at(count, own) > at(last.series, next))
    return `the count is ${at(count, own)}, the bucket +Inf has ${at(last.series, next)} one scrape later`;
  const wrong = bounds.findIndex(({ series }, index) => {
    const above = bounds[index + 1];
    return above !== undefined && at(series, own) > at(above.series, next);
  });
  return wrong < 0 ? null : `le=${boundText(bounds[wrong]?.le ?? 0)} has more than the next bound has one scrape later`;
}

/**
 * The sum lies between what values in the buckets of the scrape before and of the one after add up to: since the process began, and from
 * here to the last scrape. Client libraries keep a number for each bucket of its own, so that each is right by itself.
 */
function sumProblem(parts: Parts, scrape: number): string | null {
  const last = parts.sum.values.length - 1;
  return spanProblem(parts, null, scrape) ?? (scrape === 0 ? null : spanProblem(parts, scrape, last));
}

/** @param from null: when nothing was counted. */
function spanProblem({ bounds, sum }: Parts, from: number | null, to: number): string | null {
  const since = (series: MetricSeries, begin: number | null, end: number) =>
    at(series, end) - (begin === null ? 0 : at(series, begin));
  const within = (begin: number | null, end: number) =>
    addedUp(bounds.map(({ le, series }) => ({ le, count: since(series, begin, end) })));
  const { least } = within(from === null ? null : from + 1, Math.max(0, to - 1));
  const { most } = within(from === null ? null : from - 1, to + 1);
  const added = since(sum, from, to);
  const tolerance = 1e-9 * Math.max(1, at(sum, to));
  if (added >= least - tolerance && added <= most + tolerance) return null;
  const limit = added < least ? `at least ${least.toPrecision(4)}` : `at most ${most.toPrecision(4)}`;
  const when = from === null ? 'is' : 'grows from here to the end by';
  return `the sum ${when} ${added.toPrecision(4)} s, yet values in these buckets add up to ${limit} s`;
}

function addedUp(buckets: readonly { readonly le: number; readonly count: number }[]): {
  readonly least: number;
  readonly most: number;
} {
  let [least, most, belowLe, belowCount] = [0, 0, 0, 0];
  for (const { le, count } of buckets) {
    const within = Math.max(0, count - belowCount);
    least += within * belowLe;
    if (within > 0) most += within * le;
    [belowLe, belowCount] = [le, Math.max(belowCount, count)];
  }
  return { least, most };
}
