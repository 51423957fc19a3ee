/** Runs in which something is broken on purpose: what was injected is what clients saw, and nobody is blamed for a layer that dies. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { profileOf } from '../../lib/config/profile.ts';
import type { LoadResult } from '../../lib/core/recording.ts';
import { startTarget } from '../../lib/target/target.ts';
import { startFront } from '../innocent/front.ts';
import { certificate } from '../support/certificate.ts';
import { recordedSeconds } from '../support/journal.ts';
import { Cli, cleanUp, enginePath, expectError, file, findings, runCli, tempDir, until } from './support/cli.ts';
import { lenientObjectives } from './support/profiles.ts';

beforeAll(enginePath, 900_000);
afterAll(cleanUp);

const loadOf = (dir: string) => JSON.parse(readFileSync(join(dir, 'load.json'), 'utf8')) as LoadResult;

/** Objectives that a busy machine keeps. */
function phases(durationSec: number): string {
  const sec = (more: object) => ({ durationSec, ...more });
  return file(tempDir(), 'phases.yaml', {
    name: 'phases',
    journeys: { health: { ratePerSec: 20, durationSec }, websocket: { sockets: 2, durationSec } },
    gates: ['lenient.1'],
    phases: [
      sec({ name: 'baseline' }),
      sec({ name: 'fault', faults: 'errors', expects: [{ availability: 0.6 }] }),
      sec({ name: 'recovery', durationSec: 8, recoverWithinSec: 3 }),
    ],
  });
}

const asked = (durationSec: number): string[] => [
  ...['run', '--no-telemetry', '--profile', phases(durationSec), '--slo', lenientObjectives()],
];

test('a fault hits what it says, clients see it, and the run conforms', async () => {
  const out = join(tempDir(), 'run');
  const { exitCode, stdout, stderr } = await runCli([...asked(5), '--out', out]);
  expect(exitCode, stdout + stderr).toBe(0);
  const { faults, journeys } = loadOf(out);
  // Its arrivals are one scenario of k6, and each is of one phase. Behind the last one k6 may fit one more.
  const arrivals = journeys.filter(({ journey }) => journey === 'health');
  expect(arrivals.map(({ offered }) => (offered === 161 ? 160 : offered))).toEqual([100, 100, 160]);
  expect(arrivals.map(({ delivered, dropped }) => delivered + dropped)).toEqual(arrivals.map(({ offered }) => offered));
  expect(readFileSync(join(out, 'engine.json'), 'utf8').match(/"health_\d"/g)).toEqual(['"health_0"']);
  expect(faults?.switches.map(({ phase }) => phase)).toEqual(['fault', 'recovery']);
  const [count] = faults?.counts['fault'] ?? [];
  expect(count?.seen).toBeGreaterThan(80);
  expect(count?.hit).toBe(Math.floor((count?.seen ?? 0) / 10));
  const found = findings(out).findings.filter(({ id }) => id === 'load.faults' || id === 'fault.recovery');
  expect(found.map(({ id, status }) => `${id} ${status}`)).toEqual(['fault.recovery pass', 'load.faults pass']);
  expect(stdout.replace(/\s+/g, ' ')).toContain('injected faults in fault');
});

test('the layer trusts the authority that --ca names, and two engines share its phases', async () => {
  const { certFile, ...tls } = certificate(tempDir());
  const target = await startTarget({});
  const front = await startFront(target, { tls, host: 'localhost', prefix: '/aragora' });
  const out = join(tempDir(), 'run');
  const at = ['--target', front.httpUrl, '--ws', front.wsUrl, '--ca', certFile, '--runners', '2'];
  try {
    const { exitCode, stdout, stderr } = await runCli([...asked(5), ...at, '--out', out]);
    expect(exitCode, stdout + stderr).toBe(0);
  } finally {
    await front.stop();
    await target.stop();
  }
  const { faults } = loadOf(out);
  const [count] = faults?.counts['fault'] ?? [];
  expect(count?.hit).toBeGreaterThan(7);
  // What the layer did not answer itself, the server did.
  expect(faults?.answered).toBe((faults?.requests ?? 0) - (count?.hit ?? 0));
  const health = faults?.routes?.['health'];
  expect(health?.came).toBeGreaterThan(200);
  expect(health?.answered).toEqual({ 200: health?.passed });
  expect(health?.passed).toBe((health?.came ?? 0) - (count?.hit ?? 0));
});

/** A run that is under way, with the layer in front of its target. */
async function loading(): Promise<{ cli: Cli; out: string; layer: number }> {
  const out = join(tempDir(), 'run');
  const cli = new Cli([...asked(20), '--out', out]);
  await until(
    () => `recorded seconds; stderr: ${cli.stderr}`,
    () => recordedSeconds(out) > 1 || !cli.running,
  );
  const [layer] = cli.processes().filter(({ command }) => /\/faults http/.test(command));
  expect(layer).toBeDefined();
  return { cli, out, layer: layer?.pid ?? 0 };
}

test('a layer that dies leaves the run inconclusive, with its cause, and no failure of the server', async () => {
  const { cli, out, layer } = await loading();
  process.kill(layer, 'SIGKILL');
  const { exitCode } = await cli.ended();
  expect(exitCode).toBe(3);
  const { findings: all } = findings(out);
  expect(all.filter(({ status }) => status === 'fail')).toEqual([]);
  const how = 'the layer of faults ended by itself: it exited with SIGKILL';
  expect(all.find(({ id }) => id === 'load.faults')?.summary).toBe(how);
  expect(all.find(({ id }) => id === 'load.completed')?.summary).toContain(how);
});

test('Ctrl-C ends the layer, too', async () => {
  const { cli, layer } = await loading();
  cli.signal('SIGINT');
  expect((await cli.ended()).exitCode).toBe(130);
  expect(() => process.kill(layer, 0)).toThrow('ESRCH');
});

test('what makes no sense is refused before any load', async () => {
  const health = { health: { ratePerSec: 1, durationSec: 1 } };
  const one = file(tempDir(), 'one.yaml', { name: 'one', journeys: health });
  expectError(await runCli(['run', '--profile', one, '--fault', 'eror']), /no fault is called "eror"/);
  expectError(await runCli(['run', '--profile', one, '--fault', 'reset', 'half-open']), /exclude each other/);
  expectError(
    await runCli(['run', '--profile', 'resilience', '--fault', 'reset']),
    /--fault needs a profile of one phase/,
  );
  const target = ['--target', 'http://127.0.0.1:1'];
  const far = ['--kubernetes', '--engine-image', 'engine', ...target];
  expectError(
    await runCli(['run', ...far, '--profile', 'resilience']),
    /the fault status can't be had with --kubernetes/,
  );
  expectError(
    await runCli(['capacity', ...target, '--profile', 'resilience']),
    /has the phases baseline, fault, recovery/,
  );
});

test('the profiles of the documentation are some', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/faults.md'), 'utf8');
  const profiles = [...page.matchAll(/```yaml\n(name: [\s\S]*?)```/g)].map(([, yaml = '']) => yaml);
  expect(profiles.map((yaml) => profileOf('faults.md', parse(yaml)).phases?.map(({ name }) => name))).toEqual([
    ['baseline', 'fault', 'recovery'],
    ['baseline', 'errors', 'calm', 'one-pod-less', 'recovery'],
  ]);
});
