/** A broken target under `check`, and accepted deviations, as a user has them: the command line as a process, and again offline. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, enginePath, expectError, file, findings, runCli, tempDir } from '../cli/support/cli.ts';

const BREAK = 'metrics.requests_total.missing';
const PRESENT = 'metrics.requests_total.present';
const NOT_MISSING = 'logs.json';

beforeAll(enginePath, 900_000);
afterAll(cleanUp);

test.concurrent('check of a broken target breaches, by the finding that names it', async () => {
  const out = join(tempDir(), 'run');
  const { exitCode, stdout } = await runCli(['check', '--break', BREAK, '--out', out, '--quiet']);
  expect(stdout).toMatch(/^BREACHES/);
  expect(exitCode).toBe(99);
  expect(findings(out).findings.find(({ id }) => id === PRESENT)).toMatchObject({ status: 'fail', gating: true });
});

describe('a known deviation', () => {
  const profile = file(tempDir(), 'health.yaml', {
    name: 'health',
    journeys: { health: { ratePerSec: 10, durationSec: 3 } },
    gates: [PRESENT, NOT_MISSING],
  });
  const accepting = (finding: string, expires: string): string =>
    file(tempDir(), 'accepted.yaml', { accepted: [{ finding, reason: 'renamed in 2.11, see #12', expires }] });
  const gate = async (accepted: string) => {
    const out = join(tempDir(), 'run');
    const options = ['--profile', profile, '--break', BREAK, '--accept', accepted, '--out', out, '--quiet'];
    const ended = await runCli(['run', ...options]);
    // The words without the line breaks.
    return { out, ...ended, words: ended.stdout.replace(/\s+/g, ' ') };
  };

  test.concurrent('that is accepted is shown in every report, does not gate, and stays so offline', async () => {
    const { out, exitCode, stdout, words } = await gate(accepting(PRESENT, '2999-12-31'));
    expect(words, words).toMatch(/^CONFORMS all of \d gating findings pass; 1 known deviation accepted /);
    expect(words).toMatch(
      /FAIL aragora_requests_total is exposed .{1,80}\(accepted\) .{1,80} accepted until 2999-12-31: renamed/,
    );
    expect(exitCode).toBe(0);
    expect(findings(out).findings.find(({ id }) => id === PRESENT)).toMatchObject({
      status: 'fail',
      gating: false,
      acceptance: { state: 'accepted', reason: 'renamed in 2.11, see #12', expires: '2999-12-31' },
    });
    const report = (name: string) => readFileSync(join(out, name), 'utf8').replace(/\s+/g, ' ');
    expect(report('report.md')).toMatch(
      /Fail \(accepted\) \| [^|]+\| [^|]+accepted until 2999-12-31: renamed in 2\.11/,
    );
    expect(report('report.html')).toMatch(
      /<small>accepted<\/small>.{1,900}<small>accepted until 2999-12-31: renamed in 2\.11/,
    );
    expect(report('junit.xml')).toMatch(/fail, accepted: .{1,300}accepted until 2999-12-31: renamed in 2\.11/);
    const again = await runCli(['judge', out]);
    expect(again.stdout).toBe(stdout);
    expect(again.exitCode).toBe(0);
  });

  test.concurrent('whose acceptance has expired breaches again, and says so', async () => {
    const { exitCode, words } = await gate(accepting(PRESENT, '2020-02-29'));
    expect(words).toMatch(/^BREACHES .{1,160}; 1 acceptance expired /);
    expect(words).toMatch(/its acceptance expired on 2020-02-29: renamed in 2\.11/);
    expect(exitCode).toBe(99);
  });

  test.concurrent('that no longer occurs is flagged', async () => {
    const { words, out } = await gate(accepting(NOT_MISSING, '2999-12-31'));
    expect(words).toMatch(/^BREACHES .{1,160}; 1 accepted deviation no longer occurs /);
    expect(words).toMatch(
      /deviation logs\.json accepted until 2999-12-31 \(renamed in 2\.11, see #12\), but it no longer occurs/,
    );
    expect(findings(out).findings.find(({ id }) => id === NOT_MISSING)).toMatchObject({ status: 'pass', gating: true });
  });

  test.concurrent('that names no finding is refused with the nearest', async () => {
    const accepted = accepting('metrics.request_total.present', '2999-12-31');
    const wrong = await runCli(['run', '--accept', accepted]);
    expectError(wrong, /"finding" names "metrics\.request_total\.present", which no finding is called/);
    expect(wrong.stderr).toMatch(/nearest: metrics\.requests_total\.present, /);
  });
});
