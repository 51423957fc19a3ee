/** `init` and `validate` as processes: what they write, what they print, and what they do not touch. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startTarget } from '../../lib/target/target.ts';
import { cleanUp, expectError, file, tempDir } from './support/cli.ts';
import { runHere } from './support/here.ts';
import { lenientObjectives } from './support/profiles.ts';
import { closeFakes, fakeHealth } from './support/servers.ts';

afterAll(async () => {
  await closeFakes();
  cleanUp();
});
const NOWHERE = 'http://127.0.0.1:1';

describe('init', () => {
  test.each(['ts', 'yaml', 'json'])('writes a .%s that validates and that the next run obeys', async (format) => {
    const target = await startTarget();
    try {
      const cwd = tempDir();
      const ended = await runHere(['init', '--target', target.httpUrl, '--format', format], { cwd });
      expect(ended.stderr).toMatch(
        /\/api\/health answers 200\n✓ \S+\/api\/debates answers 200\n✓ \S+\/metrics answers 200\n✓ ws:\S+ opens/,
      );
      expect(ended).toMatchObject({ exitCode: 0, stdout: `wrote aragora-slo.config.${format}\n` });
      expect(await runHere(['validate'], { cwd })).toMatchObject({
        exitCode: 0,
        stdout: `✓ aragora-slo.config.${format}: config of target, profile, contract\n`,
      });
      await target.stop();
      // Nothing answers there any more: an attempt to reach this address shows that the file is used.
      expectError(await runHere(['run'], { cwd }), new RegExp(`nothing to measure at ${target.httpUrl}/api/health`));
    } finally {
      await target.stop();
    }
  });

  test('says what it could not reach, and writes what it was given', async () => {
    const cwd = tempDir();
    const ws = 'ws://127.0.0.1:2/ws';
    const ended = await runHere(['init', '--target', NOWHERE, '--ws', ws, '--format', 'json'], { cwd });
    expect(ended.exitCode).toBe(0);
    expect(ended.stderr).toMatch(
      /· \S+\/api\/health does not answer: connection refused\n· \S+\/api\/debates does not answer.*\n· \S+\/metrics does not answer/,
    );
    expect(ended.stderr).toMatch(
      /· no WebSocket opens: ws:\/\/127\.0\.0\.1:2\/ws .*connection refused\n· its metrics do not show the contract/,
    );
    expect(JSON.parse(readFileSync(join(cwd, 'aragora-slo.config.json'), 'utf8'))).toEqual({
      target: NOWHERE,
      ws,
      profile: 'smoke',
      contract: 'documented',
    });
  });

  test('says of a server that is half there which half', async () => {
    const { host } = await fakeHealth();
    const ended = await runHere(['init', '--target', `http://${host}`], { cwd: tempDir() });
    expect(ended.stderr).toMatch(
      /✓ \S+\/api\/health answers 200\n· \S+\/api\/debates answers 404: .*\n· \S+\/metrics answers 404: .*; name .*\n· no WebSocket opens/,
    );
  });

  test('--journey writes a profile of a journey of one’s own, with its data', async () => {
    const cwd = tempDir();
    const ended = await runHere(['init', '--journey', 'search'], { cwd });
    expect(ended).toMatchObject({
      exitCode: 0,
      stdout: 'wrote search.yaml and search.csv\ntry it: npx aragora-slo run --profile search.yaml\n',
    });
    const written = ['search.csv', 'search.yaml'];
    expect(readdirSync(cwd).sort()).toEqual(written);
    expectError(await runHere(['init', '--journey', 'search'], { cwd }), /search\.yaml is there already/);
    expectError(await runHere(['init', '--journey', 'health'], { cwd }), /the journey "health" is there already/);
    expectError(await runHere(['init', '--journey', 'metrics'], { cwd }), /"journeys\.metrics" can't be called so/);
    expectError(await runHere(['init', '--journey', 'A b'], { cwd }), /--journey must be a name of lower-case letters/);
    expect(readdirSync(cwd).sort()).toEqual(written);
  });

  test('with --yes asks nothing, and leaves the embedded target', async () => {
    const cwd = tempDir();
    expect((await runHere(['init', '--yes'], { cwd })).exitCode).toBe(0);
    expect(readFileSync(join(cwd, 'aragora-slo.config.ts'), 'utf8')).toMatchInlineSnapshot(`
      "import { defineConfig } from 'aragora-slo';

      // Options and their environment variables win over this file; the project's docs/config.md lists every key.
      // Secrets have no place here: they stay in the environment.
      export default defineConfig({
        profile: "smoke",
        contract: "documented",
      });
      "
    `);
  });

  test('asks nobody where there is no terminal', async () => {
    expectError(await runHere(['init']), /standard input is not a terminal/);
  });

  test('overwrites nothing, unless it is forced, and never makes a second one', async () => {
    const cwd = tempDir();
    file(cwd, 'aragora-slo.config.ts', 'mine');
    expectError(await runHere(['init', '--yes'], { cwd }), /aragora-slo\.config\.ts is there already/);
    expectError(
      await runHere(['init', '--yes', '--force', '--format', 'yaml'], { cwd }),
      /aragora-slo\.config\.ts is there already/,
    );
    expect(readFileSync(join(cwd, 'aragora-slo.config.ts'), 'utf8')).toBe('mine');
    expect((await runHere(['init', '--yes', '--force'], { cwd })).exitCode).toBe(0);
    expect(readdirSync(cwd)).toEqual(['aragora-slo.config.ts']);
  });

  test('repeats no credential of an address', async () => {
    const cwd = tempDir();
    const ended = await runHere(['init', '--target', 'http://me:s3cret@127.0.0.1:1'], { cwd });
    expectError(ended, /--target must be a URL .*, got a text that is not repeated here/);
    expect(ended.stdout + ended.stderr).not.toContain('s3cret');
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('validate', () => {
  test('has a line for each file, and exit code 2 when one is not well', async () => {
    const cwd = tempDir();
    file(cwd, 'a.yaml', readFileSync(lenientObjectives(), 'utf8'));
    file(cwd, 'b.yaml', { accepted: [{ finding: 'logs.json', reason: 'x', expires: '2020-01-01' }] });
    expect(await runHere(['validate', 'a.yaml'], { cwd })).toMatchObject({
      exitCode: 0,
      stdout: '✓ a.yaml: 1 objective\n',
    });
    const ended = await runHere(['validate', 'b.yaml', '--slo', 'a.yaml'], { cwd });
    expect(ended.stdout).toMatch(/^✓ a\.yaml: 1 objective\n✗ b\.yaml: expired: "logs\.json" on 2020-01-01/);
    expect(ended.exitCode).toBe(2);
  });

  test.each([[[]], [['--slo']], [['--profile']], [['--accept']]])(
    'of a folder says that it is one (%j)',
    async (as) => {
      expect(await runHere(['validate', ...as, '.'])).toMatchObject({
        exitCode: 2,
        stdout: '✗ .: cannot read .: it is a folder, and a file was expected\n',
        stderr: '',
      });
    },
  );

  test('of a folder as the config names it', async () => {
    const ended = await runHere(['validate', '--config', '.']);
    expect(ended.stdout).toBe('✗ .: a config file ends in .ts, .js, .mjs, .json, .yaml or .yml, got "."\n');
    expect(ended.exitCode).toBe(2);
  });

  test('of nothing is wrong usage, never a green nothing', async () => {
    const ended = await runHere(['validate']);
    expectError(ended, /there is nothing to validate/);
    expect(ended.stdout).toBe('');
    expectError(await runHere(['validate', '--no-config']), /there is nothing to validate/);
  });
});
