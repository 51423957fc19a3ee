import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Identity, identityOf, isAlive } from '../../lib/process/identity.ts';
import { endStack } from '../../lib/stacked/down.ts';
import { type PartState, readState, type StackState, stateFile, writeState } from '../../lib/stacked/state.ts';

const signal = new AbortController().signal;

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-stacked-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

async function idle(): Promise<{ readonly identity: Identity; readonly ended: Promise<NodeJS.Signals | null> }> {
  const child: ChildProcess = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const identity = await identityOf(child.pid ?? 0);
  if (identity === null) throw new Error('it did not start');
  return { identity, ended: new Promise((resolve) => child.once('exit', (_, how) => resolve(how))) };
}

function state(own: Identity, parts: readonly PartState[] = []): StackState {
  const around = { target: 'http://127.0.0.1:1', run: [], sinceMs: 0, phase: 'up' } as const;
  return { schemaVersion: 1, process: own, parts, ...around };
}

const part = (name: string, own: Identity): PartState => ({
  ...{ name, title: name, url: 'http://127.0.0.1:2', log: 'a.log', sinceMs: 0 },
  process: own,
});

/** Of a process that had the same id before. */
const former = ({ pid }: Identity): Identity => ({ pid, started: 'long ago' });

test('a process is known by its start too', async () => {
  const own = await identityOf(process.pid);
  expect(own).not.toBeNull();
  expect(own && (await isAlive(own))).toBe(true);
  expect(own && (await isAlive(former(own)))).toBe(false);
  expect(await identityOf(2 ** 22 + 1)).toBeNull();
});

test('a stack is ended by its process', async () => {
  const dir = folder();
  const { identity, ended } = await idle();
  writeState(dir, state(identity, [part('jaeger', identity)]));
  expect(await endStack(dir, signal)).toEqual({ parts: ['jaeger'], leftovers: null });
  expect(await ended).toBe('SIGTERM');
});

test('what is left of one whose process is gone is ended, and nothing else', async () => {
  const dir = folder();
  const [left, other] = [await idle(), await idle()];
  writeState(dir, state(former(other.identity), [part('loki', left.identity), part('jaeger', former(other.identity))]));
  expect(await endStack(dir, signal)).toEqual({ parts: ['loki', 'jaeger'], leftovers: ['loki'] });
  expect(await left.ended).toBe('SIGTERM');
  expect(await isAlive(other.identity)).toBe(true);
  expect(existsSync(stateFile(dir))).toBe(false);
});

test('where none is up, that is said', async () => {
  await expect(endStack(folder(), signal)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/^no stack is up in /),
  });
});

test.each(['', '{', '{"schemaVersion":2}', 'null'])('a state that says %j is refused', (text) => {
  const dir = folder();
  writeFileSync(stateFile(dir), text);
  expect(() => readState(dir)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
});
