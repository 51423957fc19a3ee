/**
 * What can be wrong with a cluster, as a user of `run`, `gate` and `capacity` meets it: one line, exit code 2, no run folder, and nothing left in
 * the cluster. The API server is a fake that gives the answers which a real one gave; test/kubernetes asks a real one.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { FakeApi } from '../support/kubernetes/fake-api.ts';
import { cleanUp, expectError, file, tempDir } from './support/cli.ts';
import { runHere } from './support/here.ts';
import { healthProfile, socketProfile } from './support/profiles.ts';

let target: Target;
let fake: FakeApi;
let server: string;

beforeAll(async () => {
  target = await startTarget();
});
afterAll(async () => {
  await target.stop();
  cleanUp();
});
beforeEach(async () => {
  fake = new FakeApi();
  server = await fake.start();
});
afterEach(async () => {
  expect([fake.isEmpty, fake.strange]).toEqual([true, []]);
  await fake.stop();
});

function kubeconfig(): string {
  return file(tempDir(), 'kubeconfig.json', {
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token: 'any' } }],
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u', namespace: 'load' } }],
    'current-context': 'here',
  });
}

const CLUSTER = ['--kubernetes', '--engine-image', 'registry/engine:1'];
const LOAD = (): string[] => ['--profile', healthProfile()];

/** @param args of the command, without its target and where it writes. */
async function refused(args: readonly string[], says: RegExp): Promise<void> {
  const out = join(tempDir(), 'out');
  const words = [...args, '--target', target.httpUrl, '--out', out];
  expectError(await runHere(words, { env: { KUBECONFIG: kubeconfig() } }), says);
  expect([existsSync(out), fake.patched]).toEqual([false, []]);
}

const COMMANDS = [
  ['run', '--no-telemetry'],
  ['capacity', '--max-rate', '50'],
] as const;

test.each<[string, () => void, RegExp]>([
  [
    'no cluster',
    () => (server = 'http://127.0.0.1:1'),
    /^error: the cluster here at http:\S+ does not answer: connection refused$/,
  ],
  [
    'old credentials',
    () => (fake.groups = [401, {}]),
    /^error: the cluster here does not accept the credentials of the kubeconfig$/,
  ],
  [
    'no permission',
    () => fake.forbidden.push('create jobs', 'patch pods/proxy'),
    /^error: the cluster here does not permit in the namespace "load": patch pods\/proxy, create jobs\.batch$/,
  ],
  [
    'an operator of another version',
    () => (fake.groups = [200, { versions: [{ version: 'v2' }] }]),
    /^error: the k6-operator of the cluster here serves k6\.io v2, and v1alpha1 is needed$/,
  ],
  [
    'no such namespace',
    () => (fake.refusals['configmaps'] = [404, { message: 'namespaces "load" not found' }]),
    /^error: the cluster here has no namespace "load"$/,
  ],
  [
    'an image that cannot be pulled',
    () => (fake.states = { 0: { waiting: { reason: 'ErrImagePull', message: 'no such image' } } }),
    /^error: runner 1 of 1 does not start: ErrImagePull: no such image$/,
  ],
])('%s', async (_, wrong, says) => {
  wrong();
  for (const command of COMMANDS) await refused([...command, ...CLUSTER, ...LOAD()], says);
});

test('more runners than sockets', () =>
  refused(
    ['run', ...CLUSTER, '--no-telemetry', '--profile', socketProfile(['content.']), '--runners', '4'],
    /^error: 4 runners can't share the 3 sockets of the journey "websocket"$/,
  ));

test.each<[string, readonly string[], RegExp]>([
  ['no image', ['--kubernetes'], /--kubernetes needs --engine-image: the image with the load engine/],
  ['a context that nobody knows', [...CLUSTER, '--context', 'there'], /has no context "there"/],
])('%s', async (_, asked, says) => {
  for (const command of COMMANDS) await refused([...command, ...asked, ...LOAD()], says);
});

test('no target', async () => {
  for (const command of COMMANDS) {
    const ended = await runHere([...command, ...CLUSTER, ...LOAD()], { env: { KUBECONFIG: kubeconfig() } });
    expectError(ended, /--kubernetes needs --target: the embedded reference target is on this machine alone/);
  }
});
