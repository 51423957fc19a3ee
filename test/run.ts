/**
 * `npm test` and its like: type checks, lint, the Go tests, vitest; then how long each file took, a line `✗ …` with its reason for each
 * failure, and the plain line `N passed, N failed`. Every check counts as one test. A part that can't run says why; in CI (env CI) it fails.
 *
 * The first argument names a part: `unit` (npm run test:unit), `simulations`, `aragora`, `real`, `kubernetes` or `drills`; further ones are for vitest.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SloError } from '../lib/core/error.ts';
import { STACK_PROGRAM_NAMES } from '../lib/stack/programs.ts';
import { TELEMETRY_BREAKS } from '../lib/systems/breaks.ts';
import { BREAKS } from '../lib/target/breaks.ts';
import { findJava } from './backends/opensearch.ts';
import { missingForKubernetes } from './kubernetes/needs.ts';
import { levelOf } from './proofs/levels.ts';
import { oneLine, type Report } from './reporter.ts';

interface Tally {
  passed: number;
  failed: number;
}

const root = new URL('..', import.meta.url).pathname;
const tally: Tally = { passed: 0, failed: 0 };
/** Each with its reason, printed at the end where people look. */
const failures: string[] = [];
const files: Report['files'][number][] = [];
const proven: string[] = [];

function fail(failure: string): void {
  tally.failed += 1;
  failures.push(failure);
}

/** Runs it to its end. `said` is all of its output, or why it did not start. */
async function ran(command: string, args: readonly string[], cwd = root) {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<{ readonly status: number | null; readonly error?: Error }>((resolve) => {
    child.once('error', (error) => resolve({ status: null, error })).once('close', (status) => resolve({ status }));
  });
  const [stdout, stderr, { status, error }] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { ok: status === 0, stdout, said: `${stdout}${stderr}${error?.message ?? ''}`.trim() };
}

