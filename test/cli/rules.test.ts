/** The commands `rules` and `dashboards`: what they print, and their exit codes. No load is started. */
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startTarget } from '../../lib/target/target.ts';
import { FakeBackend } from '../support/fake-backend.ts';
import { guidePath } from '../support/rules.ts';
import { cleanUp, file, tempDir } from './support/cli.ts';
import { runHere } from './support/here.ts';

afterAll(cleanUp);

const exposition = () => file(tempDir(), 'metrics.txt', '# TYPE aragora_a gauge\naragora_a{b="1"} 1\n');
const rulesOf = (...exprs: readonly string[]): string => {
  const rules = exprs.map((expr, at) => ({ alert: `A${at}`, expr }));
  return file(tempDir(), 'rules.yml', JSON.stringify({ groups: [{ name: 'g', rules }] }));
};

describe('the exit code says', () => {
  test.each([
    ['that all can return data', ['aragora_a > 1'], 0],
    ['that one never can', ['aragora_a > 1', 'aragora_b > 1', 'aragora_a{b="2"} > 1'], 99],
    ['that one does something else', ['rate(aragora_a[5m]) > 1'], 99],
    ['that one is not sure', ['aragora_a > 1', 'aragora_a{b="2"} > 1'], 3],
  ])('%s', async (_, exprs, code) => {
    const { exitCode, stderr } = await runHere(['rules', rulesOf(...exprs), '--metrics', exposition()]);
    expect([exitCode, stderr]).toEqual([code, '']);
  });
});

test('a server is asked for its metrics', async () => {
  const target = await startTarget();
  try {
    const said = await runHere([
      'rules',
      guidePath('monitoring-alert-rules.yml'),
      '--target',
      target.httpUrl,
      '--json',
    ]);
    const { against, items } = JSON.parse(said.stdout) as {
      readonly against: { readonly source: string };
      readonly items: readonly { readonly name: string; readonly verdict: string }[];
    };
    expect(against.source).toBe(`${target.httpUrl}/metrics`);
    expect(items.map(({ name }) => name)).toEqual(['HighErrorRate', 'HighLatency', 'AgentTimeout']);
    expect(items.map(({ verdict }) => verdict)).not.toContain('never');
  } finally {
    await target.stop();
  }
});

describe('of a Prometheus', () => {
  const group = {
    name: 'aragora',
    file: '/etc/prometheus/rules.yml',
    interval: 15,
    rules: [
      { type: 'alerting', name: 'Missing', query: 'aragora_b > 1', duration: 300, labels: { severity: 'critical' } },
      { type: 'recording', name: 'aragora:a', query: 'sum(aragora_a)' },
    ],
  };
  const ok = (data: unknown) => [() => ({ json: { status: 'success', data } })];
  const answers = (groups: readonly object[]) => ({
    'GET /api/v1/rules': ok({ groups }),
    'GET /api/v1/label/__name__/values': ok(['aragora_a']),
    'GET /api/v1/label/job/values': ok(['aragora']),
    'GET /api/v1/metadata': ok({}),
    'GET /api/v1/scrape_pools': ok({ scrapePools: ['aragora'] }),
    'GET /api/v1/labels': ok(['__name__']),
  });

  test('the rules that it has loaded are judged where no file is named', async () => {
    const prometheus = await FakeBackend.start(answers([group]));
    const { exitCode, stdout, stderr } = await runHere(['rules', '--prometheus', prometheus.url]);
    await prometheus.stop();
    expect([exitCode, stderr]).toEqual([99, '']);
    expect(stdout).toMatch(/^\/etc\/prometheus\/rules\.yml\n {2}✗ never {2}Missing \(alert, aragora\)$/m);
    expect(stdout).toContain('✓ ok     aragora:a (record, aragora)');
  });

  test('one without rules says so', async () => {
    const prometheus = await FakeBackend.start({ 'GET /api/v1/rules': ok({ groups: [] }) });
    const { exitCode, stderr } = await runHere(['rules', '--prometheus', prometheus.url]);
    await prometheus.stop();
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `error: ${prometheus.url} has loaded no rules\n  does its configuration name files of rules (rule_files)?\n`,
    );
  });

  test('without one, a file must be named', async () => {
    const { exitCode, stderr } = await runHere(['rules']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('no file is named')]);
  });
});

test('without any of them the documents are asked', async () => {
  const args = [guidePath('alert-rules.yml'), '--scrape-config', guidePath('monitoring-prometheus.yml')];
  const { exitCode, stdout } = await runHere(['rules', ...args]);
  expect(exitCode).toBe(99);
  expect(stdout).toContain('✗ never  AragoraDown (alert, line 5, aragora.availability)\n');
  expect(stdout.replace(/\s+/g, ' ')).toContain('no job fits job="aragora"; jobs: aragora-api, aragora-workers');
  expect(stdout).toMatch(/^1 configuration, 5 alerts: 2 ok, 4 never; judged against the documents/m);
});

test('dashboards are judged in the same way', async () => {
  const { exitCode, stdout } = await runHere(['dashboards', guidePath('overview-dashboard.json')]);
  expect(exitCode).toBe(99);
  expect(stdout).toMatch(/^ {2}✗ wrong {2}Request Latency \(panel, line 37, Aragora Overview\)$/m);
});

describe('one line says why a file is refused:', () => {
  test.each<[string, string, string]>([
    ['it is not there', 'rules', ''],
    ['it is no YAML', 'rules', 'groups: ['],
    ['it is empty', 'rules', '\n'],
    ['it is something else', 'rules', 'receivers: []'],
    ['it is a rules file', 'dashboards', 'groups: []'],
    ['it is no JSON', 'dashboards', '{"panels": [}'],
  ])('%s', async (_, command, content) => {
    const path = content === '' ? join(tempDir(), 'none.yml') : file(tempDir(), 'f.yml', content);
    const { exitCode, stdout, stderr } = await runHere([command, path]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(content === '' ? /^error: cannot read .*\n$/ : /^error: \S+f\.yml:\d+: .*\n$/);
  });

  test('the others are judged all the same', async () => {
    const { exitCode, stdout, stderr } = await runHere([
      'rules',
      rulesOf('aragora_a'),
      file(tempDir(), 'f.yml', 'a: 1'),
      '--metrics',
      exposition(),
    ]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: \S+f\.yml:1: it is a file with a, not a rules file/),
    ]);
    expect(stdout).toContain('1 alert: 1 ok');
  });
});

test.each<[string, readonly string[], RegExp]>([
  [
    'two things to judge against',
    ['--target', 'http://127.0.0.1:1', '--contract', 'documented'],
    /--target and --contract exclude each other/,
  ],
  [
    'a server that is not there',
    ['--target', 'http://127.0.0.1:1'],
    /GET http:\/\/127\.0\.0\.1:1\/metrics does not answer/,
  ],
  ['a Prometheus that is not there', ['--prometheus', 'http://127.0.0.1:1'], /does not answer/],
  [
    'a file without metrics',
    ['--metrics', guidePath('overview-dashboard.json')],
    /has no metric in Prometheus' format/,
  ],
  [
    'a scrape configuration that is none',
    ['--scrape-config', guidePath('monitoring-alert-rules.yml')],
    /monitoring-alert-rules\.yml:2: it is a rules file, not the configuration of a Prometheus/,
  ],
])('%s is wrong usage', async (_, more, says) => {
  const { exitCode, stdout, stderr } = await runHere(['rules', rulesOf('up'), ...more]);
  expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringMatching(says)]);
});
