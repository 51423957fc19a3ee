/** A history on the command line: runs add themselves, many at once lose nothing, and what can't be read or written is reported in one line. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addEntry } from '../../lib/history/history.ts';
import { DAY_MS, makeRecord } from '../support/history.ts';
import { Cli, cleanUp, enginePath, expectError, file, runCli, tempDir } from './support/cli.ts';
import { runHere, type Said } from './support/here.ts';
import { lenientObjectives, lenientProfile } from './support/profiles.ts';
import { closeFakes, fakeHttp } from './support/servers.ts';

const run = join(tempDir(), 'run');
const dir = join(tempDir(), 'history');
const COMMIT = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';
const lenient = (): string[] => ['--profile', lenientProfile(), '--slo', lenientObjectives()];
let ended: Said;

beforeAll(async () => {
  await enginePath();
  const said = ['--history', dir, '--server-commit', COMMIT, '--server-ref', 'main'];
  ended = await runHere(['run', ...lenient(), '--out', run, ...said]);
}, 600_000);
afterAll(async () => {
  cleanUp();
  await closeFakes();
});

const entries = (of: string): string[] => readdirSync(of).filter((name) => name.endsWith('.json'));
const show = (of: string, ...args: string[]) => runHere(['history', '--dir', of, ...args]);

/** Fifteen nights that end today; the last seven are 40 % slower. */
function fortnight(): string {
  const of = join(tempDir(), 'history');
  const tonightMs = Date.now() - 3_600_000;
  for (let night = 0; night < 15; night++) {
    const startedAtMs = tonightMs - (14 - night) * DAY_MS;
    const slower = night >= 8 ? 1.4 : 1;
    // Seeded by the night, not by its date, so the latencies are the same whenever this runs.
    addEntry(of, makeRecord({ startedAtMs, seed: night + 1, slower, blocks: 1, commit: COMMIT, ref: 'main' }));
  }
  return of;
}

