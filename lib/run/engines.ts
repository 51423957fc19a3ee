/** Where the engines of a load are: on this machine, or in a cluster. */
import type { EnginePlan } from '../core/engine-protocol.ts';
import type { Engine } from '../engine/ensure.ts';
import { startClusterEngines } from '../kubernetes/cluster-engines.ts';
import type { Engines } from '../load/engines.ts';
import { EnginesHere } from './engines-here.ts';
import type { Place } from './place.ts';
import type { RunUi } from './ui.ts';

export interface EnginesRequest {
  readonly place: Place;
  readonly dir: string;
  readonly enginePlan: EnginePlan;
  readonly script: string;
  readonly data: Readonly<Record<string, string>>;
  readonly durationSec: number;
  readonly token: string | undefined;
  readonly caFile?: string | undefined;
  readonly canary?: string | undefined;
  readonly dashboardPort?: number | undefined;
  readonly ui: RunUi;
  readonly signal: AbortSignal;
}

/** The engines, and what they are. */
interface Started {
  readonly engines: Engines;
  readonly engine: Engine;
  /** Of the cluster: where each of them runs; none on this machine. */
  readonly nodes: readonly string[];
}

/** Starts them, hands them to `use`, and leaves nothing of them. @throws SloError when they can't start. */
export async function withEngines<T>(request: EnginesRequest, use: (started: Started) => Promise<T>): Promise<T> {
  const started = await start(request);
  try {
    return await use(started);
  } finally {
    await started.engines.close();
  }
}

async function start({ place, ui, signal, ...request }: EnginesRequest): Promise<Started> {
  if ('path' in place) return { engines: new EnginesHere({ ...request, engine: place }), engine: place, nodes: [] };
  const { token, canary, enginePlan, script, data, durationSec, caFile } = request;
  const secrets = {
    ...(token === undefined ? {} : { ARAGORA_API_TOKEN: token }),
    ...(canary === undefined ? {} : { ARAGORA_SLO_CANARY: canary }),
  };
  const load = { enginePlan, script, data, durationSec, caFile, secrets };
  const engines = await startClusterEngines({
    cluster: place,
    load,
    note: (line) => ui.note(line),
    warn: (line) => ui.warn(line),
    signal,
  });
  return { engines, engine: engines.engine, nodes: engines.nodes };
}
