/** Which probes there are, and which of them a release can't owe, with the reason. Written to plan.json. */

export const PROBES = [
  'old-socket',
  'idle-connection',
  'user-agent',
  'services',
  'list',
  'large-body',
  'subscribers',
  'subscription-state',
  'running',
  'read-back',
  'convergence',
  'unknown-debate',
  'accept',
  'label-values',
] as const;
export type ProbeName = (typeof PROBES)[number];

export interface ProbePromises {
  /** Why a probe says nothing of this release. */
  readonly leftOut: Readonly<Partial<Record<ProbeName, string>>>;
}

const LEFT_OUT: Readonly<Record<string, ProbePromises['leftOut']>> = {
  'aragora-2.11': { list: 'this release answers the list from a cache of 30 s' },
};

export function probePromises(contract: string): ProbePromises {
  return { leftOut: LEFT_OUT[contract] ?? {} };
}