async function check(name: string, command: string, args: readonly string[], cwd = root): Promise<void> {
  const started = performance.now();
  const { ok, said } = await ran(command, args, cwd);
  console.log(`${ok ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (ok) tally.passed += 1;
  else {
    console.log(said);
    fail(`${name}: ${oneLine(said)}`);
  }
}

async function goTests(): Promise<void> {
  if (!(await ran('go', ['version'])).ok) {
    unrun('the Go tests did not run: Go is not on PATH');
    return;
  }
  for (const module of ['engine', 'faults']) await goTestsIn(module);
}

async function goTestsIn(module: string): Promise<void> {
  const folder = join(root, module);
  await check(`go vet ${module}`, 'go', ['vet', './...'], folder);
  const unformatted = 'unformatted=$(gofmt -l .); echo "$unformatted"; test -z "$unformatted"';
  await check(`gofmt ${module}`, 'sh', ['-c', unformatted], folder);
  const { ok, stdout, said } = await ran('go', ['test', '-json', './...'], folder);
  const events = stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as GoEvent] : []));
  const ended = (action: string): GoEvent[] =>
    events.filter(({ Action, Test }) => Action === action && Test !== undefined);
  const outputOf = (of: Pick<GoEvent, 'Package' | 'Test'>): string =>
    events
      .flatMap(({ Package, Test, Output = '' }) => (Package === of.Package && Test === of.Test ? Output : ''))
      .join('');
  const [passed, failed] = [ended('pass').length, ended('fail')];
  console.log(`${ok ? '✓' : '✗'} go test ${module}: ${passed} passed, ${failed.length} failed`);
  tally.passed += passed;
  if (ok) return;
  console.log(events.map((event) => event.Output ?? '').join('') || said);
  for (const test of failed) fail(`${test.Test}: ${oneLine(outputOf(test))}`);
  // A package that does not compile fails without any failed test.
  if (failed.length === 0)
    fail(`go test ${module}: ${oneLine(events.length === 0 ? said : events.map(({ Output }) => Output).join(''))}`);
}

/** A part that can't run here is reported; in CI it is a failure. */
function unrun(why: string): void {
  if (process.env['CI']) fail(why);
  else console.log(`✗ ${why}`);
}

interface GoEvent {
  readonly Action: string;
  readonly Package?: string;
  readonly Test?: string;
  readonly Output?: string;
}

/** Runs vitest with its own summary on the terminal, and adds what it reported. */
function vitest(args: readonly string[]): void {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-test-'));
  const path = join(dir, 'report.json');
  const reporters = ['--reporter=default', `--reporter=${join(root, 'test/reporter.ts')}`];
  const program = join(root, 'node_modules/vitest/vitest.mjs');
  const { status, signal } = spawnSync(process.execPath, [program, 'run', ...reporters, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, VITEST_REPORT: path },
  });
  const report = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Report) : NO_TESTS;
  rmSync(dir, { recursive: true });
  tally.passed += report.passed;
  tally.failed += report.failed;
  failures.push(...report.failures);
  files.push(...report.files);
  proven.push(...report.proven);
  if (status !== 0 && report.failed === 0)
    fail(`vitest ended with ${signal ?? `status ${status}`}, and reports no failure`);
}

const NO_TESTS: Report = { passed: 0, failed: 0, failures: [], files: [], proven: [] };

/** Every break of the reference target that needs no real server has to be proven once: one whose level has no test for it would be forgotten. */
function checkBreaks(): void {
  const here = [...BREAKS, ...TELEMETRY_BREAKS].filter((broken) => levelOf(broken) !== 'real');
  const names = here.map(({ name }) => name);
  const times = (name: string): number => proven.filter((one) => one === name).length;
  const forgotten = names.filter((name) => times(name) !== 1);
  if (forgotten.length === 0) tally.passed += 1;
  else
    fail(`breaks that are not proven exactly once: ${forgotten.map((name) => `${name} ×${times(name)}`).join(', ')}`);
}

const SLOWEST = 10;

/** Which part of the time each test file took; files of one project may run side by side. */
function printTimes(): void {
  const total = files.reduce((sum, { seconds }) => sum + seconds, 0);
  const share = (seconds: number): string => `${((100 * seconds) / total).toFixed(1)} %`;
  const slowestFirst = [...files].sort((a, b) => b.seconds - a.seconds);
  if (slowestFirst.length === 0) return;
  console.log(`\n${files.length} test files took ${total.toFixed(0)} s together:`);
  for (const { file, seconds } of slowestFirst.slice(0, SLOWEST))
    console.log(`${seconds.toFixed(1).padStart(7)} s ${share(seconds).padStart(7)}  ${file}`);
  const others = slowestFirst.slice(SLOWEST).map(({ file, seconds }) => `${file} ${share(seconds)}`);
  if (others.length > 0) console.log(others.join(', '));
}

/** Before the tests, which would not wait so long. */
function makeBackends(names: readonly string[]): void {
  const args = ['--import', 'tsx', join(root, 'test/backends/main.ts'), ...names];
  const made = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;
  if (made) tally.passed += 1;
  else fail('npm run backends: why stands above, before the tests');
}

/** Only OpenSearch needs Java. */
async function realBackends(args: readonly string[]): Promise<void> {
  const without = await findJava().then(
    () => {
      makeBackends([]);
      return [];
    },
    (error: unknown) => {
      if (!(error instanceof SloError)) throw error;
      unrun(`the tests with OpenSearch did not run: ${error.message}`);
      makeBackends([...STACK_PROGRAM_NAMES, 'actionlint', 'dashboard-schema', 'sloth', 'moto', 'valkey']);
      return ['--exclude', 'test/real/elasticsearch.test.ts'];
    },
  );
  vitest(['--config', 'vitest.real.config.ts', ...without, ...args]);
}

/** Types, lint rules and Go side by side: each of them is a program that waits for files, or for one core. */
async function checkSources(): Promise<void> {
  const types = async (): Promise<void> => {
    for (const config of [
      'tsconfig.json',
      'test/browser/tsconfig.json',
      'tsconfig.client.json',
      'tsconfig.core.json',
      'tsconfig.scenarios.json',
    ])
      await check(`tsc ${config}`, bin('tsc'), ['-p', config]);
  };
  const lint = async (): Promise<void> => {
    await check('biome (lint and format)', bin('biome'), ['check', '.']);
    await check('knip (nothing unused)', bin('knip'), []);
  };
  await Promise.all([types(), lint(), goTests()]);
}

const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const [suite, ...rest] = process.argv.slice(2);
/** The whole suite can't run here, and nobody in CI asked for it. */
let skipped = false;
if (suite === 'aragora') {
  vitest(['--config', 'vitest.aragora.config.ts', ...rest]);
} else if (suite === 'real') {
  await realBackends(rest);
} else if (suite === 'drills') {
  makeBackends(['prometheus', 'alertmanager']);
  vitest(['--config', 'vitest.drills.config.ts', ...rest]);
} else if (suite === 'kubernetes') {
  const missing = missingForKubernetes();
  if (missing === undefined) vitest(['--config', 'vitest.kubernetes.config.ts', ...rest]);
  else {
    unrun(`the tests with a real cluster did not run: ${missing}`);
    skipped = !process.env['CI'];
  }
} else if (suite === 'unit' || suite === 'simulations') {
  vitest(['--project', suite, ...rest]);
} else {
  await checkSources();
  const projects = ['unit', 'browser', 'programs', 'loads', 'taped', 'strict'].flatMap((name) => ['--project', name]);
  vitest([...projects, ...process.argv.slice(2)]);
  // A part of the tests proves a part of them.
  if (suite === undefined) checkBreaks();
}
printTimes();
for (const name of failures) console.log(`✗ ${name}`);
console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 && (tally.passed > 0 || skipped) ? 0 : 1;
