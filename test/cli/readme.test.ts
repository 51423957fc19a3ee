/**
 * Every command of the README and of the pages that continue it runs, as written except for addresses, folders and lengths. A command without a
 * row here fails.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadProfile } from '../../lib/config/profile.ts';
import { loadObjectives } from '../../lib/config/slo.ts';
import type { Finding } from '../../lib/core/finding.ts';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { guidePath } from '../support/rules.ts';
import { Cli, cleanUp, enginePath, file, findings, inheritedEnv, runCli, tempDir, until } from './support/cli.ts';
import { lenientObjectives, lenientProfile } from './support/profiles.ts';

const execute = promisify(execFile);

/** Runs another program to a good end; if it ends badly, its output is in the error. */
async function start(file: string, args: readonly string[]): Promise<{ readonly stdout: string }> {
  return execute(file, args, { cwd: root, env: inheritedEnv(), maxBuffer: 2 ** 26 }).catch((error: unknown) => {
    const { message, stdout } = error as Error & { readonly stdout: string };
    throw new Error(`${message}\n${stdout}`, { cause: error });
  });
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
/** The pages whose commands and files are tried here. */
const PAGES = ['gate', 'profiles', 'rules', 'slo-rules', 'run-folder', 'development', 'scale'].map((name) =>
  join(root, 'docs', `${name}.md`),
);
const text = [readme, ...PAGES.map((path) => readFileSync(path, 'utf8'))].join('\n');

function blocks(language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, block = '']) => block,
  );
}

/** The one file in this language that begins so. */
function shown(language: string, start: string): string {
  const found = blocks(language).filter((block) => block.startsWith(start));
  expect(found, `${language} that begins with ${start}`).toHaveLength(1);
  return found[0] ?? '';
}

const lenient = (): string[] => ['--profile', lenientProfile(), '--slo', lenientObjectives()];

let target: Target;
let recorded: string;
/** The folder for commands that keep a history. */
let history: string;
beforeAll(async () => {
  await enginePath();
  target = await startTarget();
  history = tempDir();
  recorded = join(tempDir(), 'mine');
  const { exitCode, stderr } = await runCli(['run', '--target', target.httpUrl, ...lenient(), '--out', recorded]);
  expect(exitCode, stderr).toBe(0);
});
afterAll(async () => {
  await target.stop();
  cleanUp();
});

/** What follows `npx aragora-slo`, with the README's address and folder replaced by ours. */
function cli(command: string): string[] {
  const ours = command
    .replace('http://127.0.0.1:8080', target.httpUrl)
    .replace('runs/mine', recorded)
    .replace('--profile gentle', '');
  return ours.split(' ').filter(Boolean).slice(2);
}

async function gate(command: string): Promise<void> {
  const out = join(tempDir(), 'run');
  const { exitCode, stdout } = await runCli([...cli(command), ...lenient(), '--out', out]);
  expect(stdout).toContain('CONFORMS');
  expect(exitCode).toBe(0);
}

async function again(command: string): Promise<void> {
  const before = findings(recorded);
  expect((await runCli(cli(command))).stdout).toContain('CONFORMS');
  expect(findings(recorded)).toEqual(before);
}

function script(name: string): void {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const main = scripts[name]?.split(' ').find((word) => /\.(ts|mjs)$/.test(word));
  expect(main, `npm run ${name}`).toBeDefined();
  expect(readFileSync(join(root, main ?? ''), 'utf8')).not.toBe('');
}

/** The recorded run is too short to decide anything, and the output says so. */
async function comparison(command: string): Promise<void> {
  const { exitCode, stdout } = await runCli(cli(command.replace('runs/new', recorded)));
  expect(stdout).toMatch(/^CANNOT TELL\n/);
  expect(exitCode).toBe(3);
}

/** A baseline that is long enough to decide a median, and a smallest difference that a busy machine alone does not make. */
async function release(command: string): Promise<void> {
  const [baseline, out] = [join(tempDir(), 'baseline'), join(tempDir(), 'run')];
  const slo = ['--slo', lenientObjectives()];
  await runCli(['run', '--target', target.httpUrl, '--profile', lenientProfile(12), ...slo, '--out', baseline]);
  const asked = [...cli(command.replace('runs/mine', baseline)), '--out', out, '--smallest-ms', '2000'];
  const { exitCode, stdout, stderr } = await runCli(asked);
  expect(stdout, stderr).toMatch(/^GATE PASSES\n[\s\S]*\nCONFORMS/);
  expect(exitCode).toBe(0);
}

/** Ended as soon as it measures: test/cli/capacity.test.ts and experiment.test.ts run such to their end, which takes minutes. */
async function begun(args: readonly string[], says: RegExp): Promise<void> {
  const running = new Cli(args);
  await running.says(says);
  running.signal('SIGINT');
  expect((await running.ended()).exitCode).toBe(130);
}

function openOf(run: string): Finding[] {
  return findings(run).findings.filter(({ gating, status }) => gating && status !== 'pass');
}

