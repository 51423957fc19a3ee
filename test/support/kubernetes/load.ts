/** A load for tests of what is made for it in a cluster. */
import type { ClusterLoad, Owner } from '../../../lib/kubernetes/manifests.ts';

export const LOAD: ClusterLoad = {
  name: 'aragora-slo-1a',
  enginePlan: { generators: 3, scenarios: {} } as unknown as ClusterLoad['enginePlan'],
  script: 'export default () => {};',
  image: 'registry/engine:1',
  durationSec: 60.5,
  secrets: { ARAGORA_API_TOKEN: 't0ken' },
};
export const OWNER: Owner = { name: LOAD.name, uid: '0-1' };
