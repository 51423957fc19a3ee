/** What the system does not give: room for the output, open files, memory. One line says so, and the exit code is no success. */
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  cleanUp,
  type Ended,
  enginePath,
  expectError,
  FROM_SOURCES,
  runCli,
  statusOf,
  tempDir,
} from './support/cli.ts';
import { lenientObjectives, lenientProfile } from './support/profiles.ts';
import { closeFakes, type Fake, fakeHealth } from './support/servers.ts';

let fake: Fake;
beforeAll(async () => {
  await enginePath();
  fake = await fakeHealth();
}, 600_000);
afterAll(async () => {
  cleanUp();
  await closeFakes();
});

/** No trace of where in the program it was. */
function expectPlain({ stderr }: Ended): void {
  expect(stderr).not.toMatch(/^ +at |node:internal|\bdefect\b|this is a mistake/m);
}

describe.runIf(process.platform === 'linux')('a full standard output', () => {
  const prelude = 'exec >/dev/full';

  test.concurrent.each(['checks', '--help', '--version', 'doctor'])('of %s', async (command) => {
    const ended = await runCli([command], { prelude });
    expectError(ended, /the output can't be written: the disk is full/);
    expectPlain(ended);
  });

  test.concurrent('of a command that fails anyway leaves its error', async () => {
    expectError(await runCli(['judge', 'nothing-here'], { prelude }), /nothing-here/);
  });

  test.concurrent('of a run leaves the run judged, and its reports written', async () => {
    const dir = `${tempDir()}/run`;
    const gated = ['--profile', lenientProfile(2), '--slo', lenientObjectives()];
    const args = ['run', '--target', `http://${fake.host}`, ...gated, '--no-telemetry', '--out', dir];
    const ended = await runCli(args, { prelude });
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain("error: the output can't be written: the disk is full");
    expect(statusOf(dir, 'lenient.1')).toBe('pass');
  });
});

describe('too few open files', () => {
  // How many files are open at a time depends on how fast they are read: with a few more, it may be enough.
  test.concurrent.each([
    [24, false],
    [32, true],
    [40, true],
  ])('to begin with: %i', async (files, mayDo) => {
    const ended = await runCli(['checks'], { bin: FROM_SOURCES, prelude: `ulimit -n ${files}` });
    expectPlain(ended);
    if (mayDo && ended.exitCode === 0) return;
    expectError(ended, /too many open files/);
    expect(ended.stderr).toMatch(/ulimit -[na]/);
  });

  test.concurrent.each([24, 28, 32, 40, 48])('for a run: %i', async (files) => {
    const dir = `${tempDir()}/run`;
    const gated = ['--profile', lenientProfile(2), '--slo', lenientObjectives()];
    const args = ['run', '--target', `http://${fake.host}`, ...gated, '--no-telemetry', '--out', dir];
    const ended = await runCli(args, { prelude: `ulimit -n ${files}` });
    expectPlain(ended);
    expect([ended.stderr, [0, 2, 3].includes(ended.exitCode ?? -1)]).toEqual([ended.stderr, true]);
    if (ended.exitCode === 2) expectError(ended, /too many open files|can't be/);
  });
});

test.concurrent('another failure to begin with is not called a shortage, however few files a process may have', async () => {
  const module = join(import.meta.dirname, '../../bin/shortage.mjs');
  const code = `import { endFor } from ${JSON.stringify(module)}; endFor(new Error('Cannot find package "x"'));`;
  const { stderr } = await execa({
    reject: false,
  })`sh -c ${'ulimit -n 200; exec node --input-type=module -e "$0"'} ${code}`;
  expect(stderr).toContain('Cannot find package');
  expect(stderr).not.toContain('too many open files');
});

test.runIf(process.platform === 'linux').concurrent('too little memory to begin with', async () => {
  const ended = await runCli(['checks'], { bin: FROM_SOURCES, prelude: 'ulimit -v 2000000' });
  expectError(ended, /too little memory/);
  expectPlain(ended);
});
