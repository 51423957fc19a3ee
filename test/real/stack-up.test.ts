/** The stack as its commands start and end it: real parts, each a process of its own. What each part says of a server has its own tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { isAlive } from '../../lib/process/identity.ts';
import { until } from '../../lib/stack/process.ts';
import { readState, type StackState } from '../../lib/stacked/state.ts';

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-up-'));
  onTestFinished(async () => {
    await stack('down', dir);
    rmSync(dir, { recursive: true });
  });
  return dir;
}

/** What it starts lives on, so only the command itself is waited for. */
function stack(command: string, dir: string, ...words: string[]) {
  return start(['stack', command, ...words, '--dir', dir]);
}

function start(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return execa(process.execPath, [inject('bundled').command, ...words], {
    reject: false,
    stdin: 'ignore',
    env: { NO_COLOR: '1', ...env },
  });
}

function stateOf(dir: string): StackState {
  const state = readState(dir);
  if (state === null) throw new Error('no stack is up');
  return state;
}

async function running({ parts, process }: StackState): Promise<string[]> {
  const all = [{ name: 'stack', process }, ...parts];
  const alive = await Promise.all(all.map(async (one) => one.process !== undefined && (await isAlive(one.process))));
  return all.flatMap(({ name }, at) => (alive[at] ? [name] : []));
}

/** Of a Prometheus that was built without its web pages. */
const WITHOUT_PAGES = '/api/v1/status/buildinfo';
const SMALL = ['--only', 'redis', 'alertmanager'];

describe('a stack', () => {
  test('is up until it is ended, and each part answers', async () => {
    const dir = folder();
    const up = await stack('up', dir);
    expect(up.exitCode, up.stderr).toBe(0);
    const state = stateOf(dir);
    for (const { name, url } of state.parts) {
      expect(up.stdout).toContain(url);
      if (!url.startsWith('http') || name === 'sinks') continue;
      const at = name === 'prometheus' ? `${url}${WITHOUT_PAGES}` : url;
      expect((await fetch(at)).status, name).toBeLessThan(500);
    }
    const { stdout, exitCode } = await stack('status', dir);
    expect(exitCode).toBe(0);
    expect(stdout.match(/^up /gm)).toHaveLength(10);
    const second = await stack('up', dir);
    expect(second).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('a stack is up already in') });
    expect((await stack('down', dir)).exitCode).toBe(0);
    expect(await running(state)).toEqual([]);
    expect((await stack('status', dir)).exitCode).toBe(2);
    expect(await stack('down', dir)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('no stack is up in'),
    });
  });

  test('says which part has ended', async () => {
    const dir = folder();
    expect((await stack('up', dir, ...SMALL)).exitCode).toBe(0);
    const redis = stateOf(dir).parts.find(({ name }) => name === 'redis');
    process.kill(redis?.process?.pid ?? 0, 'SIGKILL');
    await until('said to have ended', async () => (await stack('status', dir)).exitCode === 2);
    expect((await stack('status', dir)).stdout).toMatch(/^ENDED redis .*SIGKILL/m);
  });

  test('whose process was killed leaves parts, which are ended', async () => {
    const dir = folder();
    expect((await stack('up', dir, ...SMALL)).exitCode).toBe(0);
    const state = stateOf(dir);
    process.kill(state.process.pid, 'SIGKILL');
    await until('gone', async () => !(await isAlive(state.process)));
    expect((await stack('status', dir)).stderr).toContain('was ended without its leave');
    expect(await stack('down', dir)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('redis, alertmanager'),
    });
    expect(await running(state)).toEqual([]);
  });

  test('with a port that is taken does not start, and leaves nothing', async () => {
    const dir = folder();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const { port } = taken.address() as { port: number };
    const { exitCode, stderr } = await stack('up', dir, ...SMALL, '--port', `alertmanager=${port}`);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error: port ${port} for Alertmanager can't be used`, 'm'));
    expect(readState(dir)).toBeNull();
  });

  test('that can not be built is one line', async () => {
    const dir = folder();
    const env = { ARAGORA_SLO_CACHE: join(dir, 'cache'), PATH: join(dir, 'nothing') };
    const { exitCode, stderr } = await start(['stack', 'up', '--only', 'jaeger', '--dir', dir], env);
    expect(exitCode).toBe(2);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    expect(readState(dir)).toBeNull();
  });

  test('that is interrupted while it starts ends what runs', async () => {
    const dir = folder();
    const up = stack('up', dir, '--without', 'loki', 'jaeger');
    await until('begun', async () => (readState(dir)?.parts.length ?? 0) > 1);
    const state = stateOf(dir);
    up.kill('SIGINT');
    expect((await up).exitCode).toBe(130);
    await until('ended', async () => (await running(state)).length === 0);
    expect(readState(dir)).toBeNull();
  });
});
