/** What `npm test` learns of a run: every way in which one can fail gives a line with its reason. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../reporter.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-reporter-'));
symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
afterAll(() => rmSync(dir, { recursive: true }));

interface Case {
  readonly about: string;
  readonly text: string;
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly unknown[];
}

/** Each is a file of its own, `<number>.test.ts`. One run of vitest has them all, because each would take seconds to start. */
const CASES: readonly Case[] = [
  { about: 'that passes', text: "test('a', () => {});", passed: 1, failed: 0, failures: [] },
  {
    about: 'of which one test fails',
    text: "test('a', () => {});\ntest('b', () => expect([1]).toEqual([2]));",
    passed: 1,
    failed: 1,
    failures: ['1.test.ts > b: expected [ 1 ] to deeply equal [ 2 ] at 1.test.ts:3'],
  },
  {
    about: 'of which one test takes too long',
    text: "test('a', () => new Promise(() => {}), 20);",
    passed: 0,
    failed: 1,
    failures: [expect.stringMatching(/^2\.test\.ts > a: Test timed out in 20ms\. /)],
  },
  {
    about: 'whose hook fails, counted like a test',
    text: "describe('a', () => {\n  beforeAll(() => { throw new Error('no\\nluck'); });\n  test('b', () => {});\n});",
    passed: 0,
    failed: 2,
    failures: ['3.test.ts > a: no luck (of its tests 1 did not run)'],
  },
  {
    about: 'that cannot be collected',
    text: "import './nowhere.ts';",
    passed: 0,
    failed: 1,
    failures: [expect.stringMatching(/^4\.test\.ts: Cannot find module '\.\/nowhere\.ts'/)],
  },
  {
    about: 'without a test',
    text: '',
    passed: 0,
    failed: 1,
    failures: [expect.stringMatching(/^5\.test\.ts: No test /)],
  },
  {
    about: 'of which one test is skipped',
    text: "test.skip('a', () => {});",
    passed: 0,
    failed: 1,
    failures: ['6.test.ts > a: it did not run to its end'],
  },
  {
    about: 'that passes, but for an error that nobody caught',
    text: "test('a', async () => {\n  setTimeout(() => { throw new Error('late'); }, 1);\n  await new Promise((resolve) => setTimeout(resolve, 50));\n});",
    passed: 1,
    failed: 1,
    failures: ['7.test.ts: Uncaught Exception, perhaps of "a": Error: late at 7.test.ts:3'],
  },
  {
    about: 'that passes, but for a promise that nobody waited for',
    text: "test('a', async () => {\n  void Promise.reject(new Error('lost'));\n  await new Promise((resolve) => setTimeout(resolve, 50));\n});",
    passed: 1,
    failed: 1,
    failures: ['8.test.ts: Unhandled Rejection, perhaps of "a": Error: lost at 8.test.ts:3'],
  },
  {
    about: 'of which a test proves something, and another one that fails does not',
    text: "test('c', ({ task }) => { task.meta.proves = 'c'; });\ntest('d', ({ task }) => { task.meta.proves = 'd'; expect(1).toBe(2); });",
    passed: 1,
    failed: 1,
    failures: [expect.stringMatching(/^9\.test\.ts > d: expected 1 to be 2 /)],
  },
];

let report: Report;
beforeAll(async () => {
  for (const [at, { text }] of CASES.entries())
    writeFileSync(join(dir, `${at}.test.ts`), `import { beforeAll, describe, expect, test } from 'vitest';\n${text}\n`);
  const args = ['run', '--root', dir, `--reporter=${join(root, 'test/reporter.ts')}`];
  const env = { ...process.env, VITEST_REPORT: join(dir, 'report.json') };
  await new Promise<void>((resolve) => {
    execFile(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], { cwd: dir, env }, () =>
      resolve(),
    );
  });
  report = JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8')) as Report;
});

test.each(CASES.map((one, at) => [one.about, at, one.failures] as const))('a file %s', (_, at, failures) => {
  expect(report.failures.filter((line) => line.startsWith(`${at}.test.ts`))).toEqual(failures);
});

test('every test and every failure is counted, and every file has its time', () => {
  const sum = (of: 'passed' | 'failed') => CASES.reduce((total, one) => total + one[of], 0);
  expect(report).toMatchObject({ passed: sum('passed'), failed: sum('failed') });
  const files = CASES.map((_, at) => ({ file: `${at}.test.ts`, seconds: expect.any(Number) }));
  expect(report.files.toSorted((a, b) => a.file.localeCompare(b.file))).toEqual(files);
});

test('what a test proves counts when it passes', () => {
  expect(report.proven).toEqual(['c']);
});
