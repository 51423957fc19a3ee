/** The scripts of action.yml and nightly.yml as a runner runs them: bash, their `env`, and what they leave for the next step. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { startTarget, type Target } from '../../lib/target/target.ts';
import { fakeGithub } from '../support/fake-github.ts';
import { cleanUp, enginePath, file, inheritedEnv, tempDir } from './support/cli.ts';
import { healthProfile, lenientObjectives, lenientProfile } from './support/profiles.ts';
import { closeFakes, fakeHttp } from './support/servers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let target: Target;
beforeAll(async () => {
  await enginePath();
  target = await startTarget();
});
afterAll(async () => {
  await target.stop();
  await closeFakes();
  cleanUp();
});

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The script of the step with its `env`; inputs and the action's path are filled in as the runner does it. */
async function step(
  name: string,
  inputs: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
) {
  const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as { runs: { steps: Step[] } };
  const { run = '', env = {} } = action.runs.steps.find((one) => one.name === name) ?? {};
  const filled = Object.entries(env).map(([key, value]) => [
    key,
    value
      .replace(/\$\{\{ github\.action_path \}\}/, inject('bundled').root)
      .replace(/\$\{\{ inputs\.([\w-]+) \}\}/, (_, input: string) => inputs[input] ?? ''),
  ]);
  return bash(run, tempDir(), { ...Object.fromEntries(filled), ...more });
}

/** Its standard output is not passed on: in a runner, it would become annotations of our own tests. */
async function bash(script: string, cwd: string, env: Readonly<Record<string, string>>) {
  const [outputs, summary] = [file(cwd, 'outputs', ''), file(cwd, 'summary', '')];
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...inheritedEnv(),
      NO_COLOR: '1',
      RUNNER_TEMP: tempDir(),
      GITHUB_OUTPUT: outputs,
      GITHUB_STEP_SUMMARY: summary,
      ...env,
    },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const [status] = (await once(child, 'close')) as [number | null];
  const said = Object.fromEntries(
    readFileSync(outputs, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(/=(.*)/).slice(0, 2)),
  ) as Record<string, string>;
  return { status, stdout, stderr, outputs: said, summary: readFileSync(summary, 'utf8'), cwd };
}

const lenient = () => ({ target: target.httpUrl, profile: lenientProfile(), slo: lenientObjectives() });

