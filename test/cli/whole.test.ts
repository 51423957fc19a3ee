/** Whole runs as a user starts them: what they print and write, and that every later look at the folder says the same. */
import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  cleanUp,
  type Ended,
  enginePath,
  expectError,
  file,
  filesOf,
  findings,
  runCli,
  statusOf,
  tempDir,
} from './support/cli.ts';
import { runHere } from './support/here.ts';
import { debateProfile, lenientObjectives, lenientProfile } from './support/profiles.ts';
import { buildStockK6 } from './support/stock-k6.ts';

const dir = join(tempDir(), 'a run');
const summary = file(tempDir(), 'summary.md', 'before\n');
let ended: Ended;
const lenient = () => ['--profile', lenientProfile(), '--slo', lenientObjectives()];

beforeAll(async () => {
  await enginePath();
  ended = await runCli(['run', ...lenient(), '--out', dir, '--seed', '7'], {
    env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary },
  });
}, 600_000);
afterAll(cleanUp);

/** A copy of the run, to be damaged. */
function copy(): string {
  const there = join(tempDir(), 'run');
  cpSync(dir, there, { recursive: true });
  return there;
}

describe('a run', () => {
  test('of the reference target conforms', () => {
    expect(ended.stdout, ended.stdout).toMatch(/^CONFORMS/);
    expect(ended.exitCode).toBe(0);
    expect(findings(dir)).toMatchObject({ outcome: 'conforms', run: { seed: 7, loadEnded: 'finished' } });
  });

  test('leaves every stage in its folder, and nothing half done', () => {
    const left =
      'SHA256SUMS engine.js engine.json engine.log environment.json findings.json junit.xml load.json observations.json plan.json';
    const reports = 'recording.hlog recording.json report.html report.md';
    expect(readdirSync(dir).sort()).toEqual(`${left} ${reports}`.split(' '));
  });

  test('on GitHub adds a summary to the step and annotations to its output', () => {
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n#/);
    expect(readFileSync(summary, 'utf8')).toContain(readFileSync(join(dir, 'report.md'), 'utf8'));
    expect(ended.stdout).toMatch(/^::notice title=aragora-slo%3A /m);
  });

  test('writes down a command that a shell takes as it was', () => {
    expect(findings(dir).run.command).toMatch(
      /^npx aragora-slo run --profile \S+ --contract documented --slo \S+ --seed 7$/,
    );
  });
});

