/** `compare` and `gate` as a user starts them: exit codes, words and files. Slow servers are slower by far more than a busy machine makes them. */
import { appendFileSync, cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunComparison } from '../../lib/core/difference.ts';
import { SCHEMA_VERSION } from '../../lib/core/schema-version.ts';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { recordedSeconds } from '../support/journal.ts';
import {
  Cli,
  cleanUp,
  enginePath,
  expectError,
  file,
  filesOf,
  findings,
  runCli,
  tempDir,
  until,
} from './support/cli.ts';
import { runHere } from './support/here.ts';
import { lenientObjectives, lenientProfile, listProfile } from './support/profiles.ts';

/** The fewest seconds that are compared, plus two. */
const SECONDS = 12;
/** A busy machine adds some ms, sometimes tens of them; that much must not count as a difference here. */
const GENEROUS = ['--smallest-ms', '800'];
const SLOW = 'constant(1500ms)';

const profile = lenientProfile(SECONDS);
const slo = lenientObjectives();
let healthy: Target;
let slow: Target;
const base = join(tempDir(), 'base');
const slowRun = join(tempDir(), 'slow');
const list = join(tempDir(), 'list');
const short = join(tempDir(), 'short');

beforeAll(async () => {
  await enginePath();
  healthy = await startTarget();
  slow = await startTarget({ patch: { waits: { health: SLOW } } });
  const recorded = await Promise.all([
    record(healthy.httpUrl, base),
    record(slow.httpUrl, slowRun),
    record(healthy.httpUrl, short, ['--profile', lenientProfile(2), '--slo', slo]),
    record(healthy.httpUrl, list, ['--profile', listProfile()]),
  ]);
  // The last one only matters for its profile.
  for (const { exitCode, stderr } of recorded.slice(0, -1)) expect(exitCode, stderr).toBe(0);
});
afterAll(async () => {
  await healthy.stop();
  await slow.stop();
  cleanUp();
});

function record(url: string, out: string, load = ['--profile', profile, '--slo', slo]) {
  return runCli(['run', '--target', url, ...load, '--no-telemetry', '--quiet', '--out', out]);
}

function gate(url: string, out: string, ...more: string[]): string[] {
  return ['gate', '--baseline', base, '--candidate', url, '--no-telemetry', '--out', out, ...GENEROUS, ...more];
}

function comparisonOf(run: string): RunComparison {
  return JSON.parse(readFileSync(join(run, 'comparison.json'), 'utf8')) as RunComparison;
}

describe('compare', () => {
  test('of a run with a copy of itself says nothing, and leaves its folder as it was', async () => {
    const before = filesOf(base);
    const twin = join(tempDir(), 'twin');
    cpSync(base, twin, { recursive: true });
    const ended = await runHere(['compare', base, twin, ...GENEROUS]);
    expect(ended.stdout.replace(/\s+/g, ' ')).toMatch(
      /^CANNOT TELL both are the run \S+: a run can't be compared with itself/,
    );
    expect(ended.exitCode).toBe(3);
    expect(filesOf(base)).toEqual(before);
  });

  test('with a slower one says so, and the other way round not', async () => {
    const slower = await runHere(['compare', base, slowRun, ...GENEROUS]);
    expect(slower.stdout).toMatch(/^SLOWER\ntakes longer: health p50/);
    expect(slower.exitCode).toBe(99);
    const faster = await runHere(['compare', slowRun, base, ...GENEROUS]);
    expect(faster.stdout).toMatch(/^faster +health +p50 /m);
    expect(faster.exitCode).toBe(0);
  });

  test('writes Markdown, JSON or a page, and adds to a step’s summary', async () => {
    const dir = tempDir();
    const summary = file(dir, 'summary.md', 'before\n');
    const [markdown, json, page] = [join(dir, 'c.md'), join(dir, 'c.json'), join(dir, 'c.html')];
    await runHere(['compare', base, slowRun, '--out', markdown], { env: { GITHUB_STEP_SUMMARY: summary } });
    await runHere(['compare', base, slowRun, '--out', json]);
    await runHere(['compare', base, slowRun, '--out', page]);
    expect(readFileSync(page, 'utf8')).toContain('<h1 id="outcome">Slower</h1>');
    expect(readFileSync(markdown, 'utf8')).toMatch(/^## ❌ Slower\n/);
    expect(readFileSync(summary, 'utf8')).toBe(`before\n${readFileSync(markdown, 'utf8')}`);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      schemaVersion: SCHEMA_VERSION,
      purpose: 'compare',
      outcome: 'slower',
    });
    expectError(await runHere(['compare', base, base, '--out', '/nowhere/c.md']), /cannot write \/nowhere\/c\.md/);
    expectError(
      await runHere(['compare', base, base, '--out', 'c.csv']),
      /--out must be a file whose name ends in \.md, \.html or \.json, got "c\.csv"/,
    );
  });

  test('of runs of different profiles, and of what is no whole run, is one line', async () => {
    const altered = join(tempDir(), 'altered');
    expectError(await runHere(['compare', base, list]), /base is of the profile "lenient", .*list of "list"/);
    expectError(await runHere(['compare', base, short]), /health at 20\/s for 12 s, .* at 20\/s for 2 s/);
    cpSync(base, altered, { recursive: true });
    appendFileSync(join(altered, 'load.json'), ' ');
    expectError(await runHere(['compare', base, altered]), /altered is damaged: load\.json is not as the run wrote it/);
    expectError(await runHere(['compare', base, '/nowhere/run']), /there is no run folder \/nowhere\/run/);
    expectError(await runHere(['compare', base]), /missing required argument 'b'/);
    expectError(
      await runHere(['compare', base, base, '--smallest-share', '5']),
      /a number greater than 0 and less than 1/,
    );
    expectError(await runHere(['compare', base, base, '--smallest-ms', 'few']), /a number of ms/);
    const percentiles = await runHere(['compare', base, base, '--percentiles', '50,90']);
    expectError(percentiles, /--percentiles must be a list of percentiles such as 50,95, got "50,90"/);
    expect(percentiles.stderr).toMatch(/legal values: 50, 95, 99/);
  });
});

