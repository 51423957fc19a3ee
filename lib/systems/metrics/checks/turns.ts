/** Whether scrapes that fall and rise are those of several processes in turns, none of which says when it started. Pure. */
import type { MetricSeries, MetricsObserved } from '../observation.ts';
import { numberAt } from './series.ts';

/** So many metrics have to fall at some time: one that goes back alone is wrong. Of two processes that count almost alike, slow ones never fall. */
const LEAST_FALLEN = 2;
const MOST_PROCESSES = 6;

/**
 * Each process only counts up. So every scrape that fell is one of another process, and where it is one that was seen before, that one has gone on
 * counting meanwhile. A server that starts again does not: it begins at 0, below all that was seen of it.
 */
export function areTurns(observed: MetricsObserved): boolean {
  const moving = observed.families
    .filter(({ type }) => type === 'counter' || type === 'histogram')
    .map(({ series }) => series.filter(isMoving))
    .filter((series) => series.length > 0);
  const all = moving.flat();
  const scrapes = observed.atMs.length;
  const falls = Array.from({ length: scrapes }, (_, scrape) => scrape).filter(
    (scrape) => scrape > 0 && !mayFollow(all, scrape - 1, scrape),
  );
  const fell = moving.filter((series) => falls.some((scrape) => !mayFollow(series, scrape - 1, scrape)));
  return fell.length >= LEAST_FALLEN && comesBack(all, scrapes);
}

function isMoving(series: MetricSeries): boolean {
  const known = series.values.filter((value) => value !== null);
  return known.some((value) => value !== known[0]);
}

/** Whether a scrape may be one of the same process, later: nothing of it is less. */
function mayFollow(series: readonly MetricSeries[], before: number, after: number): boolean {
  return series.every((one) => (numberAt(one, after) ?? Infinity) >= (numberAt(one, before) ?? -Infinity));
}

/** Whether a scrape that fell goes on where an earlier one was. */
function comesBack(series: readonly MetricSeries[], scrapes: number): boolean {
  /** The last scrape of each process, the latest one first. */
  let processes = [0];
  let hasReturned = false;
  for (let scrape = 1; scrape < scrapes; scrape++) {
    const [before = 0] = processes;
    const own = nearest(series, processes, scrape);
    if (own !== undefined && own !== before && !mayFollow(series, before, scrape)) hasReturned = true;
    processes = [scrape, ...processes.filter((last) => last !== own)];
    if (processes.length > MOST_PROCESSES) return false;
  }
  return hasReturned;
}

/** Of the processes that a scrape may be of, the one that had counted most; where none had, the one that was not seen for longest. */
function nearest(series: readonly MetricSeries[], processes: readonly number[], scrape: number): number | undefined {
  const fitting = processes.filter((last) => mayFollow(series, last, scrape));
  return fitting.find((last) => fitting.every((other) => mayFollow(series, other, last))) ?? fitting.at(-1);
}
