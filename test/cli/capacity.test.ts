/** The command `capacity` as a process, against a target of known capacity, and what it prints and writes when it can't decide. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CapacityFacts } from '../../lib/capacity/model/facts.ts';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { healthSlo } from '../support/health-slo.ts';
import { Cli, cleanUp, enginePath, expectError, file, runCli, statusOf, tempDir, until } from './support/cli.ts';
import { runHere } from './support/here.ts';

/** Between two of the rates that a search tries, and far from both: 25 and, from halving the interval above it, 35.4. */
const CAPACITY = 30;
const targets: Target[] = [];
beforeAll(async () => {
  await enginePath();
});
afterAll(async () => {
  await Promise.all(targets.map((target) => target.stop()));
  cleanUp();
});

async function target(options: Parameters<typeof startTarget>[0] = {}): Promise<string> {
  const started = await startTarget(options);
  targets.push(started);
  return started.httpUrl;
}

/** Half of the health checks within `limitMs`: decided by 5 samples, and even a busy machine does not break it. */
function halfWithin(limitMs: number): string {
  return file(tempDir(), 'slo.yaml', healthSlo('half', limitMs));
}

const health = (url: string, out: string, limitMs = 500): string[] => [
  'capacity',
  '--target',
  url,
  '--journey',
  'health',
  '--slo',
  halfWithin(limitMs),
  '--out',
  out,
];

function facts(dir: string): CapacityFacts {
  return JSON.parse(readFileSync(join(dir, 'capacity.json'), 'utf8')) as CapacityFacts;
}

test.concurrent('of a target that serves 30 requests a second is found within half and twice of that', async () => {
  const out = join(tempDir(), 'found');
  const url = await target({ capacityPerSec: CAPACITY });
  const running = new Cli([...health(url, out), '--resolution', '0.5']);
  await until('an answer', () => !running.running, 4 * 60_000);
  const { exitCode, stdout } = await running.ended();
  const { answer, steps } = facts(out);
  expect(exitCode, stdout).toBe(0);
  if (answer.kind !== 'found') throw new Error(stdout);
  expect(answer.holdsPerSec).toBeGreaterThanOrEqual(CAPACITY / 2);
  expect(answer.holdsPerSec).toBeLessThanOrEqual(CAPACITY * 1.1);
  expect(answer.breaksPerSec).toBeLessThanOrEqual(CAPACITY * 2);
  expect(stdout).toMatch(/^CAPACITY {2}every gating objective holds at /);
  expect(stdout).toContain('broke first');
  expect(readFileSync(join(out, 'capacity.html'), 'utf8')).toContain('<svg class="ladder"');
  // Each step is a run that can be judged alone.
  const broken = steps.find(({ result }) => result === 'breaks');
  expect(statusOf(join(out, broken?.folder ?? ''), 'half.1')).toBe('fail');
});

test.concurrent('is at least the highest rate that may be tried, where all hold', async () => {
  const { exitCode, stdout } = await runCli([
    ...health(await target(), join(tempDir(), 'most'), 5000),
    '--max-rate',
    '20',
  ]);
  expect(stdout).toMatch(/^AT LEAST {2}at least 20\/s: every rate up to --max-rate holds/);
  expect(exitCode).toBe(0);
});

test.concurrent('keeps the steps so far on Ctrl-C', async () => {
  const out = join(tempDir(), 'cut');
  const running = new Cli([...health(await target(), out, 5000), '--max-rate', '20']);
  await running.says(/^step 2: 20\/s for/m);
  running.signal('SIGINT');
  const ended = await running.ended();
  expect(ended.exitCode).toBe(130);
  expect(ended.stdout).toContain('at least 20/s: the search was interrupted');
  expect(facts(out).steps).toHaveLength(1);
});

test.concurrent('is not known where not even the lowest rate holds', async () => {
  const url = await target({ patch: { http: [{ route: 'health', kind: 'status', status: 500, pick: { share: 1 } }] } });
  const lowest = await runCli([...health(url, join(tempDir(), 'below')), '--max-rate', '1']);
  expect(lowest.stdout).toMatch(/^BELOW {2}below 1\/s, the lowest rate that was tried: there half breaks/);
  expect(lowest.exitCode).toBe(3);
  // Holds for both steps; reported once, before the first.
  expect(lowest.stderr).toMatch(/^step 2: /m);
  expect(lowest.stderr.match(/^(note: .*|step \d+: 1\/s for .*)$/gm)?.slice(0, 3)).toEqual([
    expect.stringMatching(/^step 1: /),
    `note: ${url}/api/health answers 500 ("injected failure")`,
    expect.stringMatching(/^step 2: /),
  ]);
});

test.concurrent('is not known with time for no whole step', async () => {
  const ended = await runCli([...health(await target(), join(tempDir(), 'short')), '--max-minutes', '0.1']);
  expect(ended.stdout).toMatch(/^NOT KNOWN {2}no rate is known to hold: the time was up/);
  expect(ended.exitCode).toBe(3);
});

describe('is refused', () => {
  test.each([
    [['--journey', 'helth'], /no journey "helth" has a rate/],
    [['--max-rate', '0'], /must be a number greater than 0/],
    [['--max-rate', '0.001'], /at 0\.001 arrivals a second no step of \d+ s could decide every objective/],
    [['--resolution', '1'], /must be a number greater than 0 and less than 1/],
    [['--profile', 'smok'], /--profile must be the name of a profile, .*, got "smok"/],
    [['--journey', 'consensus', '--slo', 'HEALTH'], /no gating objective says anything about consensus alone/],
  ])('with %j', async (args, says) => {
    const given = args.map((arg) => (arg === 'HEALTH' ? halfWithin(500) : arg));
    expectError(await runHere(['capacity', '--target', 'http://127.0.0.1:9', ...given]), says);
  });

  test('where nothing answers, and leaves no folder', async () => {
    const out = join(tempDir(), 'none');
    expectError(await runHere(health('http://127.0.0.1:9', out)), /nothing to measure at http:\/\/127\.0\.0\.1:9/);
    expect(existsSync(out)).toBe(false);
  });
});
