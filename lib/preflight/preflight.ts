/**
 * A look at the target before any load. Each question is asked once. What makes every figure of the run meaningless ends it with exit code 2,
 * what restricts the run is a note, and what the load itself measures is left to the load.
 */
import { askAddresses } from './addresses.ts';
import { askMetrics } from './metrics.ts';
import { askPaths } from './paths.ts';
import { askProxy } from './proxy.ts';
import type { Found, Question, Wanted } from './question.ts';
import { findSocket } from './socket.ts';

/** In this order: the first that ends the run is the nearest to the cause. */
const QUESTIONS: readonly Question[] = [askProxy, askPaths, askAddresses, findSocket, askMetrics];

export interface Preflight {
  /** What looked wrong or restricts the run, one line each; [] when nothing did. */
  readonly notes: readonly string[];
  /** Where WebSockets are. */
  readonly wsUrl: string;
  /** The address of each name that the load must not resolve itself. */
  readonly hosts: Readonly<Record<string, string>>;
}

/** @throws SloError `target-unreachable` for a target that can't be loaded to any purpose. */
export async function preflight(wanted: Wanted, signal: AbortSignal): Promise<Preflight> {
  const found: Found[] = [];
  for (const ask of QUESTIONS) found.push(await ask(wanted, signal));
  signal.throwIfAborted();
  const wsUrl = found.findLast((one) => one.wsUrl !== undefined)?.wsUrl ?? wanted.wsUrl;
  const hosts = Object.assign({}, ...found.map((one) => one.hosts));
  return { notes: found.flatMap(({ notes }) => notes), wsUrl, hosts };
}
