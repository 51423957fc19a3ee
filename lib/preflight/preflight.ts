/**
 * A look at the target before any load. Each question is asked once. What makes every figure of the run meaningless ends it with exit code 2,
 * what restricts the run is a note, and what the load itself measures is left to the load.
 */
import { askAddresses } from './addresses.ts';
import { askMetrics } from './metrics.ts';
import { type Part, partsWithin } from './parts.ts';
import { askPath, urlsOf } from './paths.ts';
import { askProxy } from './proxy.ts';
import type { Found, Question, Wanted } from './question.ts';
import { findSocket } from './socket.ts';

/** For all questions together. A server that is only slow has answered each of them by then, and is measured. */
const TOTAL_MS = 30_000;

export interface Preflight {
  /** What looked wrong or restricts the run, one line each; [] when nothing did. */
  readonly notes: readonly string[];
  /** Where WebSockets are. */
  readonly wsUrl: string;
  /** The address of each name that the load must not resolve itself. */
  readonly hosts: Readonly<Record<string, string>>;
}

/**
 * @param totalMs for all questions together.
 * @throws SloError `target-unreachable` for a target that can't be loaded to any purpose, or that has not answered by then.
 */
export async function preflight(wanted: Wanted, signal: AbortSignal, totalMs = TOTAL_MS): Promise<Preflight> {
  const found = await partsWithin({ ms: totalMs, signal }, partsOf(wanted));
  const wsUrl = found.findLast((one) => one.wsUrl !== undefined)?.wsUrl ?? wanted.wsUrl;
  const hosts = Object.assign({}, ...found.map((one) => one.hosts));
  return { notes: found.flatMap(({ notes }) => notes), wsUrl, hosts };
}

/** In this order: the first that ends the run is the nearest to the cause. */
function partsOf(wanted: Wanted): Part<Found>[] {
  const asked = (name: string, ask: Question): Part<Found> => ({ name, work: (signal) => ask(wanted, signal) });
  return [
    asked('the way to it', askProxy),
    ...urlsOf(wanted).map((url) => asked(url, (_, signal) => askPath(url, wanted, signal))),
    asked('the addresses of its name', askAddresses),
    asked('its WebSocket', findSocket),
    asked('its metrics', askMetrics),
  ];
}
