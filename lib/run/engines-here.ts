/** The engines of a load on this machine: each is a process. */
import { resolve } from 'node:path';
import type { EnginePlan } from '../core/engine-protocol.ts';
import type { LoadReason } from '../core/recording.ts';
import type { Engine } from '../engine/ensure.ts';
import type { EngineRequest, Engines } from '../load/engines.ts';
import { runLoad } from '../load/load.ts';
import { hdrSource } from '../load/sources/hdr.ts';
import { jsonSource } from '../load/sources/json.ts';
import type { SampleSource } from '../load/sources/source.ts';
import { encodeHistogram } from '../record/index.ts';
import { engineLog, FILES } from './folder.ts';

export interface HereRequest {
  /** The run folder, with the engine's plan and its script. */
  readonly dir: string;
  readonly engine: Engine;
  readonly enginePlan: EnginePlan;
  readonly durationSec: number;
  readonly token: string | undefined;
  readonly caFile?: string | undefined;
  readonly canary?: string | undefined;
  readonly dashboardPort?: number | undefined;
}

export class EnginesHere implements Engines {
  readonly #request: HereRequest;

  constructor(request: HereRequest) {
    this.#request = request;
  }

  run({ segment, onRecord, decided, signal }: EngineRequest): Promise<LoadReason> {
    const { dir, engine, enginePlan, ...rest } = this.#request;
    const planPath = resolve(dir, FILES.engine);
    return runLoad({
      ...rest,
      enginePath: engine.path,
      planPath,
      entryPath: resolve(dir, FILES.engineEntry),
      source: sourceFor(engine, planPath, enginePlan),
      segment,
      logPath: resolve(dir, engineLog(segment)),
      onRecord,
      decided,
      signal,
    });
  }

  /** Each has ended with its run. */
  async close(): Promise<void> {}
}

function sourceFor(engine: Engine, planPath: string, plan: EnginePlan): SampleSource {
  if (engine.source === 'hdr') return hdrSource(planPath);
  return jsonSource({ plan, encodeHistogram, engineVersion: engine.version });
}
