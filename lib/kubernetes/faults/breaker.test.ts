/** Which pods are broken, what is refused before, and how pods are deleted: against a fake API server that knows these calls and no others. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { PodFault } from '../../core/pod-fault.ts';
import { Api } from '../api.ts';
import { PodBreaker } from './breaker.ts';
import { serviceOf } from './service.ts';

const TARGET = 'http://aragora.prod.svc:8080';
const never = new AbortController().signal;
const KILL: PodFault = { kind: 'pod-kill', count: 1 };
const pod = (name: string, uid: string, more: object = {}) => ({
  metadata: { name, uid },
  spec: { containers: [{ ports: [{ name: 'http', containerPort: 8099 }] }], ...more },
});
const service = (spec: object = {}) => ({
  spec: { selector: { app: 'aragora' }, ports: [{ name: 'http', port: 8080, targetPort: 'http' }], ...spec },
});

let server: Server;
let api: Api;
/** `METHOD path` to what is answered; a number is a status. */
let answers: Record<string, unknown>;
let strange: string[];
let deleted: unknown[];
let forbidden: readonly string[];

beforeEach(async () => {
  [strange, deleted, forbidden] = [[], [], []];
  const one = '/api/v1/namespaces/prod';
  answers = {
    [`GET ${one}/services/aragora`]: service(),
    [`GET ${one}/pods`]: { items: [pod('a', '1'), pod('b', '2')] },
    [`DELETE ${one}/pods/a`]: {},
  };
  server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://x');
    const asked = `${request.method} ${pathname}`;
    const body = request.method === 'GET' ? {} : ((await json(request)) as Review);
    if (pathname.endsWith('/selfsubjectaccessreviews')) {
      const { verb, resource, subresource } = body.spec?.resourceAttributes ?? {};
      const what = `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
      return response.writeHead(201).end(JSON.stringify({ status: { allowed: !forbidden.includes(what) } }));
    }
    const answer = answers[asked];
    if (answer === undefined) strange.push(asked);
    if (request.method === 'DELETE') deleted.push(body);
    const status = typeof answer === 'number' ? answer : answer === undefined ? 500 : 200;
    return response.writeHead(status).end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  api = new Api({ name: 'here', server: at, namespace: 'default', access: {} }, 'load');
});
afterEach(async () => {
  await api.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(strange).toEqual([]);
});

interface Review {
  readonly spec?: {
    readonly resourceAttributes: { readonly verb: string; readonly resource: string; readonly subresource?: string };
  };
}

function open(fault: PodFault): Promise<PodBreaker> {
  const cluster = { api, withOperator: false, image: 'registry/engine:1' };
  const asked = { cluster, target: TARGET, faults: [fault], lastSec: 10, mark: 'm' };
  return PodBreaker.open(asked, { onProgress: () => {}, signal: never });
}

describe('the Service', () => {
  it.each([
    ['aragora', 'http://10.0.0.1', { name: 'aragora', namespace: 'load' }],
    ['aragora.prod', 'http://10.0.0.1', { name: 'aragora', namespace: 'prod' }],
    [undefined, 'http://aragora.prod.svc:8080', { name: 'aragora', namespace: 'prod' }],
    [undefined, 'https://aragora.prod.svc.cluster.local', { name: 'aragora', namespace: 'prod' }],
    ['other', 'http://aragora.prod.svc:8080', { name: 'other', namespace: 'load' }],
  ])('is %s, or that of %s', (named, target, expected) => {
    expect(serviceOf(named, target, 'load')).toEqual(expected);
  });

  it.each(['http://10.0.0.1', 'https://aragora.example', 'http://localhost:8080'])(
    'has to be named for %s',
    (target) => {
      expect(() => serviceOf(undefined, target, 'load')).toThrow('a fault of pods needs --fault-service');
    },
  );
});

test('a pod is deleted by its uid, and what is there afterwards is seen', async () => {
  const breaker = await open(KILL);
  const active = await breaker.begin(KILL, never);
  expect(deleted).toEqual([expect.objectContaining({ preconditions: { uid: '1' } })]);
  const ending = { ...pod('b', '2'), metadata: { name: 'b', uid: '2', deletionTimestamp: 'now' } };
  answers['GET /api/v1/namespaces/prod/pods'] = { items: [ending, pod('c', '3')] };
  expect((await active.end()).witness).toEqual({
    kind: 'pods',
    ended: [{ name: 'a', uid: '1' }],
    after: [{ name: 'c', uid: '3' }],
  });
  await breaker.close();
});

test('a deletion that is refused says so, and one that nobody saw is no proof', async () => {
  const breaker = await open(KILL);
  answers['DELETE /api/v1/namespaces/prod/pods/a'] = 409;
  await expect(breaker.begin(KILL, never)).rejects.toThrow(/^pod-kill: a: /);
  answers['DELETE /api/v1/namespaces/prod/pods/a'] = {};
  const active = await breaker.begin(KILL, never);
  answers['GET /api/v1/namespaces/prod/pods'] = 500;
  expect((await active.end()).witness.kind).toBe('trouble');
  await breaker.close();
});

describe('is refused before the load, in one line:', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a Service that is not there', { services: 404 }, /^there is no Service "aragora" in the namespace "prod"/],
    ['one without a selector', { services: service({ selector: undefined }) }, /selects no pods$/],
    ['one without pods', { pods: { items: [] } }, /has no pods$/],
    [
      'pods with the network of their node',
      { pods: { items: [pod('a', '1', { hostNetwork: true })] } },
      /use the network of/,
    ],
    ['pods that declare no port', { pods: { items: [pod('a', '1', { containers: [{}] })] } }, /declare no port http$/],
    [
      'several ports, none of them that of the target',
      { services: service({ ports: [1, 2].map((port) => ({ port, targetPort: port })) }) },
      /has no port 8080, as http:\/\/aragora\.prod\.svc:8080 has$/,
    ],
  ])('%s', async (_, changes, says) => {
    for (const [kind, answer] of Object.entries(changes)) {
      const name = kind === 'services' ? '/aragora' : '';
      answers[`GET /api/v1/namespaces/prod/${kind}${name}`] = answer;
    }
    await expect(open(KILL)).rejects.toThrow(expect.objectContaining({ message: expect.stringMatching(says) }));
  });

  it('more pods than there are', async () => {
    await expect(open({ kind: 'pod-kill', count: 3 })).rejects.toThrow('deletes 3 pods, and the Service aragora has 2');
  });

  it('what is not permitted, with each verb', async () => {
    forbidden = ['get services', 'create pods/exec', 'patch pods/ephemeralcontainers', 'delete pods'];
    await expect(open(KILL)).rejects.toThrow(/in the namespace "prod": get services, delete pods$/);
    await expect(open({ kind: 'pod-drop' })).rejects.toThrow(
      /: get services, patch pods\/ephemeralcontainers, create pods\/exec$/,
    );
  });
});
