/** Where the engines of a load run: on this machine, or in the cluster that was asked for. */
import { createHash } from 'node:crypto';
import type { Environment } from '../core/run.ts';
import { type Engine, ensureEngine } from '../engine/ensure.ts';
import { type Cluster, openCluster } from '../kubernetes/cluster.ts';
import { machine } from './environment.ts';
import type { RunUi } from './ui.ts';

export type Place = Engine | Cluster;

export interface AskedPlace {
  readonly kubernetes?: boolean | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
  readonly engineImage?: string | undefined;
}

/** @throws SloError when there is no engine, or the cluster can't be used. Whoever opens it closes it. */
export async function openPlace(asked: AskedPlace, ui: Pick<RunUi, 'note'>, signal: AbortSignal): Promise<Place> {
  const { kubernetes, context, namespace, engineImage = '' } = asked;
  if (kubernetes === true) return await openCluster({ context, namespace, image: engineImage }, signal);
  return await ensureEngine({ onProgress: (line) => ui.note(line), signal });
}

export async function closePlace(place: Place | undefined): Promise<void> {
  if (place !== undefined && 'api' in place) await place.api.close();
}

/**
 * What a latency depends on besides the server. In a cluster, these are the nodes of the engines: as fingerprints, because a history keeps
 * them, and no host names.
 */
export function surroundings(place: Place, nodes: readonly string[]): Environment {
  if ('path' in place) return machine();
  const cluster = fingerprint(place.api.cluster.server);
  if (nodes.length === 0) return { cluster };
  const pods = `${nodes.length} pods on ${new Set(nodes).size} nodes`;
  return { cluster, nodes: `${pods} (${fingerprint(nodes.toSorted().join())})` };
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
