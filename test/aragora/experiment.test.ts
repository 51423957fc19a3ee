/**
 * Experiments on the real Aragora, with itself and with itself behind a delay. Six pairs of blocks of one second, the fewest that give an
 * answer, and as many more in case a busy machine spoils some. The smallest differences are larger than what a busy machine makes: a
 * connection that finds the backlog of five full waits for 1 s.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ExperimentFacts } from '../../lib/experiment/model/facts.ts';
import { type Delay, startDelay } from './delay.ts';
import { aragoraSlo, type Ended } from './gate.ts';
import { type Aragora, startAragora } from './server.ts';

const DELAY_MS = 600;

let folder: string;
let server: Aragora;
let direct: Delay;
let delayed: Delay;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aragora-slo-experiment-'));
  server = await startAragora();
  [direct, delayed] = await Promise.all([startDelay(server.httpUrl, 0), startDelay(server.httpUrl, DELAY_MS)]);
  const steps = [{ ratePerSec: 5, durationSec: 15 }];
  const journeys = { health: { steps }, 'debates-list': { steps } };
  await writeFile(profile(), JSON.stringify({ name: 'even', journeys, gates: ['availability.api'] }));
});
afterAll(async () => {
  await Promise.all([direct.stop(), delayed.stop()]);
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const profile = (): string => path.join(folder, 'even.json');

test('it is the same as itself at another address, where no less than 5 s matter', async () => {
  const { ended, facts } = await experiment(server, direct, '5000');
  expect(ended.stdout).toMatch(/^SAME {2}p50 and p95 of every endpoint are the same on both sides, after \d+ pairs\n/);
  expect(ended.exitCode).toBe(0);
  expect(facts.rows.map(({ endpoint, verdict }) => [endpoint, verdict])).toEqual(
    ['health', 'debates-list'].flatMap((endpoint) => [50, 95, 99].map(() => [endpoint, 'same'])),
  );
  answered(facts);
});

test('it is slower behind a delay, by as much', async () => {
  const { ended, facts } = await experiment(server, delayed, '250');
  expect(ended.stdout).toMatch(/^SLOWER {2}B is slower than A in health p50/);
  expect(ended.exitCode).toBe(99);
  for (const row of facts.rows.filter(({ percentile }) => percentile === 50)) {
    expect(row.verdict).toBe('slower');
    expect(row.interval?.lowerMs).toBeGreaterThan(250);
    expect(row.differenceMs).toBeLessThan(2 * DELAY_MS);
  }
  answered(facts);
});

/** B compared with A. */
async function experiment(
  a: Pick<Aragora, 'httpUrl'>,
  b: Pick<Aragora, 'httpUrl'>,
  smallestMs: string,
): Promise<{ readonly ended: Ended; readonly facts: ExperimentFacts }> {
  const out = path.join(await mkdtemp(path.join(folder, 'of-')), 'experiment');
  const sides = ['experiment', '--a', a.httpUrl, '--b', b.httpUrl, '--contract', 'aragora-2.11'];
  const bounds = ['--profile', profile(), '--block-sec', '1', '--max-minutes', '2.4', '--smallest-ms', smallestMs];
  const ended = await aragoraSlo([...sides, ...bounds, '--seed', '1', '--out', out]);
  expect(ended.exitCode, ended.stderr).not.toBe(2);
  const facts = JSON.parse(await readFile(path.join(out, 'experiment.json'), 'utf8')) as ExperimentFacts;
  return { ended, facts };
}

/** If the sides answer nothing, or fail, their sameness proves nothing. */
function answered({ pairs, totals }: ExperimentFacts): void {
  expect(pairs.length).toBeGreaterThanOrEqual(6);
  for (const side of [totals.a, totals.b]) {
    expect(side.samples).toBeGreaterThanOrEqual(6 * 10 * 0.9);
    expect(side).toMatchObject({ failed: 0, dropped: 0 });
  }
}
