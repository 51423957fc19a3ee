/** Whoever carries out the faults of a run: a layer in front of a load from this machine, and the cluster where the load comes from there. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { mostOf } from '../core/extent.ts';
import type { Plan } from '../core/plan.ts';
import { isPodFault } from '../core/pod-fault.ts';
import { hasFaults, timedPhases } from '../core/timeline.ts';
import type { RestartableTarget } from '../embedded/restartable.ts';
import type { RedisRelay } from '../faults/server/redis.ts';
import type { BrokenServer } from '../faults/server/server.ts';
import { type FaultSession, sessionWithoutLayer, startSession } from '../faults/session.ts';
import type { HttpTls } from '../http/access.ts';
import type { Cluster } from '../kubernetes/cluster.ts';
import { PodBreaker } from '../kubernetes/faults/breaker.ts';
import type { LayerBreak } from '../target/breaks-fault.ts';
import { FILES } from './folder.ts';
import type { Place } from './place.ts';

/** What is loaded, and what of it can be broken. */
export interface FaultStage {
  readonly dir: string;
  readonly plan: Plan;
  readonly place: Place;
  readonly tls?: HttpTls | undefined;
  /** The embedded target, where its process is to be broken. */
  readonly embedded?: RestartableTarget | undefined;
  /** What its connections to its Redis pass, where they are to be cut. */
  readonly redis?: RedisRelay | undefined;
  /** What the layer of faults does wrong; absent: nothing. */
  readonly layerBreaks?: readonly LayerBreak[] | undefined;
  /** The program that breaks the server; absent: nobody named one. */
  readonly faultCommand?: string | undefined;
  /** Whose pods are broken, by which image; absent: the Service that the target names, and the usual one. */
  readonly podFaults?: { readonly service?: string | undefined; readonly image?: string | undefined } | undefined;
}

/** Uses the session of a run that breaks something, and leaves nothing of it. @throws SloError when its faults can't be had. */
export async function withFaults<T>(
  stage: FaultStage,
  { onProgress, signal }: { readonly onProgress: (line: string) => void; readonly signal: AbortSignal },
  use: (session: FaultSession | undefined) => Promise<T>,
): Promise<T> {
  const { dir, plan, place, embedded, redis, faultCommand: file, tls, layerBreaks: breaks } = stage;
  if (!hasFaults(plan)) return use(undefined);
  const command = file === undefined ? undefined : { file, logFile: join(dir, FILES.faultsLog) };
  const server = { embedded, redis, command, signal };
  if ('path' in place) {
    const session = await startSession(plan, { caFile: tls?.caFile, breaks, onProgress, signal }, server);
    return endedAfter(session, use);
  }
  const faultMark = randomUUID();
  const pods = await breakerOf(stage, place, { faultMark, onProgress, signal });
  try {
    return await endedAfter(sessionWithoutLayer(plan, { ...server, pods }, faultMark), use);
  } finally {
    await pods?.close();
  }
}

async function endedAfter<T>(session: FaultSession, use: (session: FaultSession) => Promise<T>): Promise<T> {
  try {
    return await use(session);
  } finally {
    await session.stop();
  }
}

interface Breaking {
  readonly faultMark: string;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** undefined: no pod is to be broken. */
async function breakerOf(
  { plan, podFaults = {} }: FaultStage,
  cluster: Cluster,
  { faultMark: mark, ...options }: Breaking,
): Promise<BrokenServer['pods']> {
  const phases = timedPhases(plan).filter((phase) => phase.faults.some(isPodFault));
  const faults = phases.flatMap((phase) => phase.faults.filter(isPodFault));
  if (faults.length === 0) return undefined;
  const lastSec = mostOf(phases.map(({ startSec, endSec }) => endSec - startSec));
  const target = plan.target.httpUrl;
  return PodBreaker.open({ ...podFaults, cluster, target, faults, lastSec, mark }, options);
}
