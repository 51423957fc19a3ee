/** The cluster that a run asked for: found, reached, and known to permit what a load needs, before anything is sent to the target. */
import { clusterAccess } from '../config/kubeconfig.ts';
import { Api } from './api.ts';
import { expectToLoad, hasOperator } from './permissions.ts';

export interface AskedCluster {
  readonly context: string | undefined;
  readonly namespace: string | undefined;
  readonly image: string;
}

export interface Cluster {
  readonly api: Api;
  /** Whether it has k6-operator, which then makes and starts the pods. */
  readonly withOperator: boolean;
  readonly image: string;
  /** Of the kubeconfig; absent: its current one. */
  readonly context?: string | undefined;
}

/** @throws SloError in one line when there is no cluster, it refuses, or its k6-operator is of another version. */
export async function openCluster({ context, namespace, image }: AskedCluster, signal: AbortSignal): Promise<Cluster> {
  const access = await clusterAccess({ context, env: process.env, signal });
  const api = new Api(access, namespace ?? access.namespace);
  try {
    const withOperator = await hasOperator(api, signal);
    await expectToLoad(api, withOperator, signal);
    return { api, withOperator, image, context };
  } catch (error) {
    await api.close();
    throw error;
  }
}
