/** One block of an experiment: a short run against one side without its warm-up, and whether its generator was fit. */
import type { Profile } from '../../thresholds/profiles.ts';
import { ownPerSec, profileAt, shapeOf } from '../capacity/model/shape.ts';
import type { LoadedContract } from '../config/contract.ts';
import type { EndpointBlocks } from '../core/latency-blocks.ts';
import type { Objective } from '../core/plan.ts';
import type { Engine } from '../engine/ensure.ts';
import type { HttpTls } from '../http/access.ts';
import { generatorFitness } from '../judge/generator.ts';
import { blocksOf } from '../record/index.ts';
import { makePlan } from '../run/plan.ts';
import { shortRun } from '../run/short-run.ts';
import type { RunUi } from '../run/ui.ts';

export interface BlockRequest {
  readonly dir: string;
  readonly engine: Engine;
  readonly profile: Profile;
  readonly judgedBy: LoadedContract;
  readonly objectives: readonly Objective[];
  readonly durationSec: number;
  readonly target: { readonly httpUrl: string; readonly wsUrl: string };
  readonly seed: number;
  readonly token: string | undefined;
  readonly tls: HttpTls | undefined;
}

export interface Block {
  /** One block for each endpoint. */
  readonly blocks: readonly EndpointBlocks[];
  /** Why its latencies may be the generator's fault; null: they are the target's. */
  readonly unfit: string | null;
}

/** Opens connections, fills caches, and warms up compilers. */
const WARM_UP_SEC = 2;

/** @throws SloError when nothing answers there. */
export async function runBlock(request: BlockRequest, ui: RunUi, signal: AbortSignal): Promise<Block | 'interrupted'> {
  const { dir, engine, judgedBy, objectives, durationSec, seed, token, tls } = request;
  const shape = shapeOf(request.profile);
  const profile = profileAt(shape, ownPerSec(shape), durationSec, 'all');
  const target = { ...request.target, embedded: false };
  const command = `npx aragora-slo judge ${dir}`;
  const plan = makePlan({ runId: request.profile.name, profile, ...judgedBy, objectives, seed, target, command });
  const { load, recording } = await shortRun(
    { dir, plan, place: engine, token, tls, warmUpSec: WARM_UP_SEC },
    ui,
    signal,
  );
  if (load.reason.kind === 'interrupted') return 'interrupted';
  const fitness = generatorFitness(load.generators);
  const ended = load.reason.kind === 'finished' ? null : 'its load did not run to its end';
  return { blocks: blocksOf(recording, 1), unfit: ended ?? (fitness.kind === 'fit' ? null : fitness.why) };
}
