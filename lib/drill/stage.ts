/**
 * One stage of a drill: a Prometheus and an Alertmanager that know nothing yet, with one rate of the clock. First the server is healthy for
 * so long that a rule which fires for nothing has fired. Then each rule's fault follows the one before; an alert's end is waited for while
 * the next fault is on already.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SloError } from '../core/error.ts';
import { runAlertmanager } from '../stack/alertmanager.ts';
import type { Places } from '../stack/documented/changes.ts';
import { freePorts } from '../stack/ports.ts';
import { type Backend, HOST } from '../stack/process.ts';
import { runPrometheus } from '../stack/prometheus.ts';
import type { Sinks } from '../stack/sinks/server.ts';
import { controlSec } from '../systems/alerts/model/bounds.ts';
import { type DrilledRule, ofKind } from '../systems/alerts/model/timeline.ts';
import type { Documented } from './documented.ts';
import { FAULTS, loadRates } from './faults.ts';
import { type Load, startLoad } from './load.ts';
import { clockAheadSec, keptTimes } from './prometheus.ts';
import { reachOf } from './reach.ts';
import type { Recorded } from './record.ts';
import { drillRule } from './rule.ts';
import type { DrilledServer } from './server.ts';
import { Watch } from './watch.ts';

export interface StageOptions {
  readonly documented: Documented;
  readonly rules: readonly DrilledRule[];
  readonly clockRate: number;
  readonly server: DrilledServer;
  readonly sinks: Sinks;
  readonly recorded: Recorded;
  /** The drill's folder. */
  readonly dir: string;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** 32 characters, as PagerDuty's are, and of nobody. */
const ROUTING_KEY = '0123456789abcdef0123456789abcdef';
const JOB = 'aragora';
/** Prometheus finds its targets up to 5 s after its start, in its own time; a slow machine takes longer. */
const READY_MS = 60_000;
const LAST_QUESTION_MS = 10_000;
const LOOK_EVERY_MS = 50;
const LOOK_EVERY_MS_IN_REAL_TIME = 1000;

/**
 * Ends early, with an entry that says why, when one of its parts ends, or does not start though something was drilled before. Throws the
 * signal's reason, and why a part does not start.
 */
export async function runStage(options: StageOptions): Promise<void> {
  const { recorded, rules, clockRate, documented, server, signal } = options;
  recorded.add({ kind: 'setup', atMs: Date.now(), clockRate, intervals: documented.intervals, rules });
  const load = startLoad(server.httpUrl, loadRates(clockRate));
  const parts: Backend[] = [];
  const lost = new AbortController();
  const loseFor = (what: string): void => {
    if (lost.signal.aborted || signal.aborted) return;
    recorded.add({ kind: 'lost', atMs: Date.now(), what });
    lost.abort();
  };
  const serverLost = (): void => loseFor(String(server.lost.reason));
  try {
    if (server.lost.aborted) serverLost();
    server.lost.addEventListener('abort', serverLost);
    await recordReach(options, signal);
    const urls = await startParts(options, parts, loseFor);
    await drillAll({ ...options, signal: AbortSignal.any([signal, lost.signal]) }, urls, { load, loseFor });
  } catch (error) {
    signal.throwIfAborted();
    const isBegun = ofKind(recorded.entries, 'loaded').length > 0;
    if (error instanceof SloError && isBegun) loseFor(firstLine(error.message));
    // The entry says what was lost.
    if (!lost.signal.aborted) throw error;
  } finally {
    // What ends from here on is not lost.
    lost.abort();
    server.lost.removeEventListener('abort', serverLost);
    await Promise.all([load.stop(), ...parts.map((part) => part.stop())]);
  }
  if (!server.lost.aborted) await server.heal();
}

/** The lines after it are of a log, which is in the folder. */
function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}

/**
 * Both at once, because a fast clock begins with its program: what is between them is so many times as long for the two. Alertmanager takes
 * an alert for over whose end, by Prometheus' clock, is past by its own.
 */
