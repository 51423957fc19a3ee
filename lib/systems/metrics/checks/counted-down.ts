/**
 * How late a gauge shows what has ended: because the server counts down late, sets the gauge from time to time, or a cache keeps the
 * exposition. What it does after the load, when nothing begins any more, it may do during the load as well.
 */
import type { MetricFacts } from './facts.ts';

/** Without a sign that it takes longer. A server may clean up before it counts down. */
const LATE_MS = 1000;

/** So much later it may show it at a scrape; Infinity: nobody can say. */
export type LateAt = (scrape: number) => number;

/** @param lastEndMs when the last one that clients know of had ended. */
export function shownLate(
  { observed: { atMs } }: MetricFacts,
  values: readonly (number | null)[],
  lastEndMs: number,
): LateAt {
  const first = values[0] ?? 0;
  const backAtMs = atMs.find((at, scrape) => at >= lastEndMs && (values[scrape] ?? Infinity) <= first);
  const afterLoadMs = backAtMs === undefined ? Infinity : backAtMs - lastEndMs;
  return (scrape) => Math.max(LATE_MS, afterLoadMs, sameForMs(atMs, values, scrape));
}

/** The value may have been taken right after the last scrape that had another one. */
function sameForMs(atMs: readonly number[], values: readonly (number | null)[], scrape: number): number {
  let before = scrape - 1;
  while (before > 0 && values[before] === values[scrape]) before -= 1;
  return (atMs[scrape] ?? 0) - (atMs[Math.max(0, before)] ?? 0);
}