/** A machine that is busy with something else sends and answers some requests late by itself. Everything else holds on any machine. */
function othersThanOfMachine(open: readonly Finding[]): string[] {
  const others = open.filter(({ id }) => !id.startsWith('latency.') && id !== 'load.generator');
  return others.map(({ id, status, summary }) => `${id} ${status}: ${summary}`);
}

const ROWS: Readonly<Record<string, (command: string) => Promise<void> | void>> = {
  'npm ci && npm start': async () => {
    const out = join(tempDir(), 'run');
    const args = ['start', '--', '--out', out];
    const { stdout } = await execute('npm', args, { cwd: root, env: inheritedEnv(), maxBuffer: 2 ** 26 }).catch(
      (ended: { readonly stdout: string }) => ended,
    );
    const { outcome, findings: all } = findings(out);
    expect(stdout).toContain(outcome.toUpperCase());
    // A machine that is busy with something else sends and answers some requests late by itself. Everything else holds on any machine.
    const open = all.filter(({ gating, status }) => gating && status !== 'pass');
    const isOfMachine = ({ id }: { readonly id: string }) => id.startsWith('latency.') || id === 'load.generator';
    const others = open.filter((finding) => !isOfMachine(finding));
    expect(others.map(({ id, summary }) => `${id}: ${summary}`)).toEqual([]);
    expect(outcome === 'conforms').toBe(open.length === 0);
    expect(all.filter(({ gating }) => gating).length).toBeGreaterThan(130);
  },
  // This very suite, after `npm ci`, in a clean checkout.
  'npm ci && npm test': () => {
    const ci = readFileSync(join(root, '.ci/run'), 'utf8');
    for (const command of ['npm ci', 'npm test', 'npm run test:aragora', 'npm run test:real'])
      expect(ci).toContain(command);
  },
  'npx aragora-slo run --target http://127.0.0.1:8080': gate,
  'npx aragora-slo run --target http://127.0.0.1:8080 --profile gentle --contract aragora-2.11': gate,
  'npx aragora-slo check --target http://127.0.0.1:8080': async (command) => {
    const out = join(tempDir(), 'run');
    const { stdout } = await runCli([...cli(command), '--out', out]);
    const open = openOf(out);
    expect(othersThanOfMachine(open)).toEqual([]);
    if (open.length > 0) return;
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /^CONFORMS all of \d+ gating findings pass; traces and logs not looked at: no source was named /,
    );
  },
  'npx aragora-slo run --target http://127.0.0.1:8080 --full --dashboard': gate,
  'npx aragora-slo watch runs/mine': async (command) => {
    expect((await runCli(cli(command))).stdout).toMatch(/^CONFORMS/);
  },
  'npx aragora-slo gate --baseline runs/mine --candidate http://127.0.0.1:8080': release,
  'npx aragora-slo compare runs/mine runs/new': comparison,
  'npx aragora-slo judge runs/mine': again,
  'npx aragora-slo report runs/mine': again,
  'npx aragora-slo run --target http://127.0.0.1:8080 --history history': async (command) => {
    const out = join(tempDir(), 'run');
    const { exitCode, stderr } = await runCli([...cli(command), ...lenient(), '--out', out], { cwd: tempDir() });
    expect(stderr).toMatch(/^added to the history: history\//m);
    expect(exitCode).toBe(0);
  },
  'npx aragora-slo history add runs/mine': async (command) => {
    const { exitCode, stderr } = await runCli(cli(command), { cwd: history });
    expect(stderr).toMatch(/^added to the history: history\//);
    expect(exitCode).toBe(0);
  },
  'npx aragora-slo history --html history.html': async (command) => {
    expect((await runCli(cli(command), { cwd: history })).stdout).toContain('1 run of lenient compared');
    expect(readFileSync(join(history, 'history.html'), 'utf8')).toContain('data-objective="lenient.1"');
  },
  'npx aragora-slo capacity --target http://127.0.0.1:8080': async (command) => {
    const short = ['--journey', 'health', '--slo', lenientObjectives(), '--max-rate', '20'];
    await begun([...cli(command), ...short, '--out', join(tempDir(), 'capacity')], /^step 1: 20\/s for/m);
  },
  'npx aragora-slo experiment --a http://127.0.0.1:8080 --b http://127.0.0.1:8081': async (command) => {
    const ours = cli(command.replace('http://127.0.0.1:8081', target.httpUrl));
    const out = join(tempDir(), 'experiment');
    await begun([...ours, '--profile', lenientProfile(), '--out', out], /^pair 1 of at most \d+/m);
  },
  'k6 run scenarios/health.ts -e TARGET=http://127.0.0.1:8080': async () => {
    const args = [
      'run',
      'scenarios/health.ts',
      '-e',
      `TARGET=${target.httpUrl}`,
      '-e',
      'DURATION_SEC=2',
      '--no-usage-report',
    ];
    const env = inheritedEnv();
    const ended = await execute(await enginePath(), args, { cwd: root, env }).catch(
      (error: unknown) => error as { readonly code: number; readonly stdout: string },
    );
    // 99 says that a documented limit was crossed: they are k6's thresholds here, and a busy machine crosses them by itself.
    expect([0, 99], ended.stdout).toContain('code' in ended ? ended.code : 0);
    expect(ended.stdout).toMatch(/checks_succeeded\S* 100\.00%/);
  },
  'npx aragora-slo target --break latency.health.p99': async (command) => {
    const running = new Cli(cli(command));
    await until('its addresses', () => /^http.*\nws.*\n/.test(running.stdout) || !running.running);
    expect(running.stdout).toMatch(/^http:\/\/\S+\nws:\/\/\S+\/ws\n$/);
    expect((await fetch(`${running.stdout.split('\n')[0]}/api/health`)).status).toBe(200);
    running.signal('SIGINT');
    await running.ended();
  },
  'npx aragora-slo doctor': async (command) => {
    expect(await runCli(cli(command))).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('load engine') });
  },
  'npx aragora-slo init --target http://127.0.0.1:8080': async (command) => {
    const cwd = tempDir();
    expect((await runCli(cli(command), { cwd })).stdout).toBe('wrote aragora-slo.config.ts\n');
    expect((await runCli(['validate'], { cwd })).exitCode).toBe(0);
  },
  'npx aragora-slo validate': async (command) => {
    const cwd = tempDir();
    file(cwd, 'aragora-slo.config.ts', shown('ts', 'import { defineConfig }'));
    const { exitCode, stdout } = await runCli(cli(command), { cwd });
    expect(stdout).toBe('✓ aragora-slo.config.ts: config of target, profile, prometheus\n');
    expect(exitCode).toBe(0);
  },
  // Whether a rule is sure of its labels depends on what the server was asked before.
  'npx aragora-slo rules alerts.yml --target http://127.0.0.1:8080': async (command) => {
    const { exitCode, stdout } = await runCli(
      cli(command.replace('alerts.yml', guidePath('monitoring-alert-rules.yml'))),
    );
    expect([0, 3], stdout).toContain(exitCode);
    expect(stdout).toMatch(/^3 alerts: /m);
  },
  'npx aragora-slo dashboards overview.json --target http://127.0.0.1:8080': async (command) => {
    const ours = command.replace('overview.json', guidePath('overview-dashboard.json'));
    const { exitCode, stdout } = await runCli(cli(ours));
    expect(stdout).toContain('panels of type "graph" are gone from current Grafana');
    expect(exitCode).toBe(99);
  },
  // The file is the one that profiles.md shows.
  'npx aragora-slo slo rules slo.yaml --out slo.rules.yml': async (command) => {
    const cwd = tempDir();
    file(cwd, 'slo.yaml', shown('yaml', 'apiVersion: openslo/v1'));
    const { exitCode, stderr } = await runCli(cli(command), { cwd });
    expect(stderr).toMatch(
      /^wrote slo\.rules\.yml: 4 alerts for 1 objective\nnote: fast-health\.1: .*up to 50 ms, is taken/,
    );
    expect(exitCode).toBe(0);
    expect((await runCli(['rules', 'slo.rules.yml'], { cwd })).stdout).toContain('7 records, 4 alerts: 11 ok');
  },
  // The tests of one file there.
  'npm run test:unit lib/core': async (command) => {
    const [npm = '', ...args] = `${command}/slash.test.ts`.split(' ');
    expect((await start(npm, args)).stdout).toMatch(/^\d+ passed, 0 failed$/m);
  },
  // Each takes minutes and is run elsewhere: test:aragora and test:real by .ci/run; test/proofs shares all its code
  // with selftest and mutate.
  'npm run test:unit': () => script('test:unit'),
  'npm test -- test/proofs/replay.test.ts': () => script('test'),
  'npm run test:aragora': () => script('test:aragora'),
  'npm run backends': () => script('backends'),
  'npm run test:real': () => script('test:real'),
  'npm run test:drills': () => script('test:drills'),
  'npm run selftest': () => script('selftest'),
  'npm run innocent': () => script('innocent'),
  'npm run mutate': () => script('mutate'),
  'npm run bench': () => script('bench'),
  'npm run bench merge': () => script('bench'),
  'npm run calibrate': () => script('calibrate'),
};

describe('the commands of the README', () => {
  const commands = [...new Set(blocks('sh').flatMap((block) => block.trim().split('\n')))];

  test.each(commands)(
    '%s',
    async (command) => {
      const row = ROWS[command];
      if (row === undefined) throw new Error(`no test runs "${command}"`);
      await row(command);
    },
    180_000,
  );

  test('are all there that have a test', () => {
    expect(Object.keys(ROWS).filter((command) => !commands.includes(command))).toEqual([]);
  });
});

test('the README is short', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(130);
});

test('the files that these pages show are valid', () => {
  expect(loadProfile(file(tempDir(), 'mine.yaml', shown('yaml', 'name: mine'))).name).toBe('mine');
  expect(loadObjectives(file(tempDir(), 'slo.yaml', shown('yaml', 'apiVersion: openslo/v1')))).toMatchObject([
    { endpoint: 'health', percentile: 95, limitMs: 20 },
  ]);
  const [step] = parse(shown('yaml', '- uses: ')) as [{ with: object }];
  const { inputs } = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as { inputs: object };
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(step.with)));
});
