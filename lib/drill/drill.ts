/** A whole drill: the server and the receivers, the rate that this machine holds, the stages, and what is found. */
import { SloError } from '../core/error.ts';
import type { Finding } from '../core/finding.ts';
import type { Outcome } from '../core/verdict.ts';
import { createFolder, writeJson } from '../run/folder.ts';
import { noFastClock } from '../stack/fast-clock.ts';
import { stackPrograms } from '../stack/programs.ts';
import { type Sinks, startSinks } from '../stack/sinks/server.ts';
import { judgeDrill, outcomeOf } from '../systems/alerts/model/judge.ts';
import { planStages, USUAL_RATE } from '../systems/alerts/model/plan.ts';
import type { DrilledRule, Entry } from '../systems/alerts/model/timeline.ts';
import type { DrillBreak } from './breaks.ts';
import { type Documented, documented } from './documented.ts';
import { FAULTS } from './faults.ts';
import { heldRate } from './rate.ts';
import { Recorded, TIMELINE } from './record.ts';
import { startServer } from './server.ts';
import { runStage } from './stage.ts';

export interface DrillRequest {
  readonly dir: string;
  /** Names of alerts; undefined: all. */
  readonly rules: readonly string[] | undefined;
  /** How many times as fast the clock runs; undefined: as fast as usual, or as this machine holds. 1: real time. */
  readonly clockRate: number | undefined;
  /** What is wrong with the configuration. */
  readonly breaks?: readonly DrillBreak[];
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Drilled {
  readonly rules: readonly DrilledRule[];
  readonly timeline: readonly Entry[];
  readonly findings: readonly Finding[];
  readonly outcome: Outcome;
}

const FINDINGS = 'drill-findings.json';

/** @throws SloError for a rule that does not exist, a rate that can't be held, a folder that is not empty, and what can't be built or started. */
export async function drill(request: DrillRequest): Promise<Drilled> {
  const known = documented(request.breaks);
  const rules = chosen(known.rules, request.rules);
  const reason = noFastClock();
  if (reason !== null && request.clockRate !== 1) throw new SloError('usage', reason, { hint: 'add --real-time' });
  const discardFolder = createFolder(request.dir, TIMELINE, FINDINGS);
  const recorded = new Recorded(request.dir);
  const end = (why: 'done' | 'interrupted'): void => recorded.add({ kind: 'end', atMs: Date.now(), why });
  try {
    await drillWith({ known, rules, recorded }, request);
    end('done');
  } catch (error) {
    if (recorded.entries.length === 0) discardFolder();
    if (!request.signal.aborted || recorded.entries.length === 0) throw error;
    end('interrupted');
  }
  const timeline = recorded.entries;
  const findings = judgeDrill(timeline, rules);
  const outcome = outcomeOf(findings, timeline);
  writeJson(request.dir, FINDINGS, { schemaVersion: 1, outcome, findings });
  return { rules, timeline, findings, outcome };
}

/** @throws SloError `usage`. */
function chosen(all: readonly DrilledRule[], names: readonly string[] | undefined): readonly DrilledRule[] {
  const drillable = all.filter(({ name }) => FAULTS[name] !== undefined);
  const unknown = names?.find((name) => !drillable.some((rule) => rule.name === name));
  if (unknown === undefined) return drillable.filter(({ name }) => names === undefined || names.includes(name));
  throw new SloError('usage', `no documented alert is called "${unknown}"`, {
    hint: `alerts: ${drillable.map(({ name }) => name).join(', ')}`,
  });
}

interface Prepared {
  readonly known: Documented;
  readonly rules: readonly DrilledRule[];
  readonly recorded: Recorded;
}

async function drillWith({ known, rules, recorded }: Prepared, request: DrillRequest): Promise<void> {
  const { signal, onProgress } = request;
  // Before anything runs: a build takes minutes.
  for (const name of ['prometheus', 'alertmanager'] as const) await stackPrograms(name, { signal, onProgress });
  const server = await startServer(signal);
  let sinks: Sinks | undefined;
  try {
    sinks = await startSinks({ channels: known.channels, onDelivery: (delivery) => record(recorded, delivery) });
    const { scrapeTimeoutSec } = known.intervals;
    // A rate that was asked for is asked of the first stage. The others take what can be had.
    let isAsked = request.clockRate !== undefined;
    for (const { rules: together, clockRate: wanted } of planStages(rules, request.clockRate ?? USUAL_RATE)) {
      if (server.lost.aborted) return;
      const clockRate = await heldRate(wanted, { isAsked, scrapeTimeoutSec, server, onProgress, signal });
      isAsked = false;
      onProgress(clockRate === 1 ? 'in real time' : `with a clock ×${clockRate}`);
      const common = { server, signal, onProgress };
      await runStage({ ...common, clockRate, rules: together, documented: known, sinks, recorded, dir: request.dir });
    }
  } finally {
    await Promise.all([sinks?.stop(), server.stop()]);
  }
}

function record(recorded: Recorded, delivery: Sinks['deliveries'][number]): void {
  const { atMs, status, refusals } = delivery;
  const delivered =
    delivery.to === 'pagerduty'
      ? { to: delivery.to, event: delivery.event }
      : { to: delivery.to, message: delivery.message };
  recorded.add({ kind: 'delivery', atMs, status, refusals, delivered });
}
