/** The pods behind a Service, as its selector says: who is broken, and at which port. */
import { SloError } from '../../core/error.ts';
import type { PodId } from '../../core/pod-fault.ts';
import { type Api, messageOf } from '../api.ts';

/** Where a fault of pods acts. */
export interface Behind {
  readonly service: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** At which the server listens in its pods. */
  readonly port: number;
  readonly pods: readonly PodId[];
}

/** NAME or NAME.NAMESPACE. */
export interface AskedService {
  readonly name: string;
  readonly namespace: string;
}

/**
 * @param named as `--fault-service` has it. @param usual namespace of the run.
 * @throws SloError `usage` where neither the option nor the address of the target names a Service.
 */
export function serviceOf(named: string | undefined, target: string, usual: string): AskedService {
  const [, ofTarget, its] = /^([a-z][-a-z0-9]*)\.([-a-z0-9]+)\.svc(?:\.|$)/.exec(new URL(target).hostname) ?? [];
  const [name = ofTarget, namespace = named === undefined ? its : undefined] = named?.split('.') ?? [];
  if (name !== undefined) return { name, namespace: namespace ?? usual };
  throw new SloError('usage', `a fault of pods needs --fault-service: ${target} names no Service of the cluster`, {
    hint: 'name the Service whose pods are to be broken, as NAME or NAME.NAMESPACE',
  });
}

interface Service {
  readonly spec: {
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly { readonly name?: string; readonly port: number; readonly targetPort: number | string }[];
  };
}

interface ListedPod {
  readonly metadata: PodId & { readonly deletionTimestamp?: string };
  readonly spec: {
    readonly hostNetwork?: boolean;
    readonly containers: readonly {
      readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
    }[];
  };
}

/** @throws SloError in one line for a Service that is not there, has no pods, or has pods that can't be broken apart from their node. */
export async function podsBehind(api: Api, service: string, target: string, signal: AbortSignal): Promise<Behind> {
  const { spec } = await serviceNamed(api, service, signal);
  const where = `the Service ${service} in the namespace ${api.namespace}`;
  const { selector = {}, ports = [] } = spec;
  if (Object.keys(selector).length === 0) throw unbreakable(`${where} selects no pods`);
  const pods = await podsOf(api, selector, signal);
  const [first] = pods;
  if (first === undefined) throw unbreakable(`${where} has no pods`);
  if (pods.some((pod) => pod.spec.hostNetwork === true))
    throw unbreakable(`the pods behind ${where} use the network of their node, so a fault would break the node`);
  const asked = portOf(target);
  const its = ports.length === 1 ? ports[0] : ports.find(({ port }) => port === asked);
  if (its === undefined) throw unbreakable(`${where} has no port ${asked}, as ${target} has`);
  const open = first.spec.containers.flatMap((container) => container.ports ?? []);
  const port = open.find(({ name, containerPort }) => its.targetPort === name || its.targetPort === containerPort);
  if (port === undefined)
    throw unbreakable(`the pods behind ${where} declare no port ${its.targetPort}`, 'containerPort has to say it');
  const ids = pods.map(({ metadata: { name, uid } }) => ({ name, uid }));
  return { service, namespace: api.namespace, labels: selector, port: port.containerPort, pods: ids };
}

/** Those that are not ending. null: the API server did not answer. */
export async function podIds(api: Api, labels: Behind['labels']): Promise<readonly PodId[] | null> {
  const answer = await api.ask('GET', podsPath(api, labels));
  if ('silence' in answer || answer.status !== 200) return null;
  return living(JSON.parse(answer.text)).map(({ metadata: { name, uid } }) => ({ name, uid }));
}

async function podsOf(api: Api, labels: Behind['labels'], signal: AbortSignal): Promise<ListedPod[]> {
  return living(await api.get('GET', podsPath(api, labels), { signal }));
}

function living({ items }: { readonly items: readonly ListedPod[] }): ListedPod[] {
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

function podsPath(api: Api, labels: Behind['labels']): string {
  const selector = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return `${api.path('api/v1', 'pods')}?labelSelector=${encodeURIComponent(selector.join(','))}`;
}

async function serviceNamed(api: Api, name: string, signal: AbortSignal): Promise<Service> {
  const answer = await api.ask('GET', api.path('api/v1', 'services', name), { signal });
  if ('silence' in answer) throw api.unreachable(answer.silence);
  if (answer.status === 200) return JSON.parse(answer.text) as Service;
  if (answer.status !== 404) throw api.refusal(answer);
  const message = `there is no Service "${name}" in the namespace "${api.namespace}": ${messageOf(answer.text)}`;
  throw new SloError('usage', message, { hint: 'name it with --fault-service, as NAME or NAME.NAMESPACE' });
}

function portOf(target: string): number {
  const { port, protocol } = new URL(target);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

function unbreakable(message: string, hint?: string): SloError {
  return new SloError('prerequisite-missing', message, hint === undefined ? {} : { hint });
}
