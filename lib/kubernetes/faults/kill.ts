/** Pods that are deleted, as when their node is emptied: by their uids, so that nobody takes one of the same name for them. */
import type { PodId } from '../../core/pod-fault.ts';
import type { ActiveFault } from '../../core/server-fault.ts';
import { type Api, messageOf } from '../api.ts';
import { type Behind, podIds } from './service.ts';

/** Returns when the cluster has accepted it. @throws Error when it has not. */
export async function killPods(api: Api, labels: Behind['labels'], count: number): Promise<ActiveFault> {
  const pods = await podIds(api, labels);
  if (pods === null) throw new Error('pod-kill: the API server did not answer');
  if (pods.length < count) throw new Error(`pod-kill: there are ${pods.length} pods, and ${count} were to be deleted`);
  const ended: PodId[] = [];
  for (const pod of pods.slice(0, count)) {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: pod.uid } };
    const answer = await api.ask('DELETE', api.path('api/v1', 'pods', pod.name), { body });
    if ('silence' in answer) throw new Error(`pod-kill: ${pod.name}: ${answer.silence}`);
    if (answer.status >= 300) throw new Error(`pod-kill: ${pod.name}: ${messageOf(answer.text)}`);
    ended.push(pod);
  }
  return {
    end: async () => {
      const after = await podIds(api, labels);
      if (after === null) return { witness: { kind: 'trouble', why: 'pod-kill: nobody saw what became of the pods' } };
      return { witness: { kind: 'pods', ended, after } };
    },
  };
}
