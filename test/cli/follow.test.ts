/** `watch`: another process follows a run from its folder to its verdict; and folders with nothing to follow. */
import { cpSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCHEMA_VERSION } from '../../lib/core/schema-version.ts';
import { recordedSeconds } from '../support/journal.ts';
import { Cli, cleanUp, enginePath, expectError, file, filesOf, runCli, tempDir, until } from './support/cli.ts';
import { lenientObjectives, lenientProfile } from './support/profiles.ts';

beforeAll(enginePath, 600_000);
afterAll(cleanUp);

function quietRun(durationSec: number, cwd = tempDir()): { cli: Cli; dir: string } {
  const gated = ['--profile', lenientProfile(durationSec), '--slo', lenientObjectives(), '--no-telemetry'];
  return { cli: new Cli(['run', ...gated, '--quiet', '--out', 'runs/mine'], { cwd }), dir: join(cwd, 'runs/mine') };
}

async function recording(run: { cli: Cli; dir: string }): Promise<void> {
  await until('a record', () => recordedSeconds(run.dir) > 0);
}

test.concurrent('a quiet run is followed to its verdict, the newest of runs/ when none is named', async () => {
  const run = quietRun(25);
  await recording(run);
  const watching = await runCli(['watch'], { cwd: run.cli.cwd });
  expect(watching.stderr).toMatch(/^runs\/mine: profile lenient, contract documented, against http/);
  expect(watching.stderr).toMatch(/^\d+\/25 s {2}offered 20\/s {2}delivered \d+\/s .* health p99 \d/m);
  expect(watching.stdout).toMatch(/^CONFORMS {2}all of 4 gating findings pass; telemetry not looked at\n$/);
  expect(watching.exitCode).toBe(0);
  const ended = await run.cli.ended();
  expect([ended.exitCode, ended.stderr]).toEqual([0, '']);
});

test.concurrent('Ctrl-C ends the watching and not the run', async () => {
  const run = quietRun(30);
  await recording(run);
  const watching = new Cli(['watch', run.dir]);
  await watching.says(/profile lenient/);
  watching.signal('SIGINT');
  expect((await watching.ended()).exitCode).toBe(130);
  expect((await run.cli.ended()).stdout).toMatch(/^CONFORMS/);
});

test.concurrent('a run that is over shows its verdict at once, and nothing in its folder is touched', async () => {
  const run = quietRun(2);
  await run.cli.ended();
  const before = filesOf(run.dir);
  const { exitCode, stdout, stderr } = await runCli(['watch', run.dir]);
  expect(stderr).toBe(`${run.dir} is over\n`);
  expect(stdout, stdout).toMatch(/^CONFORMS {2}all of 4 gating findings pass; telemetry not looked at\n$/);
  expect(exitCode).toBe(0);
  expect(filesOf(run.dir)).toEqual(before);
});

test.concurrent('a run whose harness was killed is not waited for', async () => {
  const run = quietRun(60);
  await recording(run);
  run.cli.kill();
  await run.cli.ended();
  const old = join(tempDir(), 'old');
  cpSync(run.dir, old, { recursive: true });
  const hourAgo = Date.now() / 1000 - 3600;
  for (const name of ['engine.ndjson', 'plan.json']) utimesSync(join(old, name), hourAgo, hourAgo);
  expectError(await runCli(['watch', old]), /the run in \S+ is not running any more: nothing was recorded for 30 s/);
});

test.concurrent('a run that ends before its load is not waited for', async () => {
  const dir = join(tempDir(), 'run');
  mkdirSync(dir);
  expectError(await runCli(['watch', dir]), /there is no run in \S+run/);
  const preparing = join(tempDir(), 'preparing');
  cpSync(dir, preparing, { recursive: true });
  writeFileSync(join(preparing, 'engine.log'), '');
  const watching = new Cli(['watch', preparing]);
  await watching.says(/preparing/);
  rmSync(join(preparing, 'engine.log'));
  expectError(await watching.ended(), /the run in \S+ ended before its load/);
});

test.concurrent.each([
  ['conforms', 99],
  ['breaches', 0],
  ['breaches', null],
  ['fine', 0],
])('a verdict "%s" with the exit code %j is damaged, and not reported', async (outcome, exitCode) => {
  const dir = tempDir();
  file(dir, 'findings.json', { schemaVersion: SCHEMA_VERSION, outcome, headline: 'all is well', exitCode });
  const ended = await runCli(['watch', dir]);
  expectError(ended, /findings\.json is damaged: its outcome and its exit code do not fit/);
  expect(ended.stdout).toBe('');
});

test.concurrent.each([
  ['no such folder', ['watch', 'nope'], /there is no run in nope/],
  ['no folder of runs', ['watch'], /there is no run in runs\//],
])('%s is one clear error', async (_, args, says) => {
  expectError(await runCli(args), says);
});
