/** Follows a run from its folder while another process runs it: shows the same progress, then its verdict. Writes nothing there. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FindingsFile } from '../../reports/json.ts';
import { SloError } from '../core/error.ts';
import { contractText } from '../core/own-names.ts';
import type { Plan } from '../core/plan.ts';
import type { Progress } from '../core/run.ts';
import { exitCodeOf, OUTCOMES } from '../core/verdict.ts';
import { JournalReader, Recorder } from '../record/index.ts';
import { enginePlanOf } from '../run/engine-plan.ts';
import { FILES, fileExists, readJson } from '../run/folder.ts';
import { ProgressMeter } from '../run/progress.ts';

export interface WatchUi {
  note(line: string): void;
  update(progress: Progress): void;
  wait?(what: string): void;
}

/** What a finished run left behind. */
export type Ended = Pick<FindingsFile, 'outcome' | 'headline' | 'exitCode'>;

/** Where a run folder is put when nobody names one. */
const RUNS = 'runs';
const POLL_MS = 250;
/** The engine writes something every second. After this much silence, whoever ran it is gone. */
const SILENT_SEC = 30;
/** What follows the load (late spans, a backend's index) takes seconds; judging an hour of it takes a little longer. */
const AFTERWARDS_SEC = 300;

/** The folder in `runs/` that was begun last. @throws SloError `run-folder` when there is none. */
export function newestRun(): string {
  const began = (dir: string): number => statSync(join(dir, fileExists(dir, FILES.plan) ? FILES.plan : '')).mtimeMs;
  const dirs = fileExists('.', RUNS) ? readdirSync(RUNS).map((name) => join(RUNS, name)) : [];
  const runs = dirs.filter((dir) => fileExists(dir, FILES.plan) || fileExists(dir, FILES.engineLog));
  const [newest] = runs.sort((a, b) => began(b) - began(a));
  if (newest !== undefined) return newest;
  throw new SloError('run-folder', `there is no run in ${RUNS}/`, {
    hint: 'name its folder: npx aragora-slo watch DIR',
  });
}

/**
 * Follows the run in `dir` to its end; if it has ended, says at once how.
 * @throws SloError `run-folder` when `dir` is not a run folder, or whoever ran it is gone; the signal's reason when it is aborted.
 */
export async function watchRun(dir: string, ui: WatchUi, signal: AbortSignal): Promise<Ended> {
  if (fileExists(dir, FILES.findings)) {
    ui.note(`${dir} is over`);
    return verdictIn(dir);
  }
  await planned(dir, ui, signal);
  const plan = readJson(dir, 'plan');
  ui.note(`${dir}: profile ${plan.profile}, contract ${contractText(plan)}, against ${plan.target.httpUrl}`);
  await followLoad(dir, plan, ui, signal);
  ui.wait?.('the verdict: the load is over');
  const deadlineMs = performance.now() + AFTERWARDS_SEC * 1000;
  while (!fileExists(dir, FILES.findings)) {
    if (performance.now() > deadlineMs) throw gone(dir, `no verdict in ${AFTERWARDS_SEC} s after its load`);
    await sleep(POLL_MS, undefined, { signal });
  }
  return verdictIn(dir);
}

/** The exit code follows from the outcome. A file where they contradict each other is damaged, and neither is shown. */
function verdictIn(dir: string): Ended {
  const ended = readJson(dir, 'findings');
  const isKnown = OUTCOMES.includes(ended.outcome) && typeof ended.headline === 'string';
  if (isKnown && exitCodeOf(ended.outcome) === ended.exitCode) return ended;
  throw new SloError(
    'run-folder',
    `${join(dir, FILES.findings)} is damaged: its outcome and its exit code do not fit`,
    {
      hint: `the run can be judged again: npx aragora-slo judge ${dir}`,
    },
  );
}

/** A run without a plan is still preparing, which can include building the engine. */
async function planned(dir: string, ui: WatchUi, signal: AbortSignal): Promise<void> {
  for (let isNoted = false; !fileExists(dir, FILES.plan); isNoted = true) {
    if (!fileExists(dir, FILES.engineLog)) {
      throw new SloError(
        'run-folder',
        isNoted ? `the run in ${dir} ended before its load` : `there is no run in ${dir}`,
      );
    }
    if (!isNoted) ui.note(`${dir}: preparing`);
    await sleep(POLL_MS, undefined, { signal });
  }
}

async function followLoad(dir: string, plan: Plan, ui: WatchUi, signal: AbortSignal): Promise<void> {
  const recorder = new Recorder(enginePlanOf(plan));
  const journal = new JournalReader(dir);
  let firstSecond = Infinity;
  let heardAtMs = Math.max(journal.writtenAtMs ?? 0, statSync(join(dir, FILES.plan)).mtimeMs);
  const read = (): void => {
    for (const record of journal.read()) {
      recorder.add(record);
      if (Object.keys(record.endpoints).length > 0) firstSecond = Math.min(firstSecond, record.second);
      heardAtMs = Date.now();
    }
  };
  read();
  const meter = new ProgressMeter({
    plan,
    look: () => recorder.snapshot(),
    onProgress: (progress) => ui.update(progress),
    began: () => firstSecond * 1000,
  });
  try {
    while (!fileExists(dir, FILES.load)) {
      if (Date.now() - heardAtMs > SILENT_SEC * 1000) throw gone(dir, `nothing was recorded for ${SILENT_SEC} s`);
      await sleep(POLL_MS, undefined, { signal });
      read();
    }
  } finally {
    meter.stop();
  }
}

function gone(dir: string, how: string): SloError {
  return new SloError('run-folder', `the run in ${dir} is not running any more: ${how}`, {
    hint: `what was recorded can be judged: npx aragora-slo judge ${dir}`,
  });
}
