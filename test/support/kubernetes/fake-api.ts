/**
 * A fake API server with pods whose engines say what a test scripts. It knows the calls of a load and no others: any other one is kept in
 * `strange`, which tests expect to be empty. It proves how we ask and what we say, not how a cluster behaves: test/kubernetes does that.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { EngineRecord } from '../../../lib/core/engine-protocol.ts';

type Answer = readonly [status: number, body: unknown];
interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: { readonly metadata?: { readonly name: string } } & Readonly<Record<string, unknown>>;
}

/** What the engine of a pod answers to a request for records. */
export type Serve = (after: number) => Answer | undefined;

export class FakeApi {
  /** `POST configmaps` and the like, in order. */
  readonly made: string[] = [];
  readonly patched: unknown[] = [];
  readonly strange: string[] = [];
  /** By kind: a refusal in the place of the usual answer. */
  readonly refusals: Record<string, Answer> = {};
  /** Answered to permission reviews of this `verb resource`. */
  readonly forbidden: string[] = [];
  groups: Answer = [404, { message: 'not found' }];
  /** The state of each container; absent: it runs. */
  states: Record<number, object> = {};
  serve: Record<number, Serve> = {};
  #pods: string[] = [];
  /** The ConfigMap that owns everything. */
  #owner: string | undefined;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** As when somebody deletes the pod. */
  killPod(index: number): void {
    this.#pods = this.#pods.filter((job) => !job.endsWith(`-${index + 1}`));
  }

  get isEmpty(): boolean {
    return this.#pods.length === 0 && this.#owner === undefined;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://x');
    const body = await text(request);
    const call = { method: request.method ?? '', path: url.pathname, query: url.searchParams };
    const answer = this.#answerTo({ ...call, body: body === '' ? {} : JSON.parse(body) });
    // No answer at all, as over a connection that breaks.
    if (answer === undefined) return void response.destroy();
    const [status, said] = answer;
    response.writeHead(status).end(typeof said === 'string' ? said : JSON.stringify(said));
  }

  #answerTo(call: Call): Answer | undefined {
    const { method, path, body } = call;
    if (method === 'GET' && path === '/apis/k6.io') return this.groups;
    if (path === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews') return this.#review(body);
    const [, kind = '', name = '', proxied] =
      /^\/api(?:s\/[\w.]+)?\/\w+\/namespaces\/load\/(\w+)(?:\/([^/]+))?(?:\/proxy\/(.+))?$/.exec(path) ?? [];
    const refusal = this.refusals[kind];
    if (method === 'POST' && name === '') return refusal ?? this.#make(kind, body);
    if (method === 'DELETE' && kind === 'configmaps' && name === this.#owner) {
      this.#pods = [];
      this.#owner = undefined;
      return [200, {}];
    }
    if (method === 'GET' && kind === 'pods' && name === '')
      return [200, { items: this.#pods.map((job) => this.#pod(job)) }];
    const [pod = '', port] = name.split(':');
    const index = Number(/-(\d+)-pod$/.exec(pod)?.[1]) - 1;
    if (method === 'PATCH' && port === '6565' && proxied === 'v1/status') {
      this.patched.push((body['data'] as { attributes: unknown }).attributes);
      return [200, {}];
    }
    if (method === 'GET' && port === '6566' && proxied === 'records') {
      if (!this.#pods.includes(pod.replace(/-pod$/, ''))) return [404, { message: `pods "${pod}" not found` }];
      return this.serve[index]?.(Number(call.query.get('after')));
    }
    this.strange.push(`${method} ${path}`);
    return [500, { message: 'the fake does not know this call' }];
  }

  #review({ spec }: Call['body']): Answer {
    const { verb, resource, subresource } = (spec as { resourceAttributes: Record<string, string> }).resourceAttributes;
    const what = `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
    return [201, { status: { allowed: !this.forbidden.includes(what) } }];
  }

  #make(kind: string, body: Call['body']): Answer {
    this.made.push(kind);
    const name = body.metadata?.name ?? '';
    if (kind === 'configmaps') this.#owner = name;
    if (kind === 'jobs') this.#pods.push(name);
    return [201, { metadata: { name, uid: `uid-of-${name}` } }];
  }

  #pod(job: string): object {
    const state = this.states[Number(job.split('-').at(-1)) - 1] ?? { running: {} };
    const phase = 'running' in state ? 'Running' : 'Pending';
    const metadata = { name: `${job}-pod`, labels: { 'job-name': job } };
    return {
      metadata,
      spec: { nodeName: `node-of-${job.split('-').at(-1)}` },
      status: { phase, containerStatuses: [{ state }] },
    };
  }
}

/** An engine that has these records, each of which it gives once it is asked for those after an earlier one. */
export function serving(records: readonly EngineRecord[], engine = 'A'): Serve {
  return (after) => {
    const lines = records.slice(after).map((record, at) => JSON.stringify({ seq: after + at + 1, record }));
    return [200, [JSON.stringify({ engine, nowMs: Date.now() }), ...lines].map((line) => `${line}\n`).join('')];
  };
}
