/** What a load may do in a cluster, asked before anything is made there. deploy/role.yaml grants exactly this. */
import { SloError } from '../core/error.ts';
import type { PodFault } from '../core/pod-fault.ts';
import { type Api, PERMIT } from './api.ts';

interface Permission {
  readonly verb: string;
  readonly group: string;
  /** With a subresource after a slash. */
  readonly resource: string;
}

const ALWAYS: readonly Permission[] = [
  { verb: 'create', group: '', resource: 'configmaps' },
  { verb: 'delete', group: '', resource: 'configmaps' },
  { verb: 'create', group: '', resource: 'secrets' },
  { verb: 'list', group: '', resource: 'pods' },
  // The records, and k6's own API: go, and stop.
  { verb: 'get', group: '', resource: 'pods/proxy' },
  { verb: 'patch', group: '', resource: 'pods/proxy' },
];
const JOBS: Permission = { verb: 'create', group: 'batch', resource: 'jobs' };
const TEST_RUNS: Permission = { verb: 'create', group: 'k6.io', resource: 'testruns' };

/** The pods of a server, by its Service, and what becomes of them. */
const BREAKING: readonly Permission[] = [
  { verb: 'get', group: '', resource: 'services' },
  { verb: 'list', group: '', resource: 'pods' },
];
/** The agent is put into a pod, awaited, and told what to do. deploy/faults grants this. */
const AGENTS: readonly Permission[] = [
  { verb: 'get', group: '', resource: 'pods' },
  { verb: 'watch', group: '', resource: 'pods' },
  { verb: 'patch', group: '', resource: 'pods/ephemeralcontainers' },
  { verb: 'create', group: '', resource: 'pods/exec' },
];
const KILLING: Permission = { verb: 'delete', group: '', resource: 'pods' };

/** @throws SloError as `expectPermissions`. */
export async function expectToLoad(api: Api, withOperator: boolean, signal: AbortSignal): Promise<void> {
  await expectPermissions(api, { permissions: [...ALWAYS, withOperator ? TEST_RUNS : JOBS], hint: PERMIT }, signal);
}

const PERMIT_FAULTS = 'deploy/faults has the role that is needed: kubectl apply -k deploy/faults (docs/kubernetes.md)';

/** @throws SloError as `expectPermissions`. */
export async function expectToBreak(api: Api, faults: readonly PodFault[], signal: AbortSignal): Promise<void> {
  const kills = faults.some(({ kind }) => kind === 'pod-kill');
  const attaches = faults.some(({ kind }) => kind !== 'pod-kill');
  const permissions = [...BREAKING, ...(attaches ? AGENTS : []), ...(kills ? [KILLING] : [])];
  await expectPermissions(api, { permissions, hint: PERMIT_FAULTS }, signal);
}

interface Needed {
  readonly permissions: readonly Permission[];
  readonly hint: string;
}

/** @throws SloError `prerequisite-missing` that names each verb and resource that is not permitted. */
async function expectPermissions(api: Api, { permissions, hint }: Needed, signal: AbortSignal): Promise<void> {
  const missing: string[] = [];
  for (const { verb, group, resource } of permissions) {
    const [name, subresource] = resource.split('/');
    const { namespace } = api;
    const resourceAttributes = { namespace, verb, group, resource: name, ...(subresource && { subresource }) };
    const review = await api.get<Review>('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      },
      signal,
    });
    if (!review.status.allowed) missing.push(`${verb} ${group === '' ? resource : `${resource}.${group}`}`);
  }
  if (missing.length === 0) return;
  const message = `the cluster ${api.cluster.name} does not permit in the namespace "${api.namespace}": ${missing.join(', ')}`;
  throw new SloError('prerequisite-missing', message, { hint });
}

interface Review {
  readonly status: { readonly allowed: boolean };
}

const TEST_RUN_VERSION = 'v1alpha1';

/** Whether the cluster has TestRuns of k6-operator. @throws SloError for an operator whose TestRun is of another version. */
export async function hasOperator(api: Api, signal: AbortSignal): Promise<boolean> {
  const answer = await api.ask('GET', '/apis/k6.io', { signal });
  if ('silence' in answer) throw api.unreachable(answer.silence);
  if (answer.status === 404) return false;
  if (answer.status !== 200) throw api.refusal(answer);
  const { versions } = JSON.parse(answer.text) as { readonly versions: readonly { readonly version: string }[] };
  const served = versions.map(({ version }) => version);
  if (served.includes(TEST_RUN_VERSION)) return true;
  const message = `the k6-operator of the cluster ${api.cluster.name} serves k6.io ${served.join(', ')}, and ${TEST_RUN_VERSION} is needed`;
  throw new SloError('prerequisite-missing', message, { hint: 'k6-operator 1.x serves it' });
}
