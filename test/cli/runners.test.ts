/** A load that several engines share: the same counts as by one of them, one verdict, and no conforming run where one of them was not whole. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadResult } from '../../lib/core/recording.ts';
import { recordedSeconds } from '../support/journal.ts';
import {
  Cli,
  cleanUp,
  enginePath,
  expectError,
  file,
  findings,
  runCli,
  statusOf,
  tempDir,
  until,
} from './support/cli.ts';
import { lenientObjectives, lenientProfile } from './support/profiles.ts';

beforeAll(enginePath, 900_000);
afterAll(cleanUp);

const loadOf = (dir: string) => JSON.parse(readFileSync(join(dir, 'load.json'), 'utf8')) as LoadResult;

/** All journeys, for a few seconds. */
function everything(): string {
  // Three engines can't share the users of 21 a second evenly without more of them.
  const [ratePerSec, durationSec] = [21, 5];
  const arrivals = { ratePerSec, durationSec };
  const journeys = {
    health: arrivals,
    'debates-list': arrivals,
    agents: { ratePerSec: 4, durationSec },
    consensus: arrivals,
    websocket: { sockets: 6, durationSec },
  };
  return file(tempDir(), 'everything.yaml', {
    name: 'everything',
    journeys,
    gates: ['content.'],
  });
}

/** A run of three engines that is under way, and the process ids of its engines. */
async function loading(): Promise<{ cli: Cli; dir: string; engines: number[] }> {
  const dir = join(tempDir(), 'run');
  const gated = ['--profile', lenientProfile(60), '--slo', lenientObjectives()];
  const cli = new Cli(['run', '--runners', '3', ...gated, '--out', dir]);
  await until(
    () => `recorded seconds; stderr: ${cli.stderr}`,
    () => recordedSeconds(dir) > 6 || !cli.running,
  );
  const engines = cli.processes().filter(({ command }) => / run .*\/engine\.js/.test(command));
  expect(engines).toHaveLength(3);
  return { cli, dir, engines: engines.map(({ pid }) => pid) };
}

test('three engines send each arrival once, as one engine does', async () => {
  const profile = everything();
  const [alone, together] = [join(tempDir(), 'alone'), join(tempDir(), 'together')];
  await runCli(['run', '--profile', profile, '--seed', '5', '--out', alone]);
  const ended = await runCli(['run', '--profile', profile, '--seed', '5', '--runners', '3', '--out', together]);
  expect(loadOf(together).journeys).toEqual(loadOf(alone).journeys);
  // The same trace ids, each once: the server's telemetry has none that was not sent, and lacks none.
  const sameFor = ['load.completed', 'load.delivered', 'traces.propagation', 'logs.trace-ids', 'logs.once'];
  for (const id of sameFor) expect([id, statusOf(together, id)], ended.stdout).toEqual([id, statusOf(alone, id)]);
  expect(statusOf(together, 'load.runners'), ended.stdout).toBe('pass');
  expect(statusOf(alone, 'load.runners')).toBeUndefined();
  const { generators } = loadOf(together);
  expect(generators.map(({ id, segment }) => [id, segment.index, segment.of])).toEqual([
    ['1', 0, 3],
    ['2', 1, 3],
    ['3', 2, 3],
  ]);
  expect(findings(together).run.command).toContain('--runners 3');
  const again = await runCli(['judge', together]);
  expect(again.exitCode).toBe(ended.exitCode);
});

test('an engine that is killed ends the others, and is named', async () => {
  const { cli, dir, engines } = await loading();
  process.kill(engines[1] ?? 0, 'SIGKILL');
  const { exitCode, stdout } = await cli.ended();
  expect(stdout).toMatch(/cut short: the load engine of generator [123] died \(signal SIGKILL\)/);
  expect([exitCode, findings(dir).outcome]).toEqual([3, 'inconclusive']);
});

test('Ctrl-C ends all of them, and keeps what they recorded', async () => {
  const { cli, dir } = await loading();
  cli.signal('SIGINT');
  const { exitCode } = await cli.ended();
  expect([exitCode, findings(dir).outcome]).toEqual([130, 'interrupted']);
  expect(loadOf(dir).journeys.every(({ delivered }) => delivered > 0)).toBe(true);
});

test('a harness that is killed leaves a journal of all of them, which is judged', async () => {
  const { cli, dir } = await loading();
  cli.kill();
  await until('its end', () => !cli.running);
  const { exitCode, stdout } = await runCli(['judge', dir]);
  expect([exitCode, stdout.split('\n')[0]]).toEqual([3, expect.stringContaining('INCONCLUSIVE')]);
});

test('sockets that are too few for so many engines are refused before any load', async () => {
  const cwd = tempDir();
  const ended = await runCli(['run', '--profile', everything(), '--runners', '7'], { cwd });
  expectError(ended, /7 runners can't share the 6 sockets of the journey "websocket"/);
  expect(ended.stderr).toContain('name at most 6 with --runners');
});

test('a dashboard of k6 would show one engine', async () => {
  expectError(await runCli(['run', '--runners', '2', '--dashboard']), /--dashboard and --runners exclude each other/);
});
