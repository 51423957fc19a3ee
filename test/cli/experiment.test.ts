/** The command `experiment` as a process: a target against itself, against itself behind a delay, and with a side that does not exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../lib/core/plan.ts';
import { plannedJourneys } from '../../lib/core/timeline.ts';
import { startEmbeddedTarget } from '../../lib/embedded/process.ts';
import type { ExperimentFacts } from '../../lib/experiment/model/facts.ts';
import { Cli, cleanUp, type Ended, enginePath, expectError, file, tempDir, until } from './support/cli.ts';
import { runHere } from './support/here.ts';
import { healthProfile, lenientObjectives } from './support/profiles.ts';

type Running = Awaited<ReturnType<typeof startEmbeddedTarget>>;
const targets: Running[] = [];
let plain: Running;
beforeAll(async () => {
  await enginePath();
  plain = await target();
});
afterAll(async () => {
  await Promise.all(targets.map((one) => one.stop()));
  cleanUp();
});

async function target(...args: string[]): Promise<Running> {
  const started = await startEmbeddedTarget(args, new AbortController().signal);
  targets.push(started);
  return started;
}

/**
 * Pairs of blocks of one second. Six pairs are the fewest that give an answer; as many more are in reserve for pairs that a busy machine
 * spoils.
 */
function against(b: string, out: string, ...more: string[]): string[] {
  const sides = ['experiment', '--a', plain.httpUrl, '--b', b, '--profile', healthProfile(), '--out', out];
  return [...sides, '--block-sec', '1', '--max-minutes', '2.4', ...more];
}

async function answer(args: readonly string[]): Promise<Ended> {
  const running = new Cli(args);
  await until('an answer', () => !running.running, 4 * 60_000);
  return running.ended();
}

function facts(dir: string): ExperimentFacts {
  return JSON.parse(readFileSync(join(dir, 'experiment.json'), 'utf8')) as ExperimentFacts;
}

