/** Whose numbers the scrapes have: of one process, of one that was replaced, or of several that answer in turns. Pure. */
import type { MetricsObserved } from '../observation.ts';
import { familyOf, numberAt, resetsOf } from './series.ts';
import { areTurns } from './turns.ts';

/** A process says when it started by the second, and some compute it anew from their age. */
const SAME_START_SEC = 0.5;
/** What counts has begun again when so many of its metrics fall at once: a new process may have counted as much of the others already. */
const FALLEN_SHARE = 2 / 3;

/** The scrapes that found the server restarted. */
export function restartsOf(observed: MetricsObserved): number[] {
  const starts = startsOf(observed);
  const isLater = (scrape: number) => (starts[scrape] ?? 0) > (starts[scrape - 1] ?? Infinity) + SAME_START_SEC;
  const all = steps(observed.atMs.length);
  const reported = all.filter(isLater);
  // A process that does not say when it started, or one of several that is gone: everything falls at once.
  return reported.length > 0 ? reported : all.filter((scrape) => fallsAll(observed, scrape));
}

/**
 * Whether an earlier start comes back: the process that had it is still there, and others answer for it. Where none says when it started, whether
 * what an earlier one had counted does.
 */
export function isInTurns(observed: MetricsObserved): boolean {
  const starts = startsOf(observed);
  if (starts.every((start) => start === null)) return areTurns(observed);
  return steps(observed.atMs.length).some(
    (scrape) => (starts[scrape] ?? Infinity) < (starts[scrape - 1] ?? 0) - SAME_START_SEC,
  );
}

/** When the process that answered had started, scrape by scrape. */
function startsOf(observed: MetricsObserved): readonly (number | null)[] {
  const [start, ...others] = familyOf(observed, 'process_start_time_seconds')?.series ?? [];
  if (start === undefined || others.length > 0) return [];
  return observed.atMs.map((_, scrape) => numberAt(start, scrape));
}

function fallsAll(observed: MetricsObserved, scrape: number): boolean {
  const counting = observed.families.filter(({ type }) => type === 'counter' || type === 'histogram');
  const alive = counting.filter(({ series }) => series.some((one) => (numberAt(one, scrape - 1) ?? 0) > 0));
  const fell = alive.filter(({ series }) =>
    resetsOf(series, observed.atMs.length).some((reset) => reset.scrape === scrape),
  );
  return alive.length >= 2 && fell.length >= FALLEN_SHARE * alive.length;
}

function steps(scrapes: number): number[] {
  return Array.from({ length: Math.max(0, scrapes - 1) }, (_, index) => index + 1);
}
