/** The API server of a cluster: the few requests that a load needs, and what their refusals mean. */
import type { ClusterAccess } from '../config/kubeconfig.ts';
import { SloError } from '../core/error.ts';
import { type HttpRequest, Line } from '../http/client.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
}

/** There was no whole answer; the words follow a colon. */
export interface ApiSilence {
  readonly silence: string;
}

type Method = NonNullable<HttpRequest['method']>;

/** A body, and what it is of. */
export interface ApiOptions {
  readonly body?: unknown;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export class Api {
  readonly cluster: ClusterAccess;
  readonly namespace: string;
  readonly #line: Line;

  constructor(cluster: ClusterAccess, namespace: string) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.#line = new Line(cluster.access.tls);
  }

  /** The same, over a connection of its own: on one of them, requests wait for each other. */
  another(): Api {
    return new Api(this.cluster, this.namespace);
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  /** Any answer, or none. Throws only `signal`'s reason. */
  async ask(method: Method, path: string, { body, ...options }: ApiOptions = {}): Promise<ApiAnswer | ApiSilence> {
    const { auth, tls } = this.cluster.access;
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await this.#line.send(`${this.cluster.server}${path}`, {
      method,
      auth,
      tls,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...options,
    });
    return 'trouble' in answer ? { silence: answer.trouble.words } : answer;
  }

  /** The object of a good answer. @throws SloError that says in one line what is wrong with the cluster or the permission. */
  async get<T>(method: Method, path: string, options: ApiOptions = {}): Promise<T> {
    const answer = await this.ask(method, path, options);
    if ('silence' in answer) throw this.unreachable(answer.silence);
    if (answer.status < 300) return JSON.parse(answer.text) as T;
    throw this.refusal(answer);
  }

  /** Path of a kind of things in the namespace: `api/v1` and `pods`, or one of them. */
  path(group: string, kind: string, name = ''): string {
    return `/${group}/namespaces/${this.namespace}/${kind}${name === '' ? '' : `/${name}`}`;
  }

  unreachable(words: string): SloError {
    const { name, server } = this.cluster;
    return new SloError('prerequisite-missing', `the cluster ${name} at ${server} does not answer: ${words}`, {
      hint: 'does `kubectl version` reach it? --context names another one',
    });
  }

  refusal({ status, text }: ApiAnswer): SloError {
    const said = messageOf(text);
    if (status === 401) {
      const message = `the cluster ${this.cluster.name} does not accept the credentials of the kubeconfig`;
      return new SloError('prerequisite-missing', message, { hint: 'sign in again, as for kubectl' });
    }
    if (status === 404 && /^namespaces? /.test(said)) {
      const message = `the cluster ${this.cluster.name} has no namespace "${this.namespace}"`;
      return new SloError('usage', message, {
        hint: `kubectl create namespace ${this.namespace}, or name another one`,
      });
    }
    const message = `the cluster ${this.cluster.name} refused a request (status ${status}): ${said}`;
    return new SloError('prerequisite-missing', message, status === 403 ? { hint: PERMIT } : {});
  }
}

export const PERMIT = 'deploy/ has the role that is needed: kubectl apply -k deploy (docs/kubernetes.md)';

/** The message of a Kubernetes Status, else the first line of what was said. */
export function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    if (typeof message === 'string' && message !== '') return message;
  } catch {
    // A proxy in between answers in its own words.
  }
  return text.trim().split('\n', 1)[0]?.slice(0, 200) || 'no reason is given';
}
