/** Which monitor that was seen is which that the guide names, and the pings of all of them for the availability of the status page. Pure. */
import type { SeenMonitor, StatusObserved } from './observation.ts';
import type { PromisedMonitor, StatusPromises } from './promises.ts';

export interface Pair {
  readonly promised: PromisedMonitor;
  /** Several probers may ask one address. */
  readonly seen: readonly SeenMonitor[];
}

export function pairsOf(
  { monitors: promised }: StatusPromises,
  { monitors }: Pick<StatusObserved, 'monitors'>,
): Pair[] {
  return promised.map((one) => ({ promised: one, seen: monitors.filter((seen) => isSame(one, seen)) }));
}

/** Every monitor that is one of the guide's, once. */
export function knownMonitors(promises: StatusPromises, observed: Pick<StatusObserved, 'monitors'>): SeenMonitor[] {
  return [...new Set(pairsOf(promises, observed).flatMap(({ seen }) => seen))];
}

/** By its name, or by what it asks: a team has the same paths on another host. */
function isSame(promised: PromisedMonitor, { name, url, path }: SeenMonitor): boolean {
  if (plainName(name) === plainName(promised.name)) return true;
  return promised.path === null ? plainUrl(url) === plainUrl(promised.url) : path === promised.path;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function plainUrl(url: string | null): string | null {
  return url?.replace(/\/+$/, '') ?? null;
}

/** A stretch of time, for the judge of shares: pings of one outage lie together. */
export interface Stretch {
  readonly count: number;
  readonly bad: number;
}

export interface PingsCounted {
  readonly pings: number;
  readonly failed: number;
  /** Without gaps, all of one length. */
  readonly stretches: readonly Stretch[];
}

const HOUR_MS = 3_600_000;
const SHORT_MS = 300_000;

/** All pings of the guide's monitors. A ping that failed counts as failed, also where the monitor tried again; maintenance is left out. */
export function countedPings(promises: StatusPromises, observed: Pick<StatusObserved, 'monitors'>): PingsCounted {
  const monitors = knownMonitors(promises, observed);
  const hasHours = monitors.some(({ hours }) => hours.length > 0);
  const lengthMs = hasHours ? HOUR_MS : SHORT_MS;
  const stretches = new Map<number, { count: number; bad: number }>();
  const add = (at: number, count: number, bad: number) => {
    const known = stretches.get(at) ?? { count: 0, bad: 0 };
    stretches.set(at, { count: known.count + count, bad: known.bad + bad });
  };
  for (const { pings, hours } of monitors) {
    for (const { untilMs, pings: count, failed } of hours) add(Math.ceil(untilMs / lengthMs) - 1, count, failed);
    for (const { atMs, outcome } of pings)
      if (outcome !== 'maintenance') add(Math.floor(atMs / lengthMs), 1, outcome === 'up' ? 0 : 1);
  }
  const all = inOrder(stretches);
  const sum = (of: (one: Stretch) => number): number => all.reduce((total, one) => total + of(one), 0);
  return { pings: sum(({ count }) => count), failed: sum(({ bad }) => bad), stretches: all };
}

function inOrder(stretches: ReadonlyMap<number, Stretch>): Stretch[] {
  const times = [...stretches.keys()].sort((a, b) => a - b);
  const [first = 0, last = -1] = [times[0], times.at(-1)];
  return Array.from({ length: last - first + 1 }, (_, at) => stretches.get(first + at) ?? { count: 0, bad: 0 });
}