async function startParts(
  { documented, clockRate, server, sinks, dir, signal, onProgress }: StageOptions,
  parts: Backend[],
  loseFor: (what: string) => void,
): Promise<Urls> {
  const common = { clockRate, signal, onProgress };
  const [port] = await freePorts(1);
  const places: Places = {
    slackUrl: sinks.slackUrl,
    pagerdutyUrl: sinks.pagerdutyUrl,
    routingKey: ROUTING_KEY,
    alertmanager: `${HOST}:${port}`,
    target: new URL(server.httpUrl).host,
  };
  const follow = (name: string, part: Backend): string => {
    parts.push(part);
    void part.exited.then((how) => loseFor(`${name} ended by itself: ${how}`));
    return part.url;
  };
  const texts = documented.texts(places);
  const { 'alert-rules.yml': rules, 'monitoring-alert-rules.yml': more } = texts;
  const files = { 'alert-rules.yml': rules, 'monitoring-alert-rules.yml': more };
  const ofPrometheus = { config: texts['prometheus.yml'], files, logFile: `${dir}/prometheus.log` };
  const ofAlertmanager = { config: texts['alertmanager.yml'], port, logFile: `${dir}/alertmanager.log` };
  const starting = [
    runPrometheus({ ...common, ...ofPrometheus }).then((part) => follow('Prometheus', part)),
    runAlertmanager({ ...common, ...ofAlertmanager }).then((part) => follow('Alertmanager', part)),
  ] as const;
  // Also of the one that starts when the other does not: it has to be stopped.
  await Promise.allSettled(starting);
  const [prometheus, alertmanager] = await Promise.all(starting);
  return { prometheus, alertmanager };
}

interface Urls {
  readonly prometheus: string;
  readonly alertmanager: string;
}

interface Around {
  readonly load: Load;
  readonly loseFor: (what: string) => void;
}

async function drillAll(options: StageOptions, urls: Urls, { load, loseFor }: Around): Promise<void> {
  const { recorded, rules, clockRate, signal } = options;
  const over = new AbortController();
  const watch = new Watch({
    url: urls.prometheus,
    recorded,
    everyMs: clockRate === 1 ? LOOK_EVERY_MS_IN_REAL_TIME : LOOK_EVERY_MS,
    signal: AbortSignal.any([signal, over.signal]),
    onLost: loseFor,
  });
  // What it can't record ends the stage.
  const watching = watch.run().catch((error: unknown) => over.abort(error));
  try {
    const isKnown = (): boolean => watch.rules.length > 0 && watch.rules.every(({ state }) => state !== 'unknown');
    // A rule that Prometheus does not have, or can't evaluate, is found by its finding.
    await watch.until(isKnown, READY_MS);
    recorded.add({ kind: 'loaded', atMs: Date.now(), rules: watch.rules.map(({ state: _, ...rule }) => rule) });
    await control(options);
    const ends: Promise<void>[] = [];
    for (const rule of rules) {
      const fault = FAULTS[rule.name];
      if (fault === undefined) continue;
      const { ended } = await drillRule(rule, { ...options, watch, fault });
      // Waited for below. A failure before that is not unhandled.
      ended.catch(() => {});
      ends.push(ended);
    }
    await Promise.all(ends);
    await recordReach(options, signal);
  } finally {
    await recordHeld(options, urls, load);
    over.abort();
    await watching;
  }
}

async function control({ recorded, rules, documented, clockRate, signal, onProgress }: StageOptions): Promise<void> {
  const sec = controlSec(rules, documented.intervals);
  onProgress(`${Math.round(sec)} s of a healthy server`);
  recorded.add({ kind: 'control', is: 'begun', atMs: Date.now() });
  await sleep((1000 * sec) / clockRate, undefined, { signal }).catch(() => signal.throwIfAborted());
  recorded.add({ kind: 'control', is: 'over', atMs: Date.now() });
}

/** Once before anything happened to the server, and once after everything did: only then it has each status. */
async function recordReach({ documented, server, recorded }: StageOptions, signal: AbortSignal): Promise<void> {
  for (const reach of await reachOf(documented, server, signal)) {
    recorded.add({ kind: 'reach', atMs: Date.now(), ...reach });
  }
}

/** Also of a stage that ended early, if Prometheus still answers. */
async function recordHeld({ recorded, clockRate, documented }: StageOptions, urls: Urls, load: Load): Promise<void> {
  const asked = { job: JOB, timeoutSec: documented.intervals.scrapeTimeoutSec };
  const signal = AbortSignal.timeout(LAST_QUESTION_MS);
  const kept = await keptTimes(urls.prometheus, asked, signal).catch(() => null);
  const aheadSec = await clockAheadSec(urls, signal).catch(() => null);
  if (kept === null || aheadSec === null) return;
  const { slowestSec, ...counted } = kept;
  const slowestMs = (1000 * slowestSec) / clockRate;
  recorded.add({ kind: 'held', atMs: Date.now(), ...counted, slowestMs, loadShare: load.share(), aheadSec });
}
