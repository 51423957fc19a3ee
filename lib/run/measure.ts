/** The middle of a run: load and record side by side, live progress, and the LoadResult made from both. */
import { resolve } from 'node:path';
import type { EnginePlan, EngineRecord } from '../core/engine-protocol.ts';
import { ONLY_GENERATOR } from '../core/generators.ts';
import type { Plan } from '../core/plan.ts';
import type { LoadReason, LoadResult } from '../core/recording.ts';
import type { Progress } from '../core/run.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import { WHOLE } from '../core/segment.ts';
import { plannedJourneys, plannedSec } from '../core/timeline.ts';
import type { Engine } from '../engine/ensure.ts';
import { entryScript } from '../load/entry.ts';
import { runLoad } from '../load/load.ts';
import { hdrSource } from '../load/sources/hdr.ts';
import { jsonSource } from '../load/sources/json.ts';
import type { SampleSource } from '../load/sources/source.ts';
import type { Measured } from '../observe/observer.ts';
import type { StartedByScenario } from '../observe/sent.ts';
import { encodeHistogram, openJournal, Recorder, removeJournal, writeRecording } from '../record/index.ts';
import { EarlyAnswer } from './early.ts';
import { FILES, writeJson, writeText } from './folder.ts';
import { loadFigures } from './load-figures.ts';
import { ProgressMeter } from './progress.ts';
import { CpuUsage } from './usage.ts';
import { warmedUp } from './warm-up.ts';

export interface MeasureRequest {
  readonly dir: string;
  readonly plan: Plan;
  readonly enginePlan: EnginePlan;
  readonly engine: Engine;
  /** Whole seconds at the beginning that are not recorded, ≥ 0; default none. */
  readonly warmUpSec?: number;
  readonly token: string | undefined;
  readonly caFile?: string | undefined;
  readonly canary?: string | undefined;
  readonly dashboardPort?: number | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** Loads the target as planned, and writes engine.json, engine.log, recording.* and load.json into the folder. */
export async function measure(request: MeasureRequest): Promise<Measured> {
  const { dir, plan, enginePlan, engine, warmUpSec = 0, signal } = request;
  const { token, caFile, canary, dashboardPort, onProgress } = request;
  const planPath = resolve(dir, FILES.engine);
  writeJson(dir, FILES.engine, enginePlan);
  writeText(dir, FILES.engineEntry, await entryScript(plannedJourneys(plan)));
  const intake = new Intake(request);
  const meter = new ProgressMeter({ plan, look: () => intake.recorder.snapshot(), onProgress });
  let reason: LoadReason;
  try {
    reason = await runLoad({
      enginePath: engine.path,
      source: sourceFor(engine, planPath, enginePlan),
      entryPath: resolve(dir, FILES.engineEntry),
      planPath,
      logPath: resolve(dir, FILES.engineLog),
      dashboardPort,
      durationSec: warmUpSec + plannedSec(plan),
      token,
      caFile,
      canary,
      onRecord: (record) => intake.add(record),
      decided: intake.decided,
      signal,
    });
  } finally {
    meter.stop();
    intake.close();
  }
  const recording = intake.recorder.finish();
  const load = intake.load(reason);
  writeRecording(dir, recording);
  writeJson(dir, FILES.load, load);
  removeJournal(dir);
  return { load, recording, started: intake.started() };
}

/** Puts what the only generator sends into the journal and the recording, and knows whether it is enough for an answer. */
class Intake {
  readonly recorder: Recorder;
  readonly #request: MeasureRequest;
  readonly #journal: ReturnType<typeof openJournal>;
  readonly #answer: EarlyAnswer;
  readonly #isWarm: ReturnType<typeof warmedUp>;
  readonly #usage = new CpuUsage();
  readonly #decided = new AbortController();
  readonly #startedAtMs = Date.now();

  constructor(request: MeasureRequest) {
    const { dir, plan, enginePlan, warmUpSec = 0 } = request;
    this.#request = request;
    this.recorder = new Recorder(enginePlan);
    this.#journal = openJournal(dir);
    const recorded = { load: (reason: LoadReason) => this.load(reason), recording: () => this.recorder.finish() };
    this.#answer = new EarlyAnswer(plan, recorded);
    this.#isWarm = warmedUp(warmUpSec);
  }

  /** Aborted, with its LoadReason, once the answer is sure. */
  get decided(): AbortSignal {
    return this.#decided.signal;
  }

  add(record: EngineRecord): void {
    if (record.type !== 'interval') return;
    this.#usage.add(record.cpuUs);
    if (!this.#isWarm(record)) return;
    this.#journal.append(record);
    this.recorder.add(record);
    if (Object.keys(record.endpoints).length === 0 || this.decided.aborted) return;
    const reason = this.#answer.after(record.second);
    if (reason !== undefined) this.#decided.abort(reason);
  }

  load(reason: LoadReason): LoadResult {
    const { plan, engine } = this.#request;
    const known = { id: ONLY_GENERATOR, segment: WHOLE, engine, clockOffsetMs: null, cpuShare: this.#usage.share() };
    return {
      schemaVersion: SCHEMA_VERSION,
      reason,
      startedAtMs: this.#startedAtMs,
      endedAtMs: Date.now(),
      ...loadFigures({ plan, reason, recorder: this.recorder, generator: known }),
    };
  }

  started(): StartedByScenario {
    const { iterations } = this.recorder.snapshot();
    const started = Object.entries(iterations).map(([scenario, count]) => [scenario, [{ segment: WHOLE, count }]]);
    return Object.fromEntries(started);
  }

  close(): void {
    this.#journal.close();
  }
}

function sourceFor(engine: Engine, planPath: string, plan: EnginePlan): SampleSource {
  if (engine.source === 'hdr') return hdrSource(planPath);
  return jsonSource({ plan, encodeHistogram, engineVersion: engine.version });
}
