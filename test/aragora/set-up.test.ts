/** The set-up of the real Aragora as a new user meets it: its WebSocket is found, and what a load can't measure is said before any load. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aragoraSlo } from './gate.ts';
import { type Aragora, startAragora } from './server.ts';

/** Only Linux has the whole of 127.0.0.0/8: there no other server has the port of the release. */
describe.runIf(process.platform === 'linux')('started by docs/real-server.md', () => {
  let folder: string;
  let server: Aragora;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'aragora-slo-set-up-'));
    server = await startAragora({ ownHost: '127.87.65.2' });
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const found = () =>
    `WebSockets are at ${server.wsUrl}: ${server.httpUrl.replace('http', 'ws')}/ws refuses the WebSocket handshake with 404`;

  test('doctor finds it ready for a load', async () => {
    const { stdout, exitCode } = await aragoraSlo(['doctor', '--target', server.httpUrl], folder);
    expect(stdout.slice(stdout.indexOf(`server ${server.httpUrl}`)).split('\n')).toEqual([
      `server ${server.httpUrl}`,
      '✓ way to it: straight',
      '✓ paths: answer as the load asks',
      `· WebSocket: ${found()}`,
      expect.stringMatching(/^· metrics: its metrics have the names of contract "aragora-2\.11"/),
      '✓ version: it says 2.11.1, whose contract is "aragora-2.11"',
      '✓ debate: was started, and came to its end',
      '✓ rate limit: none for 160 requests without a pause',
    ]);
    expect(exitCode).toBe(0);
  });

  test('a run that names the target alone finds its WebSocket', async () => {
    const out = path.join(folder, 'run');
    const profile = path.join(import.meta.dirname, 'sockets.yaml');
    const ended = await aragoraSlo(['run', '--target', server.httpUrl, '--profile', profile, '--out', out], folder);
    expect(ended.stderr).toContain(`note: ${found()}`);
    expect(ended).toMatchObject({ exitCode: 0 });
    const plan = JSON.parse(await readFile(path.join(out, 'plan.json'), 'utf8'));
    expect(plan).toMatchObject({ target: { wsUrl: server.wsUrl }, notes: expect.arrayContaining([found()]) });
  });

  test('without a WebSocket a run ends before any load', async () => {
    const nowhere = `ws://${new URL(server.wsUrl).hostname}:1/ws`;
    const ended = await aragoraSlo(['run', '--target', server.httpUrl, '--ws', nowhere], folder);
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ended.stderr).toMatch(/error: no WebSocket opens, and the load needs one: .*connection refused\n.*--ws/);
  });

  test('another WebSocket of the server is not taken for that of debates', async () => {
    const ended = await aragoraSlo(['run', '--target', server.httpUrl, '--ws', server.controlUrl], folder);
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ended.stderr).toMatch(/the load needs one: \S+ opens, but does not greet as Aragora does/);
  });
});

test('started without its settings, its rate limit is the first that the verdict says', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'aragora-slo-bare-'));
  const server = await startAragora({ bare: true });
  try {
    const profile = path.join(import.meta.dirname, 'limited.yaml');
    const args = ['run', '--target', server.httpUrl, '--profile', profile, '--no-telemetry', '--out', 'run'];
    const { stdout, exitCode } = await aragoraSlo(args, folder);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /^BREACHES .* CAUSE [\d.]+ % of 15\d requests were refused by a rate limit \(429\), the first in second \d /,
    );
    expect(exitCode).toBe(99);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test('started with its token, it wants one that it signed, and says what it does not allow', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'aragora-slo-token-'));
  const server = await startAragora({ wantsToken: true });
  const asked = (command: string, token: string) =>
    aragoraSlo([command, '--target', server.httpUrl, '--ws', server.wsUrl], folder, { ARAGORA_API_TOKEN: token });
  try {
    const without = await asked('run', '');
    expect(without).toMatchObject({ exitCode: 2, stdout: '' });
    expect(without.stderr).toMatch(
      /^error: \S+\/api\/debates answers 401 \(.*\): it asks for a token\n.*ARAGORA_API_TOKEN/m,
    );
    const wrong = await asked('run', 'any-value-of-sixteen-characters');
    expect(wrong.stderr).toMatch(/^error: \S+\/api\/debates answers 401 \(.*\): it does not accept the token/m);
    expect(wrong.stderr).not.toContain('any-value-of-sixteen-characters');
    const right = await asked('doctor', server.token);
    expect(right.stdout).toMatch(/^✓ paths: answer as the load asks$/m);
    expect(right.stdout).toMatch(/^✓ rate limit: none for 160 requests without a pause$/m);
    expect(right.stdout).toMatch(/^✗ debate: \S+\/convergence answers 403 \("Permission denied: /m);
    expect(right.stdout).not.toContain(server.token);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
