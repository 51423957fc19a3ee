/** A whole drill, on the embedded stack or on a team's own: what is drilled, the folder with what was seen, and what is found. */
import type { Finding } from '../core/finding.ts';
import type { Outcome } from '../core/verdict.ts';
import { createFolder, writeJson } from '../run/folder.ts';
import { PAGE } from '../systems/alerts/checks.ts';
import { judgeDrill, outcomeOf } from '../systems/alerts/model/judge.ts';
import type { DrilledRule, Entry } from '../systems/alerts/model/timeline.ts';
import { unruledChecks } from '../systems/alerts/model/unruled.ts';
import type { DrillBreak } from './breaks.ts';
import { drillEmbedded, embeddedRules } from './embedded/drill.ts';
import { drillOwn } from './own/drill.ts';
import { type OwnRequest, openOwn } from './own/open.ts';
import { Recorded, TIMELINE } from './record.ts';

export interface DrillRequest {
  readonly dir: string;
  /** Names of alerts; undefined: all. */
  readonly rules: readonly string[] | undefined;
  /** How many times as fast the clock runs; undefined: as fast as usual, or as this machine holds. 1: real time. */
  readonly clockRate: number | undefined;
  /** What is wrong with the configuration. */
  readonly breaks?: readonly DrillBreak[];
  /** Each fault stays until its alert is sent again. */
  readonly repeats?: boolean;
  /** A team's own stack; absent: the embedded one. */
  readonly own?: Omit<OwnRequest, 'rules'> | undefined;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Drilled {
  readonly rules: readonly DrilledRule[];
  readonly timeline: readonly Entry[];
  readonly findings: readonly Finding[];
  readonly outcome: Outcome;
}

interface Prepared {
  readonly rules: readonly DrilledRule[];
  readonly run: (recorded: Recorded) => Promise<void>;
}

const FINDINGS = 'drill-findings.json';

/** @throws SloError for a rule that does not exist, a folder that is not empty, what can't be built, started or asked, and a rate that can't be held. */
export async function drill(request: DrillRequest): Promise<Drilled> {
  const { rules, run } = await prepared(request);
  const discardFolder = createFolder(request.dir, TIMELINE, FINDINGS);
  const recorded = new Recorded(request.dir);
  const end = (why: 'done' | 'interrupted'): void => recorded.add({ kind: 'end', atMs: Date.now(), why });
  try {
    await run(recorded);
    end('done');
  } catch (error) {
    if (recorded.entries.length === 0) discardFolder();
    if (!request.signal.aborted || recorded.entries.length === 0) throw error;
    end('interrupted');
  }
  const timeline = recorded.entries;
  const unruled = request.rules === undefined ? unruledChecks(PAGE).map(({ finding }) => finding) : [];
  const findings = [...judgeDrill(timeline, rules), ...unruled];
  const outcome = outcomeOf(findings, timeline);
  writeJson(request.dir, FINDINGS, { schemaVersion: 1, outcome, findings });
  return { rules, timeline, findings, outcome };
}

async function prepared({ rules: names, own: asked, ...request }: DrillRequest): Promise<Prepared> {
  const { dir, clockRate, breaks, repeats = false, onProgress, signal } = request;
  if (asked === undefined) {
    const rules = embeddedRules(names, clockRate);
    const common = { rules, dir, clockRate, breaks, repeats, onProgress, signal };
    return { rules, run: (recorded) => drillEmbedded({ ...common, recorded }) };
  }
  const own = await openOwn({ ...asked, rules: names }, signal);
  return {
    rules: own.rules,
    run: (recorded) => drillOwn({ own, recorded, dir, clockRate: clockRate ?? 1, onProgress, signal }),
  };
}