describe('gate', () => {
  test.concurrent('passes a candidate that conforms and is not slower, and leaves both in its folder', async () => {
    const out = join(tempDir(), 'candidate');
    const ended = await runCli(gate(healthy.httpUrl, out));
    expect(ended.stdout).toMatch(/^GATE PASSES\n[\s\S]*\nCONFORMS/);
    expect(ended.exitCode, ended.stdout).toBe(0);
    expect(comparisonOf(out)).toMatchObject({
      purpose: 'gate',
      outcome: 'not-slower',
      a: { label: base },
      b: { verdict: 'conforms' },
    });
    expect(readFileSync(join(out, 'comparison.md'), 'utf8')).toMatch(/^## ✅ Gate passes\n/);
    expect(readFileSync(join(out, 'comparison.html'), 'utf8')).toContain('<h1 id="outcome">Gate passes</h1>');
    expect(findings(out).run.command).toMatch(
      /^npx aragora-slo gate --baseline \S+ --candidate \S+ --no-telemetry --smallest-ms \d+ --seed \d+$/,
    );
    expect((await runHere(['judge', out])).exitCode).toBe(0);
  });

  test.concurrent('that passes and can’t write its summary says so, and does not end as if all was well', async () => {
    const env = { GITHUB_STEP_SUMMARY: '/nowhere/summary.md' };
    const ended = await runCli(gate(healthy.httpUrl, join(tempDir(), 'candidate')), { env });
    expect(ended.stdout).toMatch(/^GATE PASSES\n/);
    expect(ended.stderr).toContain('cannot append to /nowhere/summary.md: it does not exist');
    expect(ended.exitCode).toBe(2);
  });

  test.concurrent('takes a ref for its newest run in the history, and looks at the percentiles asked for alone', async () => {
    const [out, history] = [join(tempDir(), 'candidate'), join(tempDir(), 'history')];
    const added = await runHere(['history', 'add', base, '--dir', history, '--server-ref', 'main']);
    expect(added.exitCode, added.stderr).toBe(0);
    const asked = ['--baseline', 'main', '--history', history, '--candidate', healthy.httpUrl, '--percentiles', '50'];
    const ended = await runCli(['gate', ...asked, '--no-telemetry', '--out', out, ...GENEROUS]);
    expect(ended.stdout).toMatch(/^GATE PASSES\n[\s\S]*\nA main, run \S+\n[\s\S]*\nnot looked at: p95, p99\n/);
    expect(ended.exitCode, ended.stdout).toBe(0);
    expect(comparisonOf(out)).toMatchObject({ percentiles: [50], a: { httpUrl: null }, outcome: 'not-slower' });
    expect(findings(out).run.command).toMatch(
      / gate --baseline main --candidate \S+ .*--history \S+ --percentiles 50 /,
    );
  });

  test.concurrent('fails one that conforms and is slower', async () => {
    const ended = await runCli(gate(slow.httpUrl, join(tempDir(), 'candidate'), '--profile', profile));
    expect(ended.stdout).toMatch(/^GATE FAILS: CONFORMS, BUT IS SLOWER\n[\s\S]*\nCONFORMS/);
    expect(ended.exitCode).toBe(99);
  });

  test.concurrent('fails one that breaches', async () => {
    const broken = await startTarget({
      patch: { http: [{ kind: 'status', status: 500, route: 'health', pick: { share: 0.7 } }] },
    });
    const ended = await runCli(gate(broken.httpUrl, join(tempDir(), 'candidate')));
    await broken.stop();
    expect(ended.stdout).toMatch(/^GATE FAILS: BREACHES/);
    expect(ended.exitCode).toBe(99);
  });

  test.concurrent('never passes one that dies in the middle', async () => {
    const dying = new Cli(['target']);
    await until('its addresses', () => /^http.*\nws.*\n/.test(dying.stdout) || !dying.running);
    const out = join(tempDir(), 'candidate');
    const gating = new Cli(gate(dying.stdout.split('\n')[0] ?? '', out));
    await until(
      () => `recorded seconds; stderr: ${gating.stderr}`,
      () => !gating.running || recordedSeconds(out) > 1,
    );
    dying.signal('SIGTERM');
    await dying.ended();
    const ended = await gating.ended();
    // How much of a load was before its end depends on the machine, and so does whether the rest decides.
    expect([99, 3], ended.stdout).toContain(ended.exitCode);
    expect(ended.stdout).toMatch(/^GATE (FAILS|CANNOT TELL): /);
    expect(comparisonOf(out).endpoints[0]?.failures.bShare).toBeGreaterThan(0);
  });

  test.concurrent('that no candidate could pass is refused before any load', async () => {
    const [cut, out] = [join(tempDir(), 'cut'), join(tempDir(), 'candidate')];
    const recording = new Cli(['run', '--target', healthy.httpUrl, '--profile', profile, '--slo', slo, '--out', cut]);
    await until('recorded seconds', () => recordedSeconds(cut) > 1);
    recording.signal('SIGINT');
    expect((await recording.ended()).exitCode).toBe(130);
    for (const [baseline, why] of [
      [short, /: no percentile has enough samples to compare$/m],
      [cut, /: the load was interrupted/],
    ] as const) {
      const ended = await runHere(['gate', '--baseline', baseline, '--candidate', healthy.httpUrl, '--out', out]);
      expect(ended.stderr).toMatch(/^error: this baseline can't give an answer, so nothing was loaded: /);
      // On a busy machine, how it was measured may be the first reason.
      if (!/: the generator was overloaded: /.test(ended.stderr)) expect(ended.stderr).toMatch(why);
      expect(ended).toMatchObject({ exitCode: 3, stdout: '' });
      expect(existsSync(out)).toBe(false);
    }
  });

  test('of what is no baseline, or another profile than its own, is one line, and nothing is loaded', async () => {
    const out = join(tempDir(), 'candidate');
    const none = ['gate', '--baseline', 'main', '--candidate', healthy.httpUrl, '--out', out];
    const env = { ARAGORA_SLO_HISTORY: tempDir() };
    expectError(
      await runHere(none, { env }),
      /there is no run folder "main" to be the baseline, and the history \S+ has no run/,
    );
    expectError(
      await runHere(gate(healthy.httpUrl, out, '--profile', 'smoke')),
      /base is of the profile "lenient", --profile smoke of "smoke"/,
    );
    expectError(await runHere(gate('http://127.0.0.1:1', out)), /127\.0\.0\.1:1/);
    const inCluster = gate(healthy.httpUrl, out, '--kubernetes');
    expectError(await runHere(inCluster), /--kubernetes needs --engine-image/);
    const far = await runHere([...inCluster, '--engine-image', 'engine']);
    expect(far).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('one load came from the pods of a cluster, and the other one did not'),
    });
    expectError(await runHere(['gate', '--baseline', base]), /required option '--candidate <url>'/);
    expectError(await runHere(['gate', '--candidate', healthy.httpUrl]), /required option '--baseline <run>'/);
    expect(existsSync(out)).toBe(false);
  });
});
