/**
 * Drills the rules of one stack. First the server is healthy for so long that a rule which fires for nothing has fired. Then each rule's
 * fault follows the one before; an alert's end is waited for while the next fault is on already, where pages can be distinguished.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../core/within.ts';
import { controlSec } from '../systems/alerts/model/bounds.ts';
import type { LoadedRule } from '../systems/alerts/model/timeline.ts';
import { clockAheadSec, type RuleNow } from './prometheus.ts';
import { recordPromtool } from './promtool.ts';
import type { Recorded } from './record.ts';
import { drillRule } from './rule.ts';
import type { DrilledStack } from './stack.ts';
import { Watch } from './watch.ts';

export interface FollowOptions {
  readonly stack: DrilledStack;
  readonly recorded: Recorded;
  /** The drill's folder. */
  readonly dir: string;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
  /** Called when Prometheus does not answer for a while. */
  readonly onLost: (what: string) => void;
}

/** Prometheus finds its targets up to 5 s after its start, in its own time; a slow machine takes longer. */
const READY_MS = 60_000;
const LAST_QUESTION_MS = 10_000;
const LOOK_EVERY_MS = 50;
const LOOK_EVERY_MS_IN_REAL_TIME = 1000;

/** Throws the signal's reason. */
export async function followRules(options: FollowOptions): Promise<void> {
  const { stack, recorded, signal, onLost } = options;
  const over = new AbortController();
  const watch = new Watch({
    prometheus: stack.prometheus,
    recorded,
    everyMs: stack.clockRate === 1 ? LOOK_EVERY_MS_IN_REAL_TIME : LOOK_EVERY_MS,
    signal: AbortSignal.any([signal, over.signal]),
    onLost,
  });
  // What it can't record ends the stage.
  const watching = watch.run().catch((error: unknown) => over.abort(error));
  try {
    const isKnown = (): boolean => watch.rules.length > 0 && watch.rules.every(({ state }) => state !== 'unknown');
    // A rule that Prometheus does not have, or can't evaluate, is found by its finding.
    await watch.until(isKnown, READY_MS);
    recorded.add({ kind: 'loaded', atMs: Date.now(), rules: watch.rules.map(loadedOf) });
    await control(options);
    await recordReach(options);
    await drillRules(options, watch);
    await recordReach(options);
  } finally {
    await recordHeld(options);
    await recordPromtool(options, watch.rules);
    over.abort();
    await watching;
  }
}

function loadedOf({ name, group, forSec, health, lastError }: RuleNow): LoadedRule {
  return { name, group, forSec, health, lastError };
}

async function drillRules({ stack, ...options }: FollowOptions, watch: Watch): Promise<void> {
  const ends: Promise<void>[] = [];
  for (const rule of stack.rules) {
    const { ended } = await drillRule(rule, { ...options, stack, watch });
    // Waited for below. A failure before that is not unhandled.
    ended.catch(() => {});
    if (stack.oneByOne) await ended;
    ends.push(ended);
  }
  await Promise.all(ends);
}

async function control({ stack, recorded, signal, onProgress }: FollowOptions): Promise<void> {
  const sec = controlSec(stack.rules, stack.intervals);
  onProgress(`${Math.round(sec)} s of a healthy server`);
  recorded.add({ kind: 'control', is: 'begun', atMs: Date.now() });
  await sleep((1000 * sec) / stack.clockRate, undefined, { signal }).catch(() => signal.throwIfAborted());
  recorded.add({ kind: 'control', is: 'over', atMs: Date.now() });
}

/**
 * Once before anything happened to the server, and once after everything did: only then it has each status. Not before the control: a
 * Prometheus that has just begun has scraped nothing yet.
 */
async function recordReach({ stack, recorded, signal }: FollowOptions): Promise<void> {
  for (const reach of await stack.reach(signal)) recorded.add({ kind: 'reach', atMs: Date.now(), ...reach });
}

/** Also of a stage that ended early, if Prometheus still answers. */
async function recordHeld({ stack, recorded }: FollowOptions): Promise<void> {
  const [kept, aheadSec] = await within({ ms: LAST_QUESTION_MS }, async (signal) => [
    await stack.kept(signal).catch(() => null),
    await clockAheadSec(stack, signal).catch(() => null),
  ]);
  if (kept === null || aheadSec === null) return;
  const { slowestSec, ...counted } = kept;
  const slowestMs = (1000 * slowestSec) / stack.clockRate;
  recorded.add({ kind: 'held', atMs: Date.now(), ...counted, slowestMs, loadShare: stack.loadShare(), aheadSec });
}
