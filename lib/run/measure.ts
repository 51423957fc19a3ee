/**
 * Owns the middle of a run: load and record side by side, live progress, and the LoadResult made of both.
 * Refuses to know what the figures mean.
 */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { EnginePlan, EngineRecord } from '../core/engine-protocol.ts';
import { journeyDurationSec, type Plan } from '../core/plan.ts';
import type { LoadReason, LoadResult, Recording } from '../core/recording.ts';
import type { Progress } from '../core/run.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import type { Engine } from '../engine/ensure.ts';
import { entryScript } from '../load/entry.ts';
import { runLoad } from '../load/load.ts';
import { hdrSource } from '../load/sources/hdr.ts';
import { jsonSource } from '../load/sources/json.ts';
import type { SampleSource } from '../load/sources/source.ts';
import { encodeHistogram, openJournal, Recorder, removeJournal, writeRecording } from '../record/index.ts';
import { EarlyAnswer } from './early.ts';
import { FILES, writeJson, writeText } from './folder.ts';
import { loadFigures } from './load-figures.ts';
import { ProgressMeter } from './progress.ts';

export interface MeasureRequest {
  readonly dir: string;
  readonly plan: Plan;
  readonly enginePlan: EnginePlan;
  readonly engine: Engine;
  /** Whole seconds from the first on that are left out of the recording, ≥ 0; none when absent. */
  readonly warmUpSec?: number;
  readonly token: string | undefined;
  readonly canary?: string | undefined;
  readonly dashboardPort?: number | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

export interface Measured {
  readonly load: LoadResult;
  readonly recording: Recording;
  /** Arrivals that each scenario started, by its name. */
  readonly started: Readonly<Record<string, number>>;
}

/** Loads the target as planned and writes engine.json, engine.log, recording.* and load.json into the folder. */
export async function measure(request: MeasureRequest): Promise<Measured> {
  const { dir, plan, enginePlan, engine, warmUpSec = 0, token, canary, signal } = request;
  writeJson(dir, FILES.engine, enginePlan);
  writeText(dir, FILES.engineEntry, entryScript(plan.journeys));
  const recorder = new Recorder(enginePlan);
  const journal = openJournal(dir);
  const usage = new GeneratorUsage();
  const meter = new ProgressMeter(plan, () => recorder.snapshot(), request.onProgress);
  const startedAtMs = Date.now();
  const loadOf = (reason: LoadReason): LoadResult => ({
    schemaVersion: SCHEMA_VERSION,
    reason,
    startedAtMs,
    endedAtMs: Date.now(),
    ...loadFigures(plan, reason, recorder),
    generatorCpuShare: usage.share(),
    engine,
  });
  const answer = new EarlyAnswer(plan, { load: loadOf, recording: () => recorder.finish() });
  const decided = new AbortController();
  const isWarm = warmedUp(warmUpSec);
  const onRecord = (record: EngineRecord): void => {
    if (record.type !== 'interval') return;
    usage.add(record.cpuUs);
    if (!isWarm(record.second)) return;
    journal.append(record);
    recorder.add(record);
    if (Object.keys(record.endpoints).length === 0 || decided.signal.aborted) return;
    const reason = answer.after(record.second);
    if (reason !== undefined) decided.abort(reason);
  };
  const planPath = resolve(dir, FILES.engine);
  const source = sourceFor(engine, planPath, enginePlan);
  const durationSec = warmUpSec + Math.max(...plan.journeys.map(journeyDurationSec));
  let reason: LoadReason;
  try {
    const logPath = resolve(dir, FILES.engineLog);
    reason = await runLoad({
      enginePath: engine.path,
      source,
      entryPath: resolve(dir, FILES.engineEntry),
      planPath,
      logPath,
      dashboardPort: request.dashboardPort,
      durationSec,
      token,
      canary,
      onRecord,
      decided: decided.signal,
      signal,
    });
  } finally {
    meter.stop();
    journal.close();
  }
  const recording = recorder.finish();
  const load = loadOf(reason);
  writeRecording(dir, recording);
  writeJson(dir, FILES.load, load);
  removeJournal(dir);
  return { load, recording, started: recorder.snapshot().iterations };
}

/** Whether a second (Unix) comes after the warm-up, which begins with the first second that is asked for. */
function warmedUp(warmUpSec: number): (second: number) => boolean {
  let firstSecond: number | undefined;
  return (second) => {
    firstSecond ??= second;
    return second >= firstSecond + warmUpSec;
  };
}

function sourceFor(engine: Engine, planPath: string, plan: EnginePlan): SampleSource {
  if (engine.source === 'hdr') return hdrSource(planPath);
  return jsonSource({ plan, encodeHistogram, engineVersion: engine.version });
}

/** Records that come together, as after a stall of ours, would make any CPU time between them look like more than all cores. */
const LEAST_ELAPSED_US = 1e6;

/** CPU of the engine while it loads: from its first interval on, so that compiling the scripts is left out. */
class GeneratorUsage {
  #first: { cpuUs: number; atMs: number } | undefined;
  #last: { cpuUs: number; atMs: number } | undefined;

  add(cpuUs: number | undefined): void {
    if (cpuUs === undefined) return;
    this.#last = { cpuUs, atMs: performance.now() };
    this.#first ??= this.#last;
  }

  /** 0–1 of all cores; null when what the engine told spans less than a second. */
  share(): number | null {
    if (this.#first === undefined || this.#last === undefined) return null;
    const elapsedUs = (this.#last.atMs - this.#first.atMs) * 1000;
    if (elapsedUs < LEAST_ELAPSED_US) return null;
    return (this.#last.cpuUs - this.#first.cpuUs) / (elapsedUs * availableParallelism());
  }
}