describe('a run with --history', () => {
  test('reports its verdict and adds itself', () => {
    expect(ended.stdout, ended.stdout).toMatch(/^CONFORMS/);
    expect(ended.stderr).toContain(`added to the history: ${dir}`);
    expect(ended.exitCode).toBe(0);
    expect(entries(dir)).toHaveLength(1);
  });

  test('that could not be kept is refused before the load', async () => {
    const [history, out] = [file(tempDir(), 'history', ''), join(tempDir(), 'run')];
    const refused = await runHere(['run', ...lenient(), '--out', out, '--history', history]);
    expectError(refused, /cannot write the history .*: a file is where a folder should be/);
    expect(existsSync(out)).toBe(false);
  });

  test('is shown, with its commit, its limit and its budget', async () => {
    const { stdout, exitCode, stderr } = await show(dir);
    expect(stdout).toMatch(/^HISTORY {2}1 run of lenient compared · contract documented · the embedded target/);
    expect(stdout).toContain('commit 0a1b2c3d4e of main');
    expect(stdout).toMatch(/^PASS +\S.* ≤ 5 s /m);
    expect(stdout).toContain('1 comparable run, 10 are needed');
    expect(stdout).toMatch(/^Error budget of \d{4}-\d\d/m);
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  test('is not added twice, by itself or by many at once', async () => {
    const all = await Promise.all([1, 2, 3].map(() => runCli(['history', 'add', run, '--dir', dir])));
    for (const { stderr, exitCode } of all) {
      expect(stderr).toContain(`already in the history ${dir}`);
      expect(exitCode).toBe(0);
    }
    expect(entries(dir)).toHaveLength(1);
  });

  test('reports its verdict first where the history can’t be written any more, then one line, and exits with 2', async () => {
    const blocked = join(tempDir(), 'history');
    const out = join(tempDir(), 'run');
    const running = new Cli(['run', ...lenient(), '--out', out], { env: { ARAGORA_SLO_HISTORY: blocked } });
    await expect.poll(() => existsSync(join(out, 'engine.json')), { timeout: 30_000 }).toBe(true);
    rmdirSync(blocked);
    writeFileSync(blocked, '');
    const failed = await running.ended();
    expect(failed.stdout, failed.stdout).toMatch(/^CONFORMS/);
    expectError(failed, /cannot write the history .*: a file is where a folder should be/);
    expect(existsSync(join(out, 'report.html'))).toBe(true);
  });

  test('refuses a commit that is none before any load', async () => {
    const out = join(tempDir(), 'run');
    const refused = await runHere(['run', '--server-commit', 'main', '--out', out]);
    expectError(refused, /--server-commit must be 7 to 64 hexadecimal digits, got "main"/);
    expect(existsSync(out)).toBe(false);
  });

  test('is an option of check too', async () => {
    expect((await runHere(['check', '--help'])).stdout).toContain('--history <dir>');
  });
});

describe('history add', () => {
  test('takes a recorded run, and a folder that is not there yet', async () => {
    const other = join(tempDir(), 'deep', 'history');
    const added = await runHere(['history', 'add', run, '--dir', other, '--server-ref', 'v1']);
    expect(added).toMatchObject({ exitCode: 0, stdout: '' });
    expect((await show(other)).stdout).toContain('ref v1');
  });

  test('of no run is one line', async () => {
    const nowhere = await runHere(['history', 'add', join(tempDir(), 'none'), '--dir', dir]);
    expectError(nowhere, /there is no run folder/);
  });

  test('into a folder of other things adds nothing and moves nothing', async () => {
    const project = tempDir();
    writeFileSync(join(project, 'package.json'), '{}');
    const refused = await runHere(['history', 'add', run, '--dir', project]);
    expectError(refused, /has no run, but package.json: it is not a history/);
    expect(readdirSync(project)).toEqual(['package.json']);
  });
});

describe('history', () => {
  test('without a run is no pass', async () => {
    for (const of of [join(tempDir(), 'none'), tempDir()]) {
      const { stdout, exitCode } = await show(of);
      expect(stdout).toContain('NO RUNS YET');
      expect(exitCode).toBe(3);
    }
  });

  test('names the first run after a change, on the terminal and on a page', async () => {
    const of = fortnight();
    const page = join(tempDir(), 'history.html');
    const { stdout, exitCode } = await show(of, '--html', page);
    expect(exitCode).toBe(0);
    const changes = [...stdout.matchAll(/▲ worse \+(\d+) % since (\S+)/g)];
    expect(changes.length).toBeGreaterThanOrEqual(5);
    const names = entries(of).sort();
    for (const [, , runId] of changes) expect(names.slice(7, 10)).toContain(`${runId}.json`);
    expect(readFileSync(page, 'utf8')).toContain(`data-run="${changes[0]?.[2]}"`);
  });

  test('sets aside what is damaged, newer or foreign, says so, and shows the rest', async () => {
    const of = fortnight();
    const [first = '', second = ''] = entries(of).sort();
    const text = readFileSync(join(of, first), 'utf8');
    writeFileSync(join(of, first), text.slice(0, 500));
    writeFileSync(
      join(of, second),
      readFileSync(join(of, second), 'utf8').replace('"schemaVersion":1', '"schemaVersion":7'),
    );
    writeFileSync(join(of, 'notes.json'), '[]');
    const { stdout, exitCode } = await show(of);
    expect(exitCode).toBe(0);
    const words = stdout.replace(/\s+/g, ' ');
    expect(words).toContain('13 runs of nightly compared');
    expect(words).toContain(`${first} is set aside in ${join(of, 'set-aside')}: it is not valid JSON`);
    expect(words).toContain(`${second} is set aside in ${join(of, 'set-aside')}: it has schema version 7`);
    expect(words).toContain(`notes.json is set aside in ${join(of, 'set-aside')}: it is not an entry of a history`);
    expect(readFileSync(join(of, 'set-aside', first), 'utf8')).toBe(text.slice(0, 500));
  });

  test('asks a Prometheus for real traffic, and says why when there is none', async () => {
    const of = fortnight();
    const fake = await fakeHttp((request, response) => {
      const query = new URL(request.url ?? '/', 'http://fake').searchParams.get('query') ?? '';
      const result = ['200', '500'].map((status) => ({
        metric: { status },
        value: [0, status === '500' ? '20' : '980'],
      }));
      response.setHeader('content-type', 'application/json');
      // Nothing in the last five minutes.
      const data = { resultType: 'vector', result: query.includes('[300s]') ? [] : result };
      response.end(JSON.stringify({ status: 'success', data }));
    });
    const asked = await show(of, '--prometheus', `http://${fake.host}`);
    expect(asked.stdout.replace(/\s+/g, ' ')).toMatch(
      /BURNING API availability, Prometheus n=1,000 [^B]* 20×, no data 20× 20× /,
    );
    const gone = await show(of, '--prometheus', 'http://127.0.0.1:1');
    expect(gone.stdout.replace(/\s+/g, ' ')).toMatch(
      /MISSING API availability, Prometheus: GET \S+ does not answer: connection refused/,
    );
    expect(gone.exitCode).toBe(0);
  });

  test('warns of a run from the future, which no budget counts', async () => {
    const of = join(tempDir(), 'history');
    addEntry(of, makeRecord({ startedAtMs: Date.now() + 40 * DAY_MS, blocks: 1 }));
    const { stdout, exitCode } = await show(of);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /warning \S+-nightly begins in the future: a clock was wrong; .* NO DATA 8 budgets/,
    );
    expect(exitCode).toBe(0);
  });

  const wrong: Record<string, [readonly string[], RegExp]> = {
    'a profile that has no run': [['--profile', 'nightl'], /has no run of the profile "nightl"/],
    'a number that is none': [['--last', '0'], /whole number, 1 to 400/],
    'a number that is not whole': [['--last', '1.5'], /whole number, 1 to 400/],
    'a URL with a password': [
      ['--prometheus', 'http://u:p@127.0.0.1:1'],
      /--prometheus must be a URL .*, without credentials/,
    ],
    'a page that can’t be written': [
      ['--html', '/nowhere/at/all.html'],
      /cannot write \/nowhere\/at\/all.html: it does not exist/,
    ],
  };
  test.each(Object.entries(wrong))('with %s is wrong usage', async (_, [args, says]) => {
    expectError(await show(fortnight(), ...args), says);
  });

  test('that is a file is one line', async () => {
    const path = join(tempDir(), 'file');
    writeFileSync(path, '');
    expectError(await show(path), /cannot read the history .*: a file is where a folder should be/);
  });

  test('ignores a folder that is named like an entry', async () => {
    const of = fortnight();
    mkdirSync(join(of, '2026-01-01T00-00-00-000Z-nightly.json'));
    expect((await show(of)).stdout).toContain('15 runs of nightly compared');
  });
});