describe('the step Gate', () => {
  test.concurrent('of a server that conforms is green, and says where the report is', async () => {
    const inputs = { ...lenient(), args: '--quiet\n--seed\n7\n' };
    const { status, stdout, stderr, outputs, summary } = await step('Gate', inputs);
    expect(status, stderr).toBe(0);
    expect(outputs).toMatchObject({ outcome: 'conforms', 'exit-code': '0' });
    expect(stdout).toMatch(/\nconforms: all of /);
    expect(summary).toMatch(/^## ✅ Conforms\n/);
    expect(existsSync(outputs['report'] ?? '')).toBe(true);
    expect(JSON.parse(readFileSync(join(outputs['run'] ?? '', 'plan.json'), 'utf8'))).toMatchObject({ seed: 7 });
  });

  /** Forty samples can't decide a P99. */
  const undecided = () => ({
    target: target.httpUrl,
    profile: healthProfile(2, ['lenient.1']),
    slo: lenientObjectives(0.99),
  });

  test.concurrent.each([
    ['inconclusive', '', 3],
    ['inconclusive', 'breaches', 0],
    ['inconclusive', 'never', 0],
  ] as const)(
    'of one that is %s, with fail-on "%s", ends with %i, and never says that it passed',
    async (_, failOn, code) => {
      const { status, stdout, outputs } = await step('Gate', { ...undecided(), 'fail-on': failOn });
      expect(status).toBe(code);
      expect(outputs).toMatchObject({ outcome: 'inconclusive', 'exit-code': '3' });
      expect(stdout).toMatch(code === 0 ? /\ninconclusive: .* this is no pass\.\n$/ : /\ninconclusive: .*\n$/);
      expect(stdout).not.toMatch(/conforms/i);
    },
  );

  test.concurrent.each([
    ['breaches', 99],
    ['never', 0],
  ] as const)('of one that breaches, with fail-on "%s", ends with %i', async (failOn, code) => {
    const { host } = await fakeHttp((_request, response) => response.writeHead(500).end('no'));
    const profile = healthProfile(2, ['availability.api']);
    const inputs = { target: `http://${host}`, profile, args: '--no-telemetry', 'fail-on': failOn };
    const { status, stdout, outputs } = await step('Gate', inputs);
    expect(status).toBe(code);
    expect(outputs).toMatchObject({ outcome: 'breaches', 'exit-code': '99' });
    expect(stdout).toMatch(/\nbreaches: /);
  });

  test.concurrent('of a server that is not there fails whatever fail-on says, without a verdict', async () => {
    const inputs = { target: 'http://127.0.0.1:1', 'fail-on': 'never' };
    const { status, outputs, stdout, stderr, summary } = await step('Gate', inputs);
    expect(status).toBe(2);
    const why = 'the run came to no verdict (exit code 2): nothing to measure at http://127.0.0.1:1/api/health';
    expect(outputs).toEqual({ outcome: 'error', 'exit-code': '2', reason: expect.stringContaining(why) });
    expect(stdout).toContain(`::error title=aragora-slo::${why}: connection refused (is the server running there? `);
    expect(summary).toContain(`## Error\n\n\`\`\`\n${why}`);
    expect(stderr).toMatch(/^error: nothing to measure at /m);
  });

  test.concurrent('of words that are no options names them, in the summary too', async () => {
    const { status, outputs, stdout, summary } = await step('Gate', { args: '--sed\n7' });
    expect(status).toBe(2);
    expect(outputs).toMatchObject({ outcome: 'error' });
    expect(stdout).toMatch(/^::error title=aragora-slo::the run came to no verdict .*unknown option '--sed'/m);
    expect(summary).toMatch(/unknown option '--sed'/);
  });

  test.concurrent('refuses another word in fail-on, before anything is loaded', async () => {
    const { status, stdout, outputs, summary } = await step('Gate', { ...lenient(), 'fail-on': 'always' });
    expect(status).toBe(2);
    expect(summary).toMatch(/^## Error\n\n```\nfail-on must be /);
    expect(stdout).toBe('::error title=aragora-slo::fail-on must be breaches, inconclusive or never, got "always"\n');
    expect(outputs).toEqual({ reason: 'fail-on must be breaches, inconclusive or never, got "always"' });
  });

  test.concurrent('takes no input for a script or an option', async () => {
    const { status, cwd } = await step('Gate', {
      target: '$(touch pwned)',
      ws: '`touch pwned`',
      profile: '--help; touch pwned',
    });
    expect(status).toBe(2);
    expect(existsSync(join(cwd, 'pwned'))).toBe(false);
  });
});

test('the step that asks for the load engine says where it is kept', async () => {
  const { status, outputs } = await step('Which load engine', {});
  expect(status).toBe(0);
  expect(outputs).toEqual({ path: await enginePath(), name: expect.stringMatching(/^engine-[0-9a-f]{16}$/) });
});

describe('the step Load engine', () => {
  test('has it built, and says where', async () => {
    const { status, stdout } = await step('Load engine', {});
    expect(status).toBe(0);
    expect(stdout).toBe(`${await enginePath()}\n`);
  });

  test('fails where there is none, with an annotation and in the summary', async () => {
    const { status, stdout, summary, outputs } = await step('Load engine', {}, { ARAGORA_SLO_K6: '/nonexistent/k6' });
    expect(status).toBe(2);
    expect(outputs['reason']).toContain('/nonexistent/k6');
    expect(stdout).toMatch(/^::error title=aragora-slo::.*\/nonexistent\/k6/);
    expect(summary).toMatch(/^## Error\n\n```\n.*\/nonexistent\/k6/);
  });
});

describe('the nightly issue', () => {
  const { jobs } = parse(readFileSync(join(root, '.github/workflows/nightly.yml'), 'utf8')) as {
    jobs: { issue: { steps: readonly Step[] } };
  };
  const { run: script = '', env = {} } = jobs.issue.steps.at(-1) ?? {};

  /** What `actions/checkout` leaves: the sources, and no package. Node 20 gets help to read TypeScript. */
  const checkout = (helped = true): string => {
    const dir = tempDir();
    for (const name of ['bin', 'lib', 'reports', 'package.json'])
      cpSync(join(root, name), join(dir, name), { recursive: true });
    mkdirSync(join(dir, 'node_modules'));
    if (helped) symlinkSync(join(root, 'node_modules/tsx'), join(dir, 'node_modules/tsx'));
    return dir;
  };

  const kept = async (findings: unknown, calls: Parameters<typeof fakeGithub>[0], reason = '', cwd = checkout()) => {
    if (findings !== undefined) {
      mkdirSync(join(cwd, 'nightly-run'));
      file(join(cwd, 'nightly-run'), 'findings.json', findings);
    }
    const github = await fakeGithub(calls);
    try {
      expect(Object.keys(env)).toEqual(['GITHUB_TOKEN', 'REASON']);
      const said = { GITHUB_SERVER_URL: 'http://h', GITHUB_RUN_ID: '1', REASON: reason };
      const ended = await bash(script, cwd, { ...github.env, ...said });
      expect(github.problems()).toEqual([]);
      return ended;
    } finally {
      await github.stop();
    }
  };
  const issue = { number: 7, title: 'x', labels: [{ name: 'aragora-slo-nightly' }] };
  const list = { call: 'GET /repos/o/r/issues', answer: [] };

  test.each([
    ['no run, and no reason', undefined, '', /came to no verdict/, /nothing else was reported/],
    ['an installation that failed', undefined, 'npm ci failed', /came to no verdict/, /```\nnpm ci failed\n```/],
    ['damaged findings', '{', '', /came to no verdict/, /findings\.json of the run is damaged/],
    ['findings without a known outcome', { outcome: 'fine' }, '', /came to no verdict/, /no outcome that is known/],
    [
      'findings that conform with the exit code of a breach',
      { outcome: 'conforms', exitCode: 99 },
      '',
      /came to no verdict/,
      /do not fit/,
    ],
    [
      'findings that conform, of a gate that says why it does not',
      { outcome: 'conforms', exitCode: 0, headline: 'all' },
      'exit code 2: the disk is full',
      /came to no verdict/,
      /the disk is full/,
    ],
    ['findings that breach', { outcome: 'breaches', exitCode: 99, headline: 'one' }, '', /breaches/, /```\none\n```/],
  ] as const)('is opened for %s', async (_, findings, reason, title, body) => {
    const opened = { call: 'POST /repos/o/r/issues', body: { title, body }, status: 201, answer: issue };
    const { status, stdout } = await kept(findings, [list, opened], reason);
    expect(stdout).toMatch(/^(error|breaches): opened #7\n$/);
    expect(status).toBe(0);
  });

  test('is left alone by a run that conforms while none is open', async () => {
    const { status } = await kept({ outcome: 'conforms', exitCode: 0, headline: 'all' }, [list]);
    expect(status).toBe(0);
  });

  test('that GitHub refuses fails the step, with an annotation and in the summary', async () => {
    const { status, stdout, summary } = await kept(undefined, [{ ...list, status: 403 }]);
    expect(status).toBe(2);
    expect(stdout).toMatch(/^::error title=aragora-slo::GitHub answers 403 /);
    expect(summary).toMatch(/^## Error\n\n```\nGitHub answers 403 /);
  });

  test('needs no package at all where Node reads TypeScript, and says so elsewhere', async () => {
    const readsTypeScript = 'typescript' in process.features && process.features.typescript !== false;
    const calls = readsTypeScript ? [list] : [];
    const findings = { outcome: 'conforms', exitCode: 0, headline: 'all' };
    const { status, stderr } = await kept(findings, calls, '', checkout(false));
    expect(status).toBe(readsTypeScript ? 0 : 2);
    if (!readsTypeScript) expect(stderr).toMatch(/^error: .* Node 22\.18 or newer, this is v\S+\n$/);
  });
});
