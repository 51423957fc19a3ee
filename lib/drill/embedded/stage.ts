/** One stage of a drill on the embedded stack: a Prometheus and an Alertmanager that know nothing yet, with one rate of the clock. */
import { SloError } from '../../core/error.ts';
import { runAlertmanager } from '../../stack/alertmanager.ts';
import type { Places } from '../../stack/documented/changes.ts';
import { freePorts } from '../../stack/ports.ts';
import { type Backend, HOST } from '../../stack/process.ts';
import { toolPath } from '../../stack/programs.ts';
import { runPrometheus } from '../../stack/prometheus.ts';
import type { Sinks } from '../../stack/sinks/server.ts';
import { ROUTING_KEY } from '../../stack/sinks/workspace.ts';
import { type DrilledRule, isAbout, newsOf, ofKind } from '../../systems/alerts/model/timeline.ts';
import type { Documented } from '../documented.ts';
import { followRules } from '../follow.ts';
import { type Load, startLoad } from '../load.ts';
import { keptTimes } from '../prometheus.ts';
import { reachOfServer } from '../reach.ts';
import type { Recorded } from '../record.ts';
import type { DrilledStack, Fault } from '../stack.ts';
import { FAULTS, loadRates } from './faults.ts';
import type { DrilledServer } from './server.ts';

export interface StageOptions {
  readonly documented: Documented;
  readonly rules: readonly DrilledRule[];
  readonly clockRate: number;
  readonly server: DrilledServer;
  readonly sinks: Sinks;
  readonly recorded: Recorded;
  /** Each fault stays until its alert is sent again. */
  readonly repeats: boolean;
  /** The drill's folder. */
  readonly dir: string;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

const JOB = 'aragora';

/**
 * Ends early, with an entry that says why, when one of its parts ends, or does not start though something was drilled before. Throws the
 * signal's reason, and why a part does not start.
 */
export async function runStage(options: StageOptions): Promise<void> {
  const { recorded, rules, clockRate, documented, server, signal } = options;
  const { intervals } = documented;
  recorded.add({ kind: 'setup', atMs: Date.now(), clockRate, intervals, witness: { by: 'sinks' }, rules });
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
    const stack = embeddedStack(options, load, await startParts(options, parts, loseFor));
    const until = AbortSignal.any([signal, lost.signal]);
    await followRules({ ...options, stack, signal: until, onLost: loseFor });
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

function embeddedStack(
  { documented, rules, clockRate, server, recorded, repeats, signal, onProgress }: StageOptions,
  load: Load,
  { prometheus, alertmanager }: Urls,
): DrilledStack {
  const { intervals } = documented;
  return {
    prometheus: { url: prometheus },
    alertmanagers: [{ url: alertmanager }],
    clockRate,
    intervals,
    rules,
    oneByOne: false,
    repeats,
    fault: (rule) => faultOf(rule, server),
    notice: (news, rule, sinceMs) =>
      ofKind(recorded.entries, 'delivery').some(
        ({ atMs, delivered }) => atMs >= sinceMs && isAbout(delivered, rule.name) && newsOf(delivered) === news,
      )
        ? 'yes'
        : 'no',
    reach: () => reachOfServer(documented, { url: server.httpUrl, signal }),
    kept: (patience) => keptTimes({ url: prometheus }, { job: JOB, timeoutSec: intervals.scrapeTimeoutSec }, patience),
    loadShare: () => load.share(),
    promtool: () => toolPath('promtool', { signal, onProgress }),
  };
}

function faultOf(rule: string, server: DrilledServer): Fault | null {
  const known = FAULTS[rule];
  if (known === undefined) return null;
  const { what, does, effectMs } = known;
  return {
    what,
    effectMs,
    outlivesDrill: false,
    start: async () => {
      await (does === 'down' ? server.end() : server.change(does));
      return null;
    },
    stop: () => server.heal(),
  };
}
