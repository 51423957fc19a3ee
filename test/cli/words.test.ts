/** Arguments, variables, files and servers whose words would control a terminal or a CI: they are shown, and control nothing. */
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type CliOptions, cleanUp, file, runCli, tempDir } from './support/cli.ts';
import { closeFakes, fakeHttp } from './support/servers.ts';

afterAll(async () => {
  cleanUp();
  await closeFakes();
});

/** Colours, the bell, a title, clearing in one character, text from right to left, a command of GitHub's runner. */
const BAD = 'a\u001b[31mb\u0007c\u001b]0;x\u009b2Jd\u202ee\n::error::f';

/** All but the line break and the tabulator. */
const CONTROL = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;

async function expectHarmless(args: readonly string[], options: CliOptions = {}): Promise<void> {
  const { stdout, stderr, exitCode } = await runCli(args, {
    ...options,
    env: { GITHUB_ACTIONS: 'true', ...options.env },
  });
  const said = stdout + stderr;
  expect(said).not.toMatch(CONTROL);
  expect(said).not.toMatch(/^\s*::error::f/m);
  expect(said).not.toBe('');
  expect([exitCode, said]).toEqual([expect.toSatisfy((code) => code === 2 || code === 3), said]);
}

describe('harmless is what an argument says', () => {
  test.concurrent.each<[string, readonly string[]]>([
    ['that is no command', [BAD]],
    ['that is no option', ['run', `--${BAD}`]],
    ['that is no profile', ['run', '--profile', BAD]],
    ['that is no address', ['run', '--target', BAD]],
    ['that is no run', ['judge', BAD]],
    ['that is no run to report', ['report', BAD]],
    ['that is no run to compare', ['compare', BAD, BAD]],
    ['that is no history', ['history', 'add', BAD]],
    ['that is no file to check', ['validate', BAD]],
    ['that is no file of objectives', ['run', '--slo', BAD]],
    ['that is no certificate', ['doctor', '--target', 'http://127.0.0.1:1', '--ca', BAD]],
    ['that is no configuration', ['run', '--config', BAD]],
    ['that is no break', ['target', '--break', BAD]],
    ['that nobody can watch', ['watch', BAD]],
  ])('%s', (_, args) => expectHarmless(args));
});

test.concurrent('harmless is what a variable says', () =>
  expectHarmless(['run'], { env: { ARAGORA_SLO_PROFILE: BAD } }));

describe('harmless is what a file says', () => {
  test.concurrent.each<[string, string, object]>([
    ['of a configuration: a key', 'aragora-slo.config.json', { [BAD]: 1 }],
    ['of a configuration: a value', 'aragora-slo.config.json', { profile: BAD }],
    ['of a profile', 'profile.json', { name: BAD, journeys: { [BAD]: {} }, gates: [BAD] }],
  ])('%s', async (_, name, content) => {
    const path = file(tempDir(), name, JSON.stringify(content));
    await expectHarmless(['validate', path]);
    await expectHarmless(['run', name.startsWith('profile') ? '--profile' : '--config', path]);
  });
});

describe('harmless is what a server says', () => {
  const bad = BAD.replace(/\n/g, ' ');
  const answers = { redirect: { status: 302, location: '/x%1b[31mb' }, refusal: { status: 401, location: undefined } };
  test.concurrent.each(Object.entries(answers))('%s', async (_, { status, location }) => {
    const { host } = await fakeHttp((_request, response) => {
      response.writeHead(status, { 'content-type': 'text/plain', ...(location === undefined ? {} : { location }) });
      response.end(bad);
    });
    await expectHarmless(['run', '--target', `http://${host}`, '--out', join(tempDir(), 'run')]);
    await expectHarmless(['doctor', '--target', `http://${host}`]);
  });
});
