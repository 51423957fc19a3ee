/**
 * The real Aragora against itself, and against itself behind a delay. Only medians, and by more than a busy machine adds: its tail depends
 * on who else has the interpreter's lock.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Delay, startDelay } from './delay.ts';
import { aragoraSlo, type Ended, recordRun } from './gate.ts';
import { type Aragora, startAragora } from './server.ts';

const DELAY_MS = 600;
const MEDIANS = ['--percentiles', '50', '--smallest-ms', '250'];

let folder: string;
let server: Aragora;
let delayed: Delay;
const runs: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'aragora-slo-compare-'));
  server = await startAragora();
  delayed = await startDelay(server.httpUrl, DELAY_MS);
  const profile = path.join(folder, 'even.json');
  const steps = [{ ratePerSec: 10, durationSec: 15 }];
  const journeys = { health: { steps }, 'debates-list': { steps } };
  await writeFile(profile, JSON.stringify({ name: 'even', journeys, gates: ['availability.api'] }));
  for (const httpUrl of [server.httpUrl, server.httpUrl, delayed.httpUrl]) {
    const run = path.join(folder, String(runs.length));
    const { stdout } = await recordRun({ httpUrl, wsUrl: server.wsUrl }, profile, run);
    // A run this short can't decide 99.9 %; here it only matters that it was measured to its end.
    expect(stdout).toMatch(/^(INCONCLUSIVE|BREACHES)/);
    runs.push(run);
  }
});
afterAll(async () => {
  await delayed.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test('it is not slower than itself', async () => {
  const { exitCode, stdout } = await compared(runs[0], runs[1]);
  expect(stdout).toMatch(/^NOT SLOWER/);
  expect(exitCode).toBe(0);
});

test('it is slower behind a delay, by as much', async () => {
  const { exitCode, stdout } = await compared(runs[0], runs[2]);
  expect(stdout).toMatch(/^SLOWER/);
  expect(exitCode).toBe(99);
});

test('and faster without one', async () => {
  const { exitCode, stdout } = await compared(runs[2], runs[0]);
  expect(stdout).toContain('faster');
  expect(exitCode).toBe(0);
});

/** B compared with A. */
function compared(a: string | undefined, b: string | undefined): Promise<Ended> {
  return aragoraSlo(['compare', a ?? '', b ?? '', ...MEDIANS]);
}
