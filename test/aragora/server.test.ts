import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ARAGORA_VERSION, cacheFolder } from './install.ts';
import { type Aragora, installAragora, startAragora } from './server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aragora-test-'));
  await installAragora({ onProgress: (line) => console.info(line) });
});
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the environment holds the release that the harness is about, and is built once for all callers', async () => {
  const installations = await Promise.all([installAragora(), installAragora(), installAragora()]);
  for (const installation of installations) expect(installation).toEqual({ ...installations[0], built: false });
  const python = installations[0]?.python ?? '';
  const { stdout } = await execa(python, ['-c', 'from importlib.metadata import version; print(version("aragora"))']);
  expect(stdout).toBe(ARAGORA_VERSION);
});

test.each([
  ['its own variable wins', { ARAGORA_SLO_CACHE: '/a', XDG_CACHE_HOME: '/b' }, /^\/a$/],
  ['else the XDG folder', { XDG_CACHE_HOME: '/b' }, /^\/b\/aragora-slo$/],
  ['an empty variable counts as absent', { ARAGORA_SLO_CACHE: '', XDG_CACHE_HOME: '' }, /\/\.cache\/aragora-slo$/],
])('cache folder: %s', (_sentence, env, expected) => {
  expect(cacheFolder(env)).toMatch(expected);
});

test.each([
  ['no python3 on the path', undefined, 'could not be run'],
  ['a python3 that is too old', 'echo 3.8.2 x86_64', 'must be ≥ 3.11 for Aragora 2.11.1, got 3.8.2'],
  [
    'a python3 without its venv module',
    '[ "$1" = -c ] && echo 3.11.7 test || { echo ensurepip is not available >&2; exit 1; }',
    "can't make virtual environments: ensurepip is not available",
  ],
])('the installer names what is missing: %s', async (_sentence, script, message) => {
  const bin = await mkdtemp(path.join(folder, 'path-'));
  if (script !== undefined) await writeFile(path.join(bin, 'python3'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', bin);
  vi.stubEnv('ARAGORA_SLO_CACHE', path.join(bin, 'cache'));
  await expect(installAragora()).rejects.toMatchObject({
    code: 'prerequisite-missing',
    exitCode: 2,
    message: expect.stringContaining(message),
    hint: expect.stringContaining('venv'),
  });
});

test('two servers side by side answer HTTP and WebSocket, log to their files, and leave nothing when stopped', async () => {
  const servers = await Promise.all(
    ['one.log', 'two.log'].map((name) => startAragora({ logFile: path.join(folder, name) })),
  );
  try {
    for (const server of servers) {
      const health = await fetch(`${server.httpUrl}/api/health`);
      expect(health.status).toBe(200);
      expect(await health.json()).toMatchObject({ status: 'healthy' });
      expect(await firstFrame(server.wsUrl)).toMatchObject({ type: 'connection_info' });
      expect(await processesOf(server)).not.toEqual([]);
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
  for (const server of servers) {
    expect(await processesOf(server)).toEqual([]);
    expect(await listens(server.httpUrl)).toBe(false);
    expect(await listens(server.wsUrl)).toBe(false);
    expect(await readFile(server.logFile, 'utf8')).toContain('WebSocket server: ws://');
    await server.stop();
  }
});

function firstFrame(url: string): Promise<unknown> {
  const socket = new WebSocket(url, ['aragora-v1']);
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('message', (data) => {
      socket.once('close', () => resolve(JSON.parse(String(data))));
      socket.close(1000);
    });
  });
}

async function processesOf({ pid }: Aragora): Promise<string[]> {
  const { stdout } = await execa('ps', ['-eo', 'pgid=,pid=']);
  return stdout.split('\n').filter((line) => line.trim().startsWith(`${pid} `));
}

function listens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
