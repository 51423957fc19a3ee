import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { clusterAccess } from './kubeconfig.ts';

const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-kubeconfig-'));
afterAll(() => rmSync(dir, { recursive: true }));
const signal = new AbortController().signal;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

let files = 0;
function written(user: object, cluster: object = {}): string {
  files += 1;
  const path = join(dir, `${files}.yaml`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'c', cluster: { server: 'https://h:6443/', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [
      { name: 'here', context: { cluster: 'c', user: 'u' } },
      { name: `there-${files}`, context: { cluster: 'c', user: 'u', namespace: 'load' } },
    ],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}

const read = (KUBECONFIG: string, context?: string) =>
  clusterAccess({ context, env: { KUBECONFIG, PATH: process.env['PATH'] }, signal });

test('the current context, with a certificate in the file and one beside it', async () => {
  writeFileSync(join(dir, 'client.crt'), 'CERT');
  const user = { 'client-certificate': 'client.crt', 'client-key-data': base64('KEY') };
  expect(await read(written(user, { 'certificate-authority-data': base64('CA') }))).toMatchObject({
    name: 'here',
    server: 'https://h:6443',
    namespace: 'default',
    access: { tls: { caPem: 'CA', certPem: 'CERT', keyPem: 'KEY', unchecked: false } },
  });
});

test('a named context of any file of KUBECONFIG, with its namespace', async () => {
  const paths = [written({ token: 'a' }), written({ token: 'b' })];
  expect(await read(paths.join(':'), `there-${files}`)).toMatchObject({
    namespace: 'load',
    access: { auth: { kind: 'bearer', token: 'b' } },
  });
});

test('a program that signs in, as managed clusters have it', async () => {
  const script = `process.stdout.write(JSON.stringify({ status: { token: JSON.parse(process.env.KUBERNETES_EXEC_INFO).kind + process.env.OF } }))`;
  const exec = { command: process.execPath, args: ['-e', script], env: [{ name: 'OF', value: '!' }] };
  expect((await read(written({ exec }))).access.auth).toEqual({ kind: 'bearer', token: 'ExecCredential!' });
  const failing = { command: process.execPath, args: ['-e', 'console.error("please log in"); process.exit(1)'] };
  await expect(read(written({ exec: failing }))).rejects.toThrow(/gave no credential: please log in/);
});

test.each([
  ['none', () => read('/nowhere/config'), /no cluster is known: there is no kubeconfig/],
  ['an unknown context', () => read(written({}), 'her'), /has no context "her"/],
  ['a file that is not there', () => read(written({ tokenFile: 'gone' })), /names .*gone, which can't be read/],
])('%s is said in one line', async (_, reading, message) => {
  await expect(reading()).rejects.toThrow(message);
});
