/** What the pods of a load say of themselves: which runner each is, why one does not start, and how one ended. */

export interface Pod {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly containerStatuses?: readonly { readonly state?: ContainerState }[];
  };
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: object;
  readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
}

/** The pod of generator `index` of a load, by the name of its Job; undefined: there is none yet. */
export function podOf(pods: readonly Pod[], load: string, index: number): Pod | undefined {
  return pods.find(({ metadata }) => metadata.labels?.['job-name'] === `${load}-${index + 1}`);
}

export function isRunning(pod: Pod): boolean {
  return pod.status?.phase === 'Running' && stateOf(pod)?.running !== undefined;
}

function stateOf(pod: Pod): ContainerState | undefined {
  return pod.status?.containerStatuses?.[0]?.state;
}

/** Waiting would not help. */
const FATAL: readonly string[] = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
];

/** Why a pod can never start, in one line; undefined: it may still. */
export function cannotStart(pod: Pod): string | undefined {
  const state = stateOf(pod);
  const { reason = '', message = '' } = state?.waiting ?? {};
  if (FATAL.includes(reason)) return `${reason}: ${oneLine(message)}`;
  const end = podEnd(pod);
  return end === undefined ? undefined : `it ended at once, ${end.detail}`;
}

/** What a pod that has not started waits for. */
export function waitsFor(pod: Pod | undefined): string {
  if (pod === undefined) return 'no pod was made for it';
  const { reason, message = '' } = stateOf(pod)?.waiting ?? {};
  if (reason !== undefined) return `${reason}${message === '' ? '' : `: ${oneLine(message)}`}`;
  const scheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (scheduled !== undefined) return `no node takes it: ${oneLine(scheduled.message ?? '')}`;
  return isRunning(pod) ? 'its engine does not answer' : `it is ${pod.status?.phase ?? 'new'}`;
}

export interface PodEnd {
  readonly exitCode: number | null;
  readonly detail: string;
}

/** How a pod ended; undefined: it has not. */
export function podEnd(pod: Pod): PodEnd | undefined {
  const ended = stateOf(pod)?.terminated;
  if (ended !== undefined) {
    const said = oneLine(ended.message ?? '') || ended.reason || 'it says nothing';
    return { exitCode: ended.exitCode, detail: said };
  }
  const { phase, reason = '', message = '' } = pod.status ?? {};
  if (phase !== 'Failed' && phase !== 'Succeeded') return undefined;
  return { exitCode: null, detail: `its pod ${phase.toLowerCase()}: ${oneLine(`${reason} ${message}`)}` };
}

/** The last line that says something: of a log, the one about the end. */
function oneLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim().slice(0, 300) ?? '';
}
