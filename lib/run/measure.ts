/** The middle of a run: load and record side by side, live progress, and the LoadResult made from both. */
import { setMaxListeners } from 'node:events';
import type { EnginePlan, EngineRecord } from '../core/engine-protocol.ts';
import type { Plan } from '../core/plan.ts';
import type { LoadReason, LoadResult } from '../core/recording.ts';
import type { Progress } from '../core/run.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import { type Segment, segmentsOf } from '../core/segment.ts';
import type { Engine } from '../engine/ensure.ts';
import type { FaultSession } from '../faults/session.ts';
import type { Engines } from '../load/engines.ts';
import { loadTogether } from '../load/together.ts';
import type { Measured } from '../observe/observer.ts';
import type { StartedByScenario } from '../observe/sent.ts';
import { openJournal, Recorder, removeJournal, writeRecording } from '../record/index.ts';
import { EarlyAnswer } from './early.ts';
import { FILES, writeJson, writeText } from './folder.ts';
import { GeneratorTally } from './generator.ts';
import { loadFigures } from './load-figures.ts';
import { ProgressMeter } from './progress.ts';

export interface MeasureRequest {
  readonly dir: string;
  readonly plan: Plan;
  readonly enginePlan: EnginePlan;
  readonly engine: Engine;
  readonly engines: Engines;
  /** What the engines run. */
  readonly script: string;
  /** Files beside engine.json that the script reads, by their names; absent: none. */
  readonly data?: Readonly<Record<string, string>>;
  /** Whole seconds at the beginning that are not recorded, ≥ 0; default none. */
  readonly warmUpSec?: number;
  /** What stands between k6 and the target; absent: nothing. */
  readonly faults?: FaultSession | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** Loads the target as planned, and writes engine.json, engine.log, recording.* and load.json into the folder. */
export async function measure(request: MeasureRequest): Promise<Measured> {
  const { dir, plan, enginePlan, engines, script, data = {}, onProgress, signal } = request;
  writeJson(dir, FILES.engine, enginePlan);
  writeText(dir, FILES.engineEntry, script);
  for (const [name, text] of Object.entries(data)) writeText(dir, name, text);
  const intake = new Intake(request);
  const meter = new ProgressMeter({ plan, look: () => intake.recorder.snapshot(), onProgress });
  let reason: LoadReason;
  try {
    const startable = intake.generators.map((generator) => ({
      id: generator.id,
      run: (signal: AbortSignal) =>
        engines.run({
          segment: generator.segment,
          onRecord: (record) => intake.add(generator, record),
          onClock: (offsetMs) => {
            generator.clockOffsetMs = offsetMs;
          },
          decided: intake.decided,
          signal,
        }),
    }));
    reason = await loadTogether(startable, signal);
  } finally {
    meter.stop();
    intake.close();
  }
  const recording = intake.recorder.finish();
  const faults = await request.faults?.done();
  const load = { ...intake.load(reason), ...(faults === undefined ? {} : { faults }) };
  writeRecording(dir, recording);
  writeJson(dir, FILES.load, load);
  removeJournal(dir);
  return { load, recording, started: intake.started() };
}

/** Puts what the generators send into the journal and the recording, and knows whether it is enough for an answer. */
class Intake {
  readonly recorder: Recorder;
  readonly generators: readonly GeneratorTally[];
  readonly #request: MeasureRequest;
  readonly #journal: ReturnType<typeof openJournal>;
  readonly #answer: EarlyAnswer;
  readonly #decided = new AbortController();
  /** Aborted, with its LoadReason, once the answer is sure, or can't be had any more. */
  readonly decided: AbortSignal;
  readonly #startedAtMs = Date.now();

  constructor(request: MeasureRequest) {
    const { dir, plan, enginePlan, faults, warmUpSec = 0 } = request;
    this.#request = request;
    const { signal } = this.#decided;
    this.decided = faults === undefined ? signal : AbortSignal.any([signal, faults.broken]);
    this.recorder = new Recorder(enginePlan);
    this.#journal = openJournal(dir);
    const recorded = { load: (reason: LoadReason) => this.load(reason), recording: () => this.recorder.finish() };
    this.#answer = new EarlyAnswer(plan, recorded);
    // As many listen as there are generators.
    setMaxListeners(0, this.decided);
    const tally = (segment: Segment) => new GeneratorTally(segment, warmUpSec);
    this.generators = segmentsOf(enginePlan.generators).map(tally);
  }

  add(generator: GeneratorTally, record: EngineRecord): void {
    const { plan, faults } = this.#request;
    if (record.type === 'start') generator.began(record);
    if (record.type !== 'interval' || !generator.heard(record)) return;
    this.#journal.append(record);
    this.recorder.add(record);
    generator.add(record);
    if (Object.keys(record.endpoints).length === 0) return;
    faults?.began(record.second);
    if (plan.early === undefined || this.decided.aborted) return;
    // A second is whole once all of them have reported it.
    const wholeSec = Math.min(record.second, ...this.generators.map(({ reportedSec }) => reportedSec));
    if (wholeSec === -Infinity) return;
    const reason = this.#answer.after(wholeSec);
    if (reason !== undefined) this.#decided.abort(reason);
  }

  load(reason: LoadReason): LoadResult {
    const { plan, engine } = this.#request;
    const generators = this.generators.map((generator) => generator.figures(engine));
    return {
      schemaVersion: SCHEMA_VERSION,
      reason,
      startedAtMs: this.#startedAtMs,
      endedAtMs: Date.now(),
      ...loadFigures({ plan, reason, recorder: this.recorder, generators }),
    };
  }

  started(): StartedByScenario {
    const each = this.generators.map(({ segment, iterations }) => ({ segment, iterations }));
    const started = Object.keys(this.recorder.snapshot().iterations).map((scenario) => {
      const counts = each.map(({ segment, iterations }) => ({ segment, count: iterations[scenario] ?? 0 }));
      return [scenario, counts] as const;
    });
    return Object.fromEntries(started);
  }

  close(): void {
    this.#journal.close();
  }
}