describe.each(['judge', 'report'])('%s', (command) => {
  test('on the folder alone gives the same findings and reports, byte by byte', async () => {
    const there = copy();
    const again = await runCli([command, there]);
    expect(again.exitCode).toBe(0);
    expect(again.stdout, again.stdout).toMatch(/^CONFORMS/);
    expect(again.stderr).toBe('');
    const [before, after] = [filesOf(dir), filesOf(there)];
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    for (const [name, content] of before) expect(after.get(name) === content, name).toBe(true);
  });

  const version = (run: string, name: string): void => {
    const path = join(run, name);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/("schemaVersion": ?)2/, '$19'));
  };
  const edit = (run: string, name: string, change: (text: string) => string): void => {
    const [before, after] = [filesOf(run).get(name) ?? '', change(filesOf(run).get(name) ?? '')];
    if (after === before) throw new Error(`${name} is as before`);
    file(run, name, after);
  };
  const cut = (name: string) => (run: string) => truncateSync(join(run, name), filesOf(run).get(name)?.length ? 40 : 0);
  const cases: Record<string, [(run: string) => void, RegExp]> = {
    'with a plan of another version': [
      (run) => version(run, 'plan.json'),
      /plan\.json has schema version 9, this harness reads 1 and 2/,
    ],
    'with a load of another version': [(run) => version(run, 'load.json'), /load\.json has schema version 9/],
    'with a recording of another version': [
      (run) => version(run, 'recording.json'),
      /recording\.json has schemaVersion 9/,
    ],
    'with half a plan': [cut('plan.json'), /plan\.json is damaged: it is not valid JSON/],
    'with half a load': [cut('load.json'), /load\.json is damaged: it is not valid JSON/],
    'with half the counts': [cut('recording.json'), /recording\.json is damaged/],
    'with half the latencies': [cut('recording.hlog'), /recording\.hlog is damaged: /],
    'with an empty plan': [
      (run) => truncateSync(join(run, 'plan.json')),
      /plan\.json is damaged: it is not valid JSON/,
    ],
    'with a plan that is null': [
      (run) => file(run, 'plan.json', 'null'),
      /plan\.json is damaged: it is not a JSON object/,
    ],
    'with a plan without phases': [
      (run) => file(run, 'plan.json', { schemaVersion: 2, runId: 'x', target: {}, objectives: [] }),
      /plan\.json is damaged: it has no phases/,
    ],
    'with a plan of the first version without journeys': [
      (run) => file(run, 'plan.json', { schemaVersion: 1, runId: 'x', target: {}, objectives: [] }),
      /plan\.json is damaged: it has no journeys/,
    ],
    'with a plan that gates less': [
      (run) => edit(run, 'plan.json', (text) => text.replaceAll('"gating": true', '"gating": false')),
      /plan\.json is not as the run wrote it/,
    ],
    'with a load that was busy with something else': [
      (run) => edit(run, 'load.json', (text) => text.replace(/"journeys": \[/, '"journeys": [{}, ')),
      /load\.json is not as the run wrote it/,
    ],
    'with counts of slow requests made smaller': [
      (run) => edit(run, 'recording.json', (text) => text.replace(/\d(?=\D*$)/, '')),
      /recording\.json is (damaged|not as the run wrote it)/,
    ],
    'without its seal': [
      (run) => rmSync(join(run, 'SHA256SUMS')),
      /is damaged: it has no SHA256SUMS: the run ended before all was written/,
    ],
    'with an environment that is none': [(run) => file(run, 'environment.json', '[]'), /environment\.json is damaged/],
    'with observations that are none': [(run) => file(run, 'observations.json', '{}'), /observations\.json is damaged/],
  };
  test.each(Object.entries(cases))('of a run %s is one line', async (_, [damage, says]) => {
    const there = copy();
    damage(there);
    expectError(await runHere([command, there]), says);
  });

  test('of what is no run folder is one line', async () => {
    expectError(await runHere([command, '/nowhere/run']), /there is no run folder \/nowhere\/run/);
    expectError(await runHere([command, tempDir()]), /cannot read .*plan\.json: it does not exist/);
    expectError(await runHere([command, summary]), /cannot read .*plan\.json: a file is where a folder should be/);
    expectError(await runHere([command]), /missing required argument 'run'/);
  });
});

test('a step summary that cannot be written is one line, and the reports are there', async () => {
  const there = copy();
  const again = await runHere(['judge', there], { env: { GITHUB_STEP_SUMMARY: '/nowhere/summary.md' } });
  expectError(again, /cannot append to \/nowhere\/summary\.md: it does not exist/);
  expect(readdirSync(there)).toContain('report.html');
});

// Its limit is 2 s. No machine that is only busy is late by half of that, so the blame is clear.
test('a break of the embedded target breaches', async () => {
  const out = join(tempDir(), 'run');
  const args = ['run', '--break', 'latency.agent-response.p50', '--profile', debateProfile(), '--out', out, '--quiet'];
  const { exitCode, stdout, stderr } = await runCli(args);
  expect(stdout).toMatch(/^BREACHES/);
  expect(stderr).toBe('');
  expect(exitCode).toBe(99);
  expect(statusOf(out, 'latency.agent-response.p50')).toBe('fail');
});

test('a stock k6 gives a verdict too', async () => {
  const out = join(tempDir(), 'run');
  const env = { ARAGORA_SLO_K6: await buildStockK6(tempDir()) };
  const { exitCode, stdout } = await runCli(['run', ...lenient(), '--out', out], { env });
  expect(stdout, stdout).toMatch(/^CONFORMS/);
  expect(exitCode).toBe(0);
  expect(JSON.parse(filesOf(out).get('load.json') ?? '')).toMatchObject({
    generators: [{ engine: { source: 'json' } }],
  });
  expect(statusOf(out, 'lenient.1')).toBe('pass');
  const { exitCode: found, stdout: list } = await runCli(['doctor'], { env });
  expect(list).toMatch(/✓ load engine .*output json/);
  expect(found).toBe(0);
});
