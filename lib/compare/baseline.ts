/** The baseline of a comparison: a run folder, or the newest run of a ref in the history. */
import { existsSync } from 'node:fs';
import { SloError } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import type { Journey, Objective } from '../core/plan.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { fromTheFuture } from '../history/clocks.ts';
import { newestOf, readHistory } from '../history/history.ts';
import { MOST_BLOCKS as BLOCKS_KEPT } from '../history/look.ts';
import type { RunRecord } from '../history/model/record.ts';
import { LOAD_CHECKS } from '../judge/checks.ts';
import { readRun } from '../run/stages.ts';
import { MOST_BLOCKS, sideOf } from './folders.ts';
import type { Side } from './model/compare.ts';

export interface Baseline {
  /** As the user named it. */
  readonly label: string;
  readonly side: Side;
  /** The candidate is cut into at most this many blocks, like the baseline. */
  readonly mostBlocks: number;
  readonly objectives: readonly Objective[];
  /** What gated in the baseline. */
  readonly gates: 'all' | readonly string[];
  readonly journeys: readonly Journey[];
  /** Warnings of the history, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * The run in the folder `text`. If there is no such folder, the newest finished run in the history `historyDir` whose server was built from
 * the ref `text`. That may be a run that begins after `nowMs` (Unix ms); it then has a warning.
 * @throws SloError `usage` if `text` is neither, `storage` for a history that can't be read, and as `readRun` for a folder that has no
 * whole run.
 */
export function baselineOf(text: string, historyDir: string, nowMs: number): Baseline {
  if (existsSync(text)) return ofFolder(text);
  const { record, warnings } = newestOf(historyDir, text);
  if (record === null) throw none(text, historyDir, warnings);
  return ofRecord(text, record, [...warnings, ...fromTheFuture([record], nowMs)]);
}

function ofFolder(label: string): Baseline {
  const facts = readRun(label);
  const { phases, objectives, telemetry } = facts.plan;
  refusePhases(`the run in ${label}`, phases.length > 1 ? phases.map(({ name }) => name) : []);
  const journeys = plannedJourneys({ phases });
  const gates = telemetry?.gates ?? gatingOf(objectives);
  const side = sideOf(label, facts);
  return { label, side, mostBlocks: MOST_BLOCKS, objectives, gates, journeys, warnings: [] };
}

function ofRecord(label: string, record: RunRecord, warnings: readonly string[]): Baseline {
  const { runId, startedAtMs, endedAtMs, outcome, findings, plan, versions, latency } = record;
  const { profile, contract, journeys, objectives } = plan;
  refusePhases(`the run ${runId}`, [...new Set(findings.flatMap(({ phase }) => phase ?? []))]);
  const missed = findings.filter(({ gating, status }) => gating && status === 'fail').map(({ subject }) => subject);
  const times = { startedAtMs, endedAtMs, outcome, headline: missed.join(', '), findings, environment: versions };
  const run = { runId, profile, contract, journeys, httpUrl: null, ...times };
  const others = new Set([...objectives, ...LOAD_CHECKS].map(({ id }) => id));
  const telemetry = findings.filter(({ id, gating }) => gating && !others.has(id)).map(({ id }) => id);
  const side = { label: `${label}, run ${runId}`, run, endpoints: latency };
  const gates = [...gatingOf(objectives), ...telemetry];
  return { label, side, mostBlocks: BLOCKS_KEPT, objectives, gates, journeys, warnings };
}

/** @throws SloError `usage` unless `phases`, the names of those of a run that has several, is []. */
function refusePhases(run: string, phases: readonly string[]): void {
  if (phases.length === 0) return;
  throw new SloError('usage', `${run} can't be a baseline: it has the phases ${phases.join(', ')}`, {
    hint: 'a gate offers a load of one phase; two recorded runs of the same phases can be compared',
  });
}

function gatingOf(objectives: readonly Objective[]): string[] {
  return objectives.filter(({ gating }) => gating).map(({ id }) => id);
}

function none(text: string, dir: string, warnings: readonly string[]): SloError {
  const { entries } = readHistory(dir);
  const finished = entries.filter(({ loadEnded }) => loadEnded === 'finished');
  const refs = [...new Set(finished.flatMap(({ server }) => server.ref ?? []))].sort();
  const said = entries.length === 0 ? 'has no run' : 'has no readable finished run of a server of that ref';
  const why = warnings.length === 0 ? '' : ` (${warnings.join('; ')})`;
  const fresh = 'name the folder of a recorded run, or record one with --history and --server-ref';
  return new SloError(
    'usage',
    `there is no run folder "${text}" to be the baseline, and the history ${dir} ${said}${why}`,
    {
      hint: refs.length === 0 ? fresh : `refs there: ${legalValues(text, refs)}`,
    },
  );
}
