/** Child processes of real programs: how they start, end, and are ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Child, type ChildOptions, endText } from '../../lib/process/child.ts';

const CHILD = join(import.meta.dirname, '../../lib/process/child.ts');
/** Longer than any test: it never passes where a test does not want it to. */
const LONG_MS = 600_000;

function node<Cause = string>(script: string, options: Partial<ChildOptions> = {}): Child<Cause> {
  const child = new Child<Cause>(process.execPath, {
    args: ['-e', script],
    stdio: ['ignore', 'pipe', 'pipe'],
    patienceMs: LONG_MS,
    ...options,
  });
  onTestFinished(() => child.kill());
  return child;
}

const READY = 'console.log("ready")';
const FOREVER = 'setInterval(() => {}, 1000)';
const DEAF = 'for (const name of ["SIGTERM", "SIGINT"]) process.on(name, () => {})';
const never = new AbortController().signal;

async function ready<Cause = string>(script: string, options: Partial<ChildOptions> = {}): Promise<Child<Cause>> {
  const child = node<Cause>(`${script};${READY};${FOREVER}`, options);
  expect(await child.firstLine(never)).toBe('ready');
  return child;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(20);
}

describe('a child that ends by itself', () => {
  it('says how, and all that it wrote has come', async () => {
    const child = node('process.stdout.write("x".repeat(100_000)); process.exitCode = 3');
    const output = text(child.output(1));
    expect(child.end).toBeUndefined();
    expect(await child.closed).toEqual({ exitCode: 3, signal: null });
    expect(child.end).toEqual({ exitCode: 3, signal: null });
    expect(await output).toHaveLength(100_000);
    expect(child.stoppedBy).toBeUndefined();
  });

  it('says which signal ended it', async () => {
    expect(await node('process.kill(process.pid, "SIGKILL")').exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
  });

  it('is not stopped any more, though it is asked', async () => {
    const child = node('');
    await child.exited;
    expect(await child.stop('late')).toEqual({ exitCode: 0, signal: null });
  });
});

describe('a child that can not be started', () => {
  it.each([
    [
      'since it does not exist',
      () => new Child('./nothing-here', { args: [], stdio: 'pipe', patienceMs: 1 }),
      'ENOENT',
      /^"\.\/nothing-here" could not be started: it is not there, .*\(is it on PATH\?\)$/,
    ],
    [
      'since its folder does not exist',
      () => node('', { cwd: '/nowhere/at/all' }),
      'ENOENT',
      /could not be started: there is no folder \/nowhere\/at\/all$/,
    ],
    [
      'since it is no program',
      () => new Child(import.meta.filename, { args: [], stdio: 'pipe', patienceMs: 1 }),
      'EACCES',
      /could not be started: it may not be run here/,
    ],
    [
      'since its environment is too large',
      () => node('', { env: { HUGE: 'x'.repeat(4 << 20) } }),
      'E2BIG',
      /its arguments or its environment are too large$/,
    ],
  ])('%s has ended with the reason, in words', async (_, start, code, words) => {
    const child = start();
    expect(endText(await child.exited)).toMatch(words);
    expect(await child.exited).toMatchObject({ exitCode: null, signal: null, startError: { code } });
    expect(await child.closed).toMatchObject({ startError: { code } });
    expect(await text(child.output(1))).toBe('');
    expect(await child.firstLine(never)).toBeUndefined();
    expect(await child.stop('why' as never)).toMatchObject({ startError: { code } });
  });
});

describe('the first line', () => {
  it('is none where the child ends before', async () => {
    expect(await node('').firstLine(never)).toBeUndefined();
  });

  it('is not waited for any longer than the signal says', async () => {
    const abort = new AbortController();
    const line = node(FOREVER).firstLine(abort.signal);
    abort.abort(new Error('Ctrl-C'));
    await expect(line).rejects.toThrow('Ctrl-C');
  });
});

describe('a child that is stopped', () => {
  it('is asked first', async () => {
    const child = await ready('process.on("SIGTERM", () => process.exit(7))');
    expect(await child.stop('why')).toEqual({ exitCode: 7, signal: null });
  });

  it('is asked in the way it understands', async () => {
    const child = await ready('process.on("SIGINT", () => process.exit(8))', { asks: 'SIGINT' });
    expect(await child.stop('why')).toEqual({ exitCode: 8, signal: null });
  });

  it('is killed when it does not listen', async () => {
    const child = await ready(DEAF, { patienceMs: 50 });
    expect(await child.stop('why')).toEqual({ exitCode: null, signal: 'SIGKILL' });
  });

  it('is killed when it stands still', async () => {
    const child = await ready('', { patienceMs: 50 });
    process.kill(child.pid ?? 0, 'SIGSTOP');
    expect(await child.stop('why')).toEqual({ exitCode: null, signal: 'SIGKILL' });
  });

  it('keeps the first cause', async () => {
    const child = await ready('');
    await Promise.all([child.stop('first'), child.stop('second')]);
    await child.stop('third');
    expect(child.stoppedBy).toBe('first');
  });

  it('by an abort has its reason as cause', async () => {
    const abort = new AbortController();
    const child = await ready('');
    child.stopOn(undefined, () => 'nothing');
    child.stopOn(abort.signal, () => String(abort.signal.reason));
    abort.abort('SIGINT');
    expect(await child.exited).toEqual({ exitCode: null, signal: 'SIGTERM' });
    expect(child.stoppedBy).toBe('SIGINT');
  });

  it('by an abort that came before it started is ended at once', async () => {
    const child = node(FOREVER);
    child.stopOn(AbortSignal.abort('SIGINT'), () => 'before');
    expect((await child.exited).signal).toBe('SIGTERM');
  });

  it('takes its own children along where they are a group, deaf or not', async () => {
    const grandchild = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(`${DEAF};console.log("deaf");${FOREVER}`)}], { stdio: ["ignore", "pipe", "ignore"] })`;
    const child = node(`const one = ${grandchild}; one.stdout.once("data", () => console.log(one.pid)); ${FOREVER}`, {
      group: true,
      patienceMs: 100,
    });
    const pid = Number(await child.firstLine(never));
    expect(isAlive(pid)).toBe(true);
    await child.stop('why');
    expect(isAlive(pid)).toBe(false);
  });
});

it('is not reached by a Ctrl-C at the terminal, for it is in a group of its own', async () => {
  const child = await ready('');
  expect(() => process.kill(-(child.pid ?? 0), 0)).not.toThrow();
});

it.each([
  ['exits', 'process.exit(0)'],
  ['fails', 'setTimeout(() => { throw new Error("harness") })'],
])('is gone once the harness %s, in every state', async (_, ends) => {
  const harness = `
    import { Child } from ${JSON.stringify(CHILD)};
    const child = new Child(process.execPath, {
      args: ['-e', ${JSON.stringify(`${DEAF};${READY};${FOREVER}`)}],
      stdio: ['ignore', 'pipe', 'ignore'],
      patienceMs: ${LONG_MS},
    });
    await child.firstLine(new AbortController().signal);
    void child.stop('why');
    console.log(child.pid);
    ${ends}`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', harness];
  const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void running.kill('SIGKILL'));
  const [pid] = await Promise.all([text(running.stdout), once(running, 'exit')]);
  await untilGone(Number(pid));
});
