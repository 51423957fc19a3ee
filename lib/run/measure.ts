/**
 * Owns the middle of a run: load and record side by side, live progress, and the LoadResult made of both.
 * Refuses to know what the figures mean.
 */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { EnginePlan, EngineRecord } from '../core/engine-protocol.ts';
import { type Journey, journeyArrivals, journeyDurationSec, type Plan, SCHEMA_VERSION } from '../core/plan.ts';
import type { JourneyLoad, LoadReason, LoadResult, Recording } from '../core/recording.ts';
import type { Progress } from '../core/run.ts';
import type { Engine } from '../engine/ensure.ts';
import { runLoad } from '../load/load.ts';
import { hdrSource } from '../load/sources/hdr.ts';
import { jsonSource } from '../load/sources/json.ts';
import type { SampleSource } from '../load/sources/source.ts';
import { encodeHistogram, openJournal, Recorder, removeJournal, writeRecording } from '../record/index.ts';
import { FILES, writeJson } from './folder.ts';
import { ProgressMeter } from './progress.ts';

export interface MeasureRequest {
  readonly dir: string;
  readonly plan: Plan;
  readonly enginePlan: EnginePlan;
  readonly engine: Engine;
  readonly token: string | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** Loads the target as planned and writes engine.json, engine.log, recording.* and load.json into the folder. */
export async function measure(request: MeasureRequest): Promise<void> {
  const { dir, plan, enginePlan, engine, token, signal } = request;
  writeJson(dir, FILES.engine, enginePlan);
  const recorder = new Recorder(enginePlan);
  const journal = openJournal(dir);
  const usage = new GeneratorUsage();
  const meter = new ProgressMeter(plan, () => recorder.snapshot(), request.onProgress);
  const onRecord = (record: EngineRecord): void => {
    if (record.type !== 'interval') return;
    journal.append(record);
    recorder.add(record);
    usage.add(record.cpuUs);
  };
  const startedAtMs = Date.now();
  const planPath = resolve(dir, FILES.engine);
  const source = sourceFor(engine, planPath, enginePlan);
  const durationSec = Math.max(...plan.journeys.map(journeyDurationSec));
  let reason: LoadReason;
  try {
    const logPath = resolve(dir, FILES.engineLog);
    reason = await runLoad({
      enginePath: engine.path,
      source,
      planPath,
      logPath,
      durationSec,
      token,
      onRecord,
      signal,
    });
  } finally {
    meter.stop();
    journal.close();
  }
  const recording = recorder.finish();
  const { iterations, dropped, peakRssBytes } = recorder.snapshot();
  const load: LoadResult = {
    schemaVersion: SCHEMA_VERSION,
    reason,
    startedAtMs,
    endedAtMs: Date.now(),
    journeys: plan.journeys.map((journey) => journeyLoad(journey, iterations, dropped, offeredSec(reason, recording))),
    startLatenessUs: startLateness(recording),
    generatorCpuShare: usage.share(),
    generatorPeakRssBytes: peakRssBytes,
    engine,
  };
  writeRecording(dir, recording);
  writeJson(dir, FILES.load, load);
  removeJournal(dir);
}

function sourceFor(engine: Engine, planPath: string, plan: EnginePlan): SampleSource {
  if (engine.source === 'hdr') return hdrSource(planPath);
  return jsonSource({ plan, encodeHistogram, engineVersion: engine.version });
}

/** Seconds of the plan that were offered: all of them, or those up to the end of a load that did not finish. */
function offeredSec(reason: LoadReason, recording: Recording): number {
  if (reason.kind === 'finished') return Number.POSITIVE_INFINITY;
  const seconds = [...recording.endpoints.values()].flatMap((endpoint) => endpoint.seconds.map(({ second }) => second));
  return seconds.length === 0 ? 0 : Math.max(...seconds) - Math.min(...seconds) + 1;
}

type ByScenario = Readonly<Record<string, number>>;

function journeyLoad(journey: Journey, iterations: ByScenario, dropped: ByScenario, untilSec: number): JourneyLoad {
  const sum = (counts: ByScenario): number =>
    Object.entries(counts).reduce(
      (total, [scenario, count]) => total + (scenario.startsWith(`${journey.name}_`) ? count : 0),
      0,
    );
  return {
    journey: journey.name,
    offered: offeredBy(journey, untilSec),
    delivered: sum(iterations),
    dropped: sum(dropped),
  };
}

function offeredBy(journey: Journey, untilSec: number): number {
  if (journey.name === 'websocket' || untilSec >= journeyDurationSec(journey)) return journeyArrivals(journey);
  let leftSec = untilSec;
  let offered = 0;
  for (const { ratePerSec, durationSec } of journey.steps) {
    offered += ratePerSec * Math.min(durationSec, Math.max(0, leftSec));
    leftSec -= durationSec;
  }
  return Math.round(offered);
}

function startLateness(recording: Recording): LoadResult['startLatenessUs'] {
  const total = recording.endpoints.get('start-lateness')?.total;
  const [p50, p99, max] = [total?.percentileUs(50) ?? null, total?.percentileUs(99) ?? null, total?.maxUs ?? null];
  return p50 === null || p99 === null || max === null ? null : { p50, p99, max };
}

/** CPU of the engine while it loads: from its first interval on, so that compiling the scripts is left out. */
class GeneratorUsage {
  #first: { cpuUs: number; atMs: number } | undefined;
  #last: { cpuUs: number; atMs: number } | undefined;

  add(cpuUs: number | undefined): void {
    if (cpuUs === undefined) return;
    this.#last = { cpuUs, atMs: performance.now() };
    this.#first ??= this.#last;
  }

  /** 0–1 of all cores; null when the engine told it less than twice. */
  share(): number | null {
    if (this.#first === undefined || this.#last === undefined || this.#last.atMs <= this.#first.atMs) return null;
    const elapsedUs = (this.#last.atMs - this.#first.atMs) * 1000;
    return (this.#last.cpuUs - this.#first.cpuUs) / (elapsedUs * availableParallelism());
  }
}
