/**
 * Owns `npm test`: type checks, lint, the engine's Go tests, vitest; then the plain line `N passed, N failed`.
 * Every check counts as one test. A part that can't run says why; in CI (env CI) it fails.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { SloError } from '../lib/core/error.ts';
import { GO_BACKEND_NAMES } from './backends/go.ts';
import { findJava } from './backends/opensearch.ts';

interface Tally {
  passed: number;
  failed: number;
}

const root = new URL('..', import.meta.url).pathname;
const tally: Tally = { passed: 0, failed: 0 };
/** Names, told again at the end where they are found. */
const failures: string[] = [];

function check(name: string, command: string, args: readonly string[], cwd = root): void {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  const ok = status === 0;
  console.log(`${ok ? '✓' : '✗'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (!ok) console.log(`${stdout}${stderr}`.trim());
  tally[ok ? 'passed' : 'failed'] += 1;
  if (!ok) failures.push(name);
}

function goTests(): void {
  const engine = join(root, 'engine');
  if (spawnSync('go', ['version']).status !== 0) {
    console.log("✗ the engine's Go tests did not run: Go is not on PATH");
    if (process.env['CI']) tally.failed += 1;
    return;
  }
  check('go vet', 'go', ['vet', './...'], engine);
  check('gofmt', 'sh', ['-c', 'unformatted=$(gofmt -l .); echo "$unformatted"; test -z "$unformatted"'], engine);
  const { stdout, stderr, status } = spawnSync('go', ['test', '-json', './...'], {
    cwd: engine,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const events = stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as GoEvent] : []));
  const ended = (action: string): GoEvent[] =>
    events.filter((event) => event.Action === action && event.Test !== undefined);
  const [passed, failed] = [ended('pass').length, ended('fail').length];
  console.log(`${status === 0 ? '✓' : '✗'} go test: ${passed} passed, ${failed} failed`);
  if (status !== 0) console.log(`${events.map((event) => event.Output ?? '').join('')}${stderr}`);
  tally.passed += passed;
  failures.push(...ended('fail').map(({ Test = '' }) => Test));
  // A package that does not compile fails without any failed test.
  tally.failed += status === 0 ? failed : Math.max(1, failed);
}

interface GoEvent {
  readonly Action: string;
  readonly Test?: string;
  readonly Output?: string;
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numTotalTests: number;
  readonly testResults: readonly {
    /** Of a hook that failed; empty otherwise. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** The first 600 characters of a failure's message, without its stack: what is seen where only the end of the output is kept. */
function oneLine(message: string): string {
  const [told = ''] = stripVTControlCharacters(message).split(/\n\s+at /);
  return told.replace(/\s+/g, ' ').slice(0, 600);
}

/** Runs vitest with its own summary on the terminal and adds its counts. */
function vitest(args: readonly string[]): void {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-test-'));
  const json = join(dir, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${json}`];
  const bin = join(root, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [bin, 'run', ...reporters, ...args], { cwd: root, stdio: 'inherit' });
  try {
    const counts = JSON.parse(readFileSync(json, 'utf8')) as VitestReport;
    tally.passed += counts.numPassedTests;
    for (const { assertionResults, message } of counts.testResults) {
      for (const { fullName, status, failureMessages = [] } of assertionResults) {
        if (status !== 'passed') failures.push(`${fullName}: ${oneLine(failureMessages[0] ?? message)}`);
      }
    }
    // Neither skipped nor todo is a pass here: there are none, and one that slipped in is a failure.
    const failed = counts.numTotalTests - counts.numPassedTests;
    tally.failed += status === 0 ? failed : Math.max(1, failed);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Made before the tests, which would not wait for so long. */
function makeBackends(names: readonly string[]): void {
  const args = ['--import', 'tsx', join(root, 'test/backends/main.ts'), ...names];
  const made = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;
  tally[made ? 'passed' : 'failed'] += 1;
  if (!made) failures.push('npm run backends');
}

/** Only OpenSearch needs a Java. */
async function realBackends(args: readonly string[]): Promise<void> {
  const without = await findJava().then(
    () => {
      makeBackends([]);
      return [];
    },
    (error: unknown) => {
      if (!(error instanceof SloError)) throw error;
      console.log(`✗ the tests with OpenSearch did not run: ${error.message}`);
      if (process.env['CI']) tally.failed += 1;
      makeBackends([...GO_BACKEND_NAMES, 'moto']);
      return ['--exclude', 'test/real/elasticsearch.test.ts'];
    },
  );
  vitest(['--config', 'vitest.real.config.ts', ...without, ...args]);
}

const bin = (name: string): string => join(root, 'node_modules/.bin', name);
const [suite, ...rest] = process.argv.slice(2);
if (suite === 'aragora') {
  vitest(['--config', 'vitest.aragora.config.ts', ...rest]);
} else if (suite === 'real') {
  await realBackends(rest);
} else {
  for (const config of [
    'tsconfig.core.json',
    'tsconfig.scenarios.json',
    'tsconfig.client.json',
    'test/browser/tsconfig.json',
    'tsconfig.json',
  ]) {
    check(`tsc ${config}`, bin('tsc'), ['-p', config]);
  }
  check('biome (lint and format)', bin('biome'), ['check', '.']);
  check('knip (nothing unused)', bin('knip'), []);
  goTests();
  vitest(process.argv.slice(2));
}
for (const name of failures) console.log(`✗ ${name}`);
console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
