/**
 * Searches for the capacity of the real Aragora: what must be true of an answer on any machine. The objective is about half of all health
 * checks, so ten seconds decide a step. The tail, which depends on who else has the interpreter's lock, decides nothing.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CapacityFacts, StepResult } from '../../lib/capacity/model/facts.ts';
import { healthSlo } from '../support/health-slo.ts';
import { type Delay, startDelay } from './delay.ts';
import { aragoraSlo, countedByServer, type Ended, recorded } from './gate.ts';
import { type Aragora, startAragora } from './server.ts';

const DELAY_MS = 600;

let folder: string;
let server: Aragora;
let delayed: Delay;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aragora-slo-capacity-'));
  server = await startAragora();
  delayed = await startDelay(server.httpUrl, DELAY_MS);
});
afterAll(async () => {
  await delayed.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test.concurrent('it sustains ten health checks a second at least, and has answered each of them', async () => {
  const before = await countedByServer(server);
  const { ended, facts, dir } = await search(server.httpUrl, 5000, ['--max-rate', '10']);
  expect(ended.stdout).toMatch(/^AT LEAST {2}at least 10\/s: every rate up to --max-rate holds\n/);
  expect(ended.exitCode).toBe(0);
  expect(ended.stdout).toMatch(/^knee +not known: 1 rate was measured, 4 are needed$/m);
  const after = await countedByServer(server);
  const answered = (after['GET /api/health'] ?? 0) - (before['GET /api/health'] ?? 0);
  const measured = facts.steps.reduce((sum, step) => sum + recorded(path.join(dir, step.folder), 'health'), 0);
  expect(facts.steps.map(({ result }) => result)).toEqual(['holds', 'holds']);
  // Ten seconds of each step are measured; its warm-up is answered too.
  expect(measured).toBeGreaterThanOrEqual(2 * 10 * 10 * 0.9);
  expect(answered).toBeGreaterThanOrEqual(measured);
});

test.concurrent('behind a delay it sustains nothing that the delay rules out, and what broke first is named', async () => {
  const { ended, facts } = await search(delayed.httpUrl, DELAY_MS / 2, ['--max-rate', '1']);
  expect(ended.stdout).toMatch(/^BELOW {2}below 1\/s, the lowest rate that was tried: there half breaks\n/);
  expect(ended.stdout).toMatch(/^broke first +half: measured \d+ ms/m);
  expect(ended.exitCode).toBe(3);
  expect(facts.steps.every(({ result }) => result === 'breaks')).toBe(true);
});

test('pushed as far as it goes, no rate is called borne that was not seen to hold, and more often than to break', async () => {
  const { ended, facts } = await search(server.httpUrl, 100, ['--max-rate', '1600', '--max-minutes', '1.5']);
  const { answer, steps } = facts;
  expect(ended.exitCode).toBe(answer.kind === 'found' || answer.kind === 'at-least' ? 0 : 3);
  const held = 'holdsPerSec' in answer ? answer.holdsPerSec : 0;
  const broke = 'breaksPerSec' in answer ? (answer.breaksPerSec ?? Infinity) : Infinity;
  expect(held).toBeLessThan(broke);
  const count = (rate: number, wanted: StepResult): number =>
    steps.filter(({ ratePerSec, result }) => ratePerSec === rate && result === wanted).length;
  if (held > 0) expect(count(held, 'holds')).toBeGreaterThan(count(held, 'breaks'));
  if (broke < Infinity) expect(count(broke, 'breaks')).toBeGreaterThan(0);
  // In a step that holds, half of everything that was due was answered in time: each dropped or failed arrival counted against it.
  for (const step of steps.filter(({ result }) => result === 'holds')) {
    expect(step.latencies[0]?.p50Ms, step.folder).toBeLessThanOrEqual(100);
  }
});

/** Half of the health checks within `limitMs`. */
async function search(
  target: string,
  limitMs: number,
  bounds: readonly string[],
): Promise<{ readonly ended: Ended; readonly facts: CapacityFacts; readonly dir: string }> {
  const dir = await mkdtemp(path.join(folder, 'of-'));
  const slo = path.join(dir, 'half.json');
  await writeFile(slo, JSON.stringify(healthSlo('half', limitMs)));
  const out = path.join(dir, 'search');
  const load = ['--journey', 'health', '--slo', slo, '--resolution', '0.5', '--seed', '1', '--out', out];
  const ended = await aragoraSlo(['capacity', '--target', target, '--contract', 'aragora-2.11', ...load, ...bounds]);
  expect(ended.exitCode, ended.stderr).not.toBe(2);
  const facts = JSON.parse(await readFile(path.join(out, 'capacity.json'), 'utf8')) as CapacityFacts;
  return { ended, facts, dir: out };
}