test.concurrent('a target behind a delay of 400 ms is slower', async () => {
  const out = join(tempDir(), 'slower');
  const { exitCode, stdout } = await answer(against((await target('--delay-ms', '400')).httpUrl, out));
  expect(stdout).toMatch(/^SLOWER {2}B is slower than A in health p50/);
  expect(exitCode).toBe(99);
  const row = facts(out).rows.find(({ percentile }) => percentile === 50);
  expect(row?.differenceMs).toBeGreaterThan(200);
  expect(row?.differenceMs).toBeLessThan(1000);
  expect(facts(out).pairs.length).toBeGreaterThanOrEqual(6);
  expect(readFileSync(join(out, 'experiment.md'), 'utf8')).toMatch(/^## B against A: slower\n/);
  expect(readFileSync(join(out, 'experiment.html'), 'utf8')).toContain('<h1 id="outcome">B is slower than A</h1>');
});

test.concurrent('a target against itself is the same, where no less than 2 s matter', async () => {
  const out = join(tempDir(), 'same');
  const { exitCode, stdout } = await answer(against(plain.httpUrl, out, '--smallest-ms', '2000'));
  expect(stdout).toMatch(/^SAME {2}p50 and p95 of every endpoint are the same on both sides, after /);
  expect(facts(out).headline).toMatch(/; A and B have the same address, so one server was compared with itself$/);
  expect(exitCode).toBe(0);
});

test.concurrent('a side that dies in the middle ends it: there is no answer, and what was measured is kept', async () => {
  const [dying, out] = [await target(), join(tempDir(), 'dying')];
  const running = new Cli(against(dying.httpUrl, out));
  await running.says(/^pair 2 of at most 12/m);
  await dying.stop();
  const { exitCode, stdout } = await running.ended();
  expect(stdout.replace(/\s+/g, ' ')).toMatch(
    /^CAN'T TELL B no longer answers: nothing to measure at .+, after \d+ pairs? /,
  );
  expect(exitCode).toBe(3);
  expect(facts(out).pairs.length).toBeGreaterThanOrEqual(1);
});

test.concurrent('Ctrl-C keeps the pairs so far', async () => {
  const out = join(tempDir(), 'cut');
  const running = new Cli(against(plain.httpUrl, out));
  await running.says(/^pair 2 of at most 12/m);
  running.signal('SIGINT');
  const { exitCode, stdout } = await running.ended();
  const { length } = facts(out).pairs;
  expect(length).toBeGreaterThanOrEqual(1);
  expect(stdout.replace(/\s+/g, ' ')).toContain(`the experiment was interrupted, after ${length} pair`);
  expect(exitCode).toBe(130);
});

test.concurrent('each side has its own WebSocket address, and one that opens none is reported before any load', async () => {
  const b = await target('--ws-port', '0');
  const out = join(tempDir(), 'sockets');
  const nowhere = `${plain.httpUrl.replace('http', 'ws')}/nowhere`;
  const running = new Cli(against(b.httpUrl, out, '--ws-a', nowhere, '--ws-b', b.wsUrl));
  await running.says(/^pair 2 of at most 12/m);
  running.signal('SIGINT');
  const { stderr } = await running.ended();
  expect(stderr.match(/^note: .*$/gm)).toEqual([
    expect.stringMatching(/^note: A: no WebSocket opens: ws:\S+\/nowhere refuses the WebSocket handshake with 404$/),
  ]);
  const wsOf = (side: string): string => {
    const plan = readFileSync(join(out, 'blocks', `001-${side}`, 'plan.json'), 'utf8');
    return (JSON.parse(plan) as Plan).target.wsUrl;
  };
  expect([wsOf('a'), wsOf('b')]).toEqual([nowhere, b.wsUrl]);
});

test.concurrent('takes profile, contract and objectives of the config file, and says what that release does not bear', async () => {
  const cwd = tempDir();
  const journeys = { health: { ratePerSec: 5, durationSec: 5 }, agents: { ratePerSec: 2, durationSec: 5 } };
  const slo = lenientObjectives();
  file(cwd, 'aragora-slo.config.json', { contract: 'aragora-2.11', profile: { name: 'mine', journeys }, slo });
  const sides = ['--a', plain.httpUrl, '--b', plain.httpUrl, '--out', 'out'];
  const running = new Cli(['experiment', ...sides, '--block-sec', '1', '--max-minutes', '1.2'], { cwd });
  await running.says(/^pair 2 of at most 6/m);
  running.signal('SIGINT');
  const { stderr, exitCode } = await running.ended();
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/^note: [AB]: 2 debates a second are planned, but aragora-2\.11 can take only 1:/m);
  const plan = JSON.parse(readFileSync(join(cwd, 'out/blocks/001-a/plan.json'), 'utf8')) as Plan;
  expect([plan.contract, plannedJourneys(plan).map(({ name }) => name)]).toEqual([
    'aragora-2.11',
    ['health', 'agents'],
  ]);
  expect(facts(join(cwd, 'out')).profile).toBe('mine');
  expect(plan.objectives.map(({ id }) => id)).toEqual(['lenient.1']);
});

test.each([
  [['--max-minutes', '0.1'], /0\.1 minutes are too short for 6 pairs/],
  [['--block-sec', '0'], /must be a whole number of seconds, 1 to 3600/],
  [['--smallest-ms', '-1'], /must be a number greater than 0/],
  [['--smallest-share', '1'], /must be a number greater than 0 and less than 1/],
  [['--smallest-share', '50'], /must be a number greater than 0 and less than 1/],
  [['--b', 'ftp://127.0.0.1:9'], /ftp/],
  [['--slo', '/nowhere/slo.yaml'], /cannot read \/nowhere\/slo\.yaml/],
])('%j is refused before any block', async (more, says) => {
  const out = join(tempDir(), 'none');
  expectError(await runHere(against(plain.httpUrl, out, ...more)), says);
  expect(existsSync(out)).toBe(false);
});

test('a side that never was there leaves no folder', async () => {
  const out = join(tempDir(), 'none');
  expectError(await runHere(against('http://127.0.0.1:9', out)), /nothing to measure at http:\/\/127\.0\.0\.1:9/);
  expect(existsSync(join(out, 'experiment.json'))).toBe(false);
});
