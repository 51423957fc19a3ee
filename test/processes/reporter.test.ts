/** What `npm test` learns of a run: every way in which one can fail gives a line with its reason. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { Told } from '../reporter.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-reporter-'));
symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
afterAll(() => rmSync(dir, { recursive: true }));

/** What is reported for a run of this one file. */
async function told(text: string): Promise<Told> {
  writeFileSync(join(dir, 'one.test.ts'), `import { beforeAll, describe, expect, test } from 'vitest';\n${text}\n`);
  const args = ['run', '--root', dir, `--reporter=${join(root, 'test/reporter.ts')}`];
  const env = { ...process.env, VITEST_TOLD: join(dir, 'told.json') };
  await new Promise<void>((resolve) => {
    execFile(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], { cwd: dir, env }, () =>
      resolve(),
    );
  });
  return JSON.parse(readFileSync(join(dir, 'told.json'), 'utf8')) as Told;
}

test.each<[string, string, Omit<Told, 'files' | 'proven'>]>([
  ['that passes', "test('a', () => {});", { passed: 1, failed: 0, failures: [] }],
  [
    'of which one test fails',
    "test('a', () => {});\ntest('b', () => expect([1]).toEqual([2]));",
    { passed: 1, failed: 1, failures: ['one.test.ts > b: expected [ 1 ] to deeply equal [ 2 ] at one.test.ts:3'] },
  ],
  [
    'of which one test takes too long',
    "test('a', () => new Promise(() => {}), 20);",
    { passed: 0, failed: 1, failures: [expect.stringMatching(/^one\.test\.ts > a: Test timed out in 20ms\. /)] },
  ],
  [
    'whose hook fails, counted like a test',
    "describe('a', () => {\n  beforeAll(() => { throw new Error('no\\nluck'); });\n  test('b', () => {});\n});",
    { passed: 0, failed: 2, failures: ['one.test.ts > a: no luck (of its tests 1 did not run)'] },
  ],
  [
    'that cannot be collected',
    "import './nowhere.ts';",
    { passed: 0, failed: 1, failures: [expect.stringMatching(/^one\.test\.ts: Cannot find module '\.\/nowhere\.ts'/)] },
  ],
  ['without a test', '', { passed: 0, failed: 1, failures: [expect.stringMatching(/^one\.test\.ts: No test /)] }],
  [
    'of which one test is skipped',
    "test.skip('a', () => {});",
    { passed: 0, failed: 1, failures: ['one.test.ts > a: it did not run to its end'] },
  ],
  [
    'that passes, but for an error that nobody caught',
    "test('a', async () => {\n  setTimeout(() => { throw new Error('late'); }, 1);\n  await new Promise((resolve) => setTimeout(resolve, 50));\n});",
    {
      passed: 1,
      failed: 1,
      failures: ['one.test.ts: Uncaught Exception, perhaps of "a": Error: late at one.test.ts:3'],
    },
  ],
  [
    'that passes, but for a promise that nobody waited for',
    "test('a', async () => {\n  void Promise.reject(new Error('lost'));\n  await new Promise((resolve) => setTimeout(resolve, 50));\n});",
    {
      passed: 1,
      failed: 1,
      failures: ['one.test.ts: Unhandled Rejection, perhaps of "a": Error: lost at one.test.ts:3'],
    },
  ],
])('a file %s', async (_, text, expected) => {
  const { files, proven, ...tests } = await told(text);
  expect(tests).toEqual(expected);
  expect(files).toEqual([{ file: 'one.test.ts', seconds: expect.any(Number) }]);
  expect(proven).toEqual([]);
});

test('what a test proves counts when it passes', async () => {
  const proves = (name: string, body: string) =>
    `test('${name}', ({ task }) => { task.meta.proves = '${name}'; ${body} });`;
  expect(await told(`${proves('a', '')}\n${proves('b', 'expect(1).toBe(2);')}`)).toMatchObject({ proven: ['a'] });
});
