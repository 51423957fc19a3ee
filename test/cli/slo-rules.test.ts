/** The command `slo rules`: the file that it writes, what it says of it, and what it refuses. No load is started. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startTarget } from '../../lib/target/target.ts';
import { healthSlo } from '../support/health-slo.ts';
import { upSlo } from '../support/slo-series.ts';
import { cleanUp, file, tempDir } from './support/cli.ts';
import { runHere } from './support/here.ts';

afterAll(cleanUp);

const sloFile = (slo: object | string): string =>
  file(tempDir(), 'slo.yaml', typeof slo === 'string' ? slo : JSON.stringify(slo));
const fast = (target = 0.99): string => sloFile(healthSlo('fast', 50, target));

interface Written {
  readonly groups: readonly { readonly name: string; readonly rules: readonly { readonly alert?: string }[] }[];
}

const alertsIn = (text: string): number =>
  (parse(text) as Written).groups.flatMap(({ rules }) => rules.filter(({ alert }) => alert !== undefined)).length;

test('rules go to standard output, and what is said of them does not', async () => {
  const slo = fast();
  const { exitCode, stdout, stderr } = await runHere(['slo', 'rules', slo]);
  expect([exitCode, stderr]).toEqual([0, '4 alerts for 1 objective\n']);
  expect(stdout).toMatch(/^# Written by aragora-slo \S+, slo rules\. /);
  expect(stdout).toContain(`# Objectives: ${slo}. Metrics and labels: contract documented.`);
  expect(stdout).toContain('#   page: 14.4 × 1 % = 14.4 % in 1h and 5m; after 8 min 38 s if every request is bad\n');
  expect(alertsIn(stdout)).toBe(4);
});

test('a file is written, and the same input writes the same again', async () => {
  const [slo, out] = [fast(), join(tempDir(), 'slo.rules.yml')];
  const write = () => runHere(['slo', 'rules', slo, '--out', out]);
  expect((await write()).stderr).toBe(`wrote ${out}: 4 alerts for 1 objective\n`);
  const first = readFileSync(out, 'utf8');
  expect((await write()).exitCode).toBe(0);
  expect(readFileSync(out, 'utf8')).toBe(first);
});

test('a name can be no template and no line of its own', async () => {
  const slo = { ...healthSlo('fast', 50, 0.99), metadata: { name: 'fast', displayName: 'a {{ $b }}\ngroups: []' } };
  const { exitCode, stdout } = await runHere(['slo', 'rules', sloFile(slo)]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('# fast.1 (a {{ $b }} groups: []): bad are ');
  const { groups } = parse(stdout) as { groups: [{ rules: { annotations?: { summary: string } }[] }] };
  expect(groups[0].rules.at(-1)?.annotations?.summary).toMatch(
    /^a \{\{"\{\{"\}\} \$b \}\} groups: \[\]: its error budget/,
  );
});

test('several documents make one file, and what no metric shows is named', async () => {
  const slo = sloFile(
    `${JSON.stringify(healthSlo('fast', 50, 0.99))}\n---\n${JSON.stringify(healthSlo('pong', 50, 0.99, 'ws-ping'))}\n`,
  );
  const { exitCode, stdout, stderr } = await runHere(['slo', 'rules', slo]);
  const why = 'pong.1: ws-ping: the server times no such thing, only clients see it';
  expect([exitCode, stderr]).toEqual([0, `4 alerts for 1 objective\nnot watched: ${why}\n`]);
  expect(stdout).toContain(`# Objectives that no alert here watches:\n#   ${why}\n`);
});

test('a server is asked for its buckets', async () => {
  const target = await startTarget();
  try {
    await (await fetch(`${target.httpUrl}/api/health`)).arrayBuffer();
    const { exitCode, stdout, stderr } = await runHere(['slo', 'rules', fast(), '--target', target.httpUrl]);
    expect([exitCode, stderr]).toEqual([0, '4 alerts for 1 objective\n']);
    expect(stdout).toContain(`contract documented, and the buckets of ${target.httpUrl}/metrics`);
    const other = await runHere(['slo', 'rules', fast(), '--target', target.httpUrl, '--contract', 'aragora-2.11']);
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain('fast.1: ');
    expect(other.stderr).toContain('has no metric aragora_http_request_duration_seconds_bucket');
  } finally {
    await target.stop();
  }
});

test('rules without data on a server are refused', async () => {
  const name = 'aragora_request_duration_seconds';
  const lines = ['0.05', '+Inf'].map((le) => `${name}_bucket{methods="GET",le="${le}"} 1\n`).join('');
  const metrics = file(tempDir(), 'metrics.txt', `# TYPE ${name} histogram\n${lines}${name}_count{methods="GET"} 1\n`);
  const { exitCode, stderr } = await runHere(['slo', 'rules', fast(), '--metrics', metrics]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^error: \S+metrics\.txt has no data for these rules: .*method/);
});

describe('alerts that can never fire', () => {
  const arithmetic =
    'no more than 100 % of the requests can be bad, and alerts would wait for 14.4 × 10 % = 144 % in 1h';

  test('are refused, with the arithmetic', async () => {
    const slo = fast(0.9);
    const { exitCode, stdout, stderr } = await runHere(['slo', 'rules', slo]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `error: ${slo}: fast.1: ${arithmetic}\n  --skip-dead leaves these alerts out; a higher target makes its budget smaller\n`,
    );
  });

  test('are left out on request, which is said', async () => {
    const { exitCode, stdout, stderr } = await runHere(['slo', 'rules', fast(0.9), '--skip-dead']);
    expect([exitCode, stderr]).toEqual([0, `3 alerts for 1 objective\nleft out: fast.1: ${arithmetic}\n`]);
    expect(stdout).toContain(`# Alerts that can never fire, left out:\n#   fast.1: ${arithmetic}\n`);
    expect(alertsIn(stdout)).toBe(3);
  });
});

describe('in one line is refused', () => {
  test.each<[string, () => string[], RegExp]>([
    ['a file that is not there', () => ['/nowhere/slo.yaml'], /cannot read \/nowhere\/slo\.yaml/],
    ['what is no YAML', () => [sloFile('a: [')], /slo\.yaml: it is not valid YAML: .*line 1/],
    ['what is no SLO', () => [sloFile('groups: []')], /"groups"/],
    [
      'an objective of 100 %',
      () => [sloFile(upSlo(1))],
      /target" must be a share between 0 and 1, both excluded, got 1/,
    ],
    [
      'an unknown endpoint',
      () => [sloFile(healthSlo('a', 50, 0.9, 'helth'))],
      /endpoint" must be one of health, .*got "helth"/,
    ],
    [
      'a file of which nothing can be watched',
      () => [sloFile(healthSlo('pong', 50, 0.99, 'ws-ping'))],
      /no alert can watch any of its objectives: pong\.1: ws-ping/,
    ],
    [
      'two servers',
      () => [fast(), '--target', 'http://h', '--metrics', 'm.txt'],
      /--target and --metrics exclude each other/,
    ],
    ['a server that is not there', () => [fast(), '--target', 'http://127.0.0.1:9'], /127\.0\.0\.1:9/],
    ['an unknown contract', () => [fast(), '--contract', 'aragora-2.1'], /did you mean "aragora-2\.11"/],
    [
      'a folder as the file to write',
      () => [fast(), '--out', tempDir()],
      /cannot write .*: it is a folder, and a file was expected/,
    ],
    ['a folder that is not there', () => [fast(), '--out', '/nowhere/rules.yml'], /cannot write \/nowhere\/rules\.yml/],
    [
      'a file that is somebody else’s',
      () => [fast(), '--out', file(tempDir(), 'mine.yml', 'groups: []\n')],
      /mine\.yml is there already, and was not written by this command/,
    ],
  ])('%s', async (_, args, says) => {
    const { exitCode, stdout, stderr } = await runHere(['slo', 'rules', ...args()]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: [^\n]*(\n {2}[^\n]*)?\n$/);
    expect(stderr).toMatch(says);
  });
});
