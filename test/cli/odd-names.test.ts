/** A run folder of any name that the system takes: what else reads the name, as the engine and the terminal do, ends nothing at its characters. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { cleanUp, enginePath, expectError, file, findings, runCli, statusOf, tempDir } from './support/cli.ts';
import { healthProfile, lenientObjectives, lenientProfile } from './support/profiles.ts';

let healthy: Target;
beforeAll(async () => {
  await enginePath();
  healthy = await startTarget();
}, 600_000);
afterAll(async () => {
  cleanUp();
  await healthy.stop();
});

/** A terminal obeys these, or shows what follows the last one backwards. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e]/;

test.each([
  ['a line feed, a tab and an escape', 'a\nb\tc\u001b[31md\re'],
  ['what the engine ends a path at', 'a,fd=9,level=none[b,c]{d}=e'],
  ['what a URL and a shell end one at', '%0a#b?c;d&e|$(f)`g`*\\"\''],
  ['letters of others, also from right to left', 'ü漢字\u202eabc 🙂'],
  ['the most bytes', 'x'.repeat(255)],
])('with %s', async (_, name) => {
  const dir = join(tempDir(), name);
  const gated = ['--profile', lenientProfile(), '--slo', lenientObjectives()];
  const args = ['run', '--target', healthy.httpUrl, ...gated, '--no-telemetry', '--out', dir];
  const { stdout, stderr } = await runCli(args);
  expect(statusOf(dir, 'lenient.1'), stdout + stderr).toBe('pass');
  expect(findings(dir).run.loadEnded).toBe('finished');
  expect(stdout + stderr).not.toMatch(OBEYED);
  const judged = await runCli(['judge', dir]);
  expect(judged.stdout).not.toMatch(OBEYED);
  expect(judged.stdout.split('\n')[0]).toBe(stdout.split('\n')[0]);
});

test.each(['out', 'slo', 'accept', 'ca'])(
  'one that is longer than the system takes, or has a null, is one line: %s',
  async (key) => {
    const long = 'x'.repeat(256);
    const args = ['run', '--target', healthy.httpUrl, '--profile', healthProfile()];
    expectError(await runCli([...args, `--${key}`, long]), /its name is too long$/);
    const config = file(tempDir(), 'config.json', { [key]: 'a\0b' });
    const ended = await runCli([...args, '--config', config]);
    expectError(ended, /must be|null/);
    expect(ended.stderr).not.toMatch(OBEYED);
  },
);
