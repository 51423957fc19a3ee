/** A drill on a team's own stack: its programs and their clock as they are. Only the named command does anything to its server. */
import { join } from 'node:path';
import { SloError } from '../../core/error.ts';
import { knownPromtool } from '../../stack/programs.ts';
import { counted } from '../../systems/alerts/model/counted.ts';
import { followed } from '../../systems/alerts/model/followed.ts';
import { type DrilledRule, stagesOf } from '../../systems/alerts/model/timeline.ts';
import { followRules } from '../follow.ts';
import { type Load, startLoad } from '../load.ts';
import { type Kept, keptTimes } from '../prometheus.ts';
import { reachInPrometheus } from '../reach.ts';
import type { Recorded } from '../record.ts';
import type { DrilledStack, Notice } from '../stack.ts';
import { watchAlertmanagers } from './alertmanager.ts';
import { commandFault } from './fault-command.ts';
import type { OwnStack } from './open.ts';

export interface OwnDrill {
  readonly own: OwnStack;
  readonly recorded: Recorded;
  /** The drill's folder. */
  readonly dir: string;
  /** Of the team's programs. 1, but in tests. */
  readonly clockRate: number;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

/** So that the server has something to count. It creates no debates: they may cost money. */
const LOAD = { healthPerSec: 5, debatesPerSec: 0 } as const;
const LOOK_EVERY_MS = 1000;
const LEAST_LOOK_MS = 50;

/** Ends early, with an entry that says why, when Prometheus does not answer any more or a fault can't be stopped. Throws the signal's reason. */
export async function drillOwn(options: OwnDrill): Promise<void> {
  const { own, recorded, clockRate, signal, onProgress } = options;
  const { rules, intervals, receivers, handedTo, asked, peers, clusters } = own;
  const witness = { by: 'alertmanager', receivers, handedTo, asked: asked.length, peers, clusters } as const;
  recorded.add({ kind: 'setup', atMs: Date.now(), clockRate, intervals, witness, rules });
  if (own.compared.length > 0) recorded.add({ kind: 'compared', atMs: Date.now(), rules: own.compared });
  const named = asked.map(({ url }) => url).join(' or ');
  if (handedTo !== null) onProgress(`note: whether ${handedTo} is ${named} shows when an alert comes`);
  const lost = new AbortController();
  const onLost = (what: string): void => {
    if (lost.signal.aborted || signal.aborted) return;
    recorded.add({ kind: 'lost', atMs: Date.now(), what });
    lost.abort();
  };
  const load = startLoad(own.target.url, LOAD, own.target);
  const over = new AbortController();
  const everyMs = Math.max(LEAST_LOOK_MS, LOOK_EVERY_MS / clockRate);
  const watching = watchAlertmanagers(asked, recorded, { everyMs, signal: over.signal });
  try {
    const stack = await ownStack(options, load);
    await followRules({ ...options, stack, signal: AbortSignal.any([signal, lost.signal]), onLost });
  } catch (error) {
    // A fault that can't be stopped is said, also after Ctrl-C.
    if (error instanceof SloError) recorded.add({ kind: 'lost', atMs: Date.now(), what: error.message });
    if (error instanceof SloError) onProgress(`note: ${error.message}`);
    signal.throwIfAborted();
    if (!lost.signal.aborted && !(error instanceof SloError)) throw error;
  } finally {
    over.abort();
    await Promise.all([load.stop(), watching]);
  }
}

async function ownStack(options: OwnDrill, load: Load): Promise<DrilledStack> {
  const { own, recorded, clockRate, dir, signal } = options;
  const { prometheus, asked: alertmanagers, intervals, rules, faultCommand } = own;
  const before = await keptNow(own, 1, signal);
  const startedMs = Date.now();
  return {
    prometheus,
    alertmanagers,
    clockRate,
    intervals,
    rules,
    oneByOne: true,
    repeats: false,
    fault: (rule) =>
      faultCommand === undefined
        ? null
        : commandFault(rule, { file: faultCommand, logFile: join(dir, 'fault-command.log'), signal }),
    notice: (news, rule) => noticeOf(news, rule, recorded),
    reach: (until) => reachInPrometheus(onlyNamed(own), { ...prometheus, signal: until }),
    kept: async (patience) => {
      const now = await keptNow(own, ((Date.now() - startedMs) * clockRate) / 1000, patience);
      return now === null || before === null ? null : since(before, now);
    },
    loadShare: () => load.share(),
    promtool: knownPromtool,
  };
}

/** A large Prometheus is asked about the alerts that are drilled, and what they read of recorded. */
function onlyNamed({ loaded, scrapeConfig, rules }: OwnStack) {
  const names = new Set(rules.map(({ name }) => name));
  const ruleFiles = loaded.map((file) => ({
    ...file,
    groups: file.groups.map((group) => ({
      ...group,
      rules: group.rules.filter(({ kind, name }) => kind === 'record' || names.has(name)),
    })),
  }));
  return { ruleFiles, scrapeConfig };
}

/** null: Prometheus does not scrape the target by the address that the user named, or does not answer. */
async function keptNow(
  { job, prometheus, intervals }: OwnStack,
  lastSec: number,
  signal: AbortSignal,
): Promise<Kept | null> {
  if (job === null) return null;
  return keptTimes(prometheus, { job, timeoutSec: intervals.scrapeTimeoutSec, lastSec }, signal);
}

/** It runs for longer than the drill. A scrape that takes too long is the server's own: its clock is as ever. */
function since(before: Kept, now: Kept): Kept {
  return {
    ...now,
    timeouts: 0,
    missedEvaluations: now.missedEvaluations - before.missedEvaluations,
    unsentAlerts: now.unsentAlerts - before.unsentAlerts,
  };
}

function noticeOf(news: 'fires' | 'over', rule: DrilledRule, recorded: Recorded): Notice {
  const stage = stagesOf(recorded.entries).at(-1);
  if (stage === undefined) return 'no';
  if (news === 'over' && rule.route === null) return 'never';
  const pages = counted(followed(stage, rule));
  const [sent, givenUp] = news === 'fires' ? [pages.sent, pages.givenUp] : [pages.sentEnd, pages.givenUpEnd];
  if (sent !== undefined) return 'yes';
  return givenUp.length > 0 ? 'never' : 'no';
}
