/** What the workflows and the action promise, beyond what actionlint knows (test/real/workflows.test.ts). */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { DOCUMENTED_ALERTS } from '../lib/systems/alerts/promises.ts';
import { PACKAGES } from './kubernetes/needs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly id?: string;
  readonly if?: string;
  readonly 'timeout-minutes'?: number;
  readonly with?: Readonly<Record<string, string>>;
}
interface Job {
  /** Of a job that calls a workflow: it has no steps. */
  readonly uses?: string;
  readonly permissions?: object;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly on: { readonly workflow_call?: { readonly inputs: object } };
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}
const read = <T>(path: string): T => parse(readFileSync(join(root, path), 'utf8')) as T;
const names = readdirSync(join(root, '.github/workflows'));
const workflows = new Map(names.map((name) => [name, read<Workflow>(`.github/workflows/${name}`)]));
const action = read<{
  inputs: object;
  outputs: Readonly<Record<string, { value: string }>>;
  runs: { steps: readonly Step[] };
}>('action.yml');
const jobs = [...workflows.values()].flatMap((workflow) => Object.values(workflow.jobs));
const steps = [...jobs.flatMap((job) => job.steps ?? []), ...action.runs.steps];
const scripts = steps.flatMap(({ run }) => run ?? []);

test('scripts hold no expression: what is not ours goes through the environment', () => {
  expect(scripts.length).toBeGreaterThan(3);
  expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
});

test.each(scripts)('bash reads: %s', (script) => {
  expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

test('every action is pinned to a version, or is in this repository', () => {
  const loose = steps.flatMap(({ uses }) => uses ?? []).filter((uses) => !/^\.\/|@v\d/.test(uses));
  expect(loose).toEqual([]);
});

describe('permissions', () => {
  test.each([...workflows])('of %s are to read', (_, { permissions }) => {
    expect(permissions).toEqual({ contents: 'read' });
  });

  test('of jobs are the same, except for the nightly issue and the release', () => {
    const more = [...workflows].flatMap(([name, { jobs }]) =>
      Object.entries(jobs).flatMap(([job, { permissions }]) => (permissions ? [[name, job, permissions]] : [])),
    );
    expect(more).toEqual([
      ['nightly.yml', 'issue', { contents: 'read', issues: 'write' }],
      ['release.yml', 'build', { contents: 'read', 'id-token': 'write', attestations: 'write' }],
      ['release.yml', 'publish', { contents: 'write', 'id-token': 'write' }],
    ]);
  });
});

test('the reusable workflow has the inputs of the action, and passes each of them on', () => {
  const slo = workflows.get('slo.yml');
  const inputs = Object.keys(slo?.on.workflow_call?.inputs ?? {});
  // A history would end with the runner: a called workflow keeps nothing.
  const own = Object.keys(action.inputs).filter((name) => name !== 'history');
  expect(inputs.filter((name) => name !== 'harness').sort()).toEqual(own.sort());
  const passed = slo?.jobs['gate']?.steps?.find(({ uses }) => uses === './.aragora-slo')?.with;
  expect(passed).toEqual(Object.fromEntries(own.map((name) => [name, `\${{ inputs.${name} }}`])));
});

test('every job has a timeout', () => {
  const own = jobs.filter(({ uses }) => uses === undefined);
  expect(own.map((job) => job['timeout-minutes'] ?? 'none')).not.toContain('none');
});

describe('the night', () => {
  const { gate, issue } = workflows.get('nightly.yml')?.jobs ?? {};

  test('that hangs is ended before its job, which would keep nothing', () => {
    const step = gate?.steps?.find(({ id }) => id === 'gate');
    expect(step?.['timeout-minutes']).toBeLessThan(gate?.['timeout-minutes'] ?? 0);
  });

  test('is reported however it ended, by a job that needs nothing of what may have failed', () => {
    expect(issue).toMatchObject({ needs: 'gate', if: `\${{ !cancelled() }}` });
    const scripts = issue?.steps?.flatMap(({ run }) => run ?? []);
    expect(scripts).toEqual(['node bin/aragora-slo-nightly.mjs nightly-run']);
    const download = issue?.steps?.find(({ uses }) => uses?.startsWith('actions/download-artifact@'));
    const upload = gate?.steps?.find(({ id }) => id === 'gate');
    expect(download).toMatchObject({ 'continue-on-error': true, with: { name: upload?.with?.['artifact'] } });
  });

  test('hands on what the action answers, which says why for each of its steps that may end it', () => {
    const handed = Object.entries(gate?.outputs ?? {});
    expect(handed).toEqual(['run', 'reason'].map((name) => [name, `\${{ steps.gate.outputs.${name} }}`]));
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(['run', 'reason']));
    const named = [...(action.outputs['reason']?.value.matchAll(/steps\.(\w+)\./g) ?? [])].map(([, id]) => id);
    expect(named.sort()).toEqual(action.runs.steps.flatMap(({ run, id }) => (run === undefined ? [] : [id])).sort());
  });
});

test('the night proves every break, every mutant and every simulation, whatever the others do', () => {
  const steps = workflows.get('nightly.yml')?.jobs['proofs']?.steps ?? [];
  const [first, ...others] = steps.filter(({ run }) => run?.startsWith('npm run'));
  expect([first, ...others].map((step) => step?.run)).toEqual([
    'npm run selftest',
    'npm run mutate',
    'npm run test:simulations',
  ]);
  expect(others.map((step) => step.if)).toEqual(others.map(() => `\${{ !cancelled() }}`));
});

test('the night drills what is broken, and each documented alert once in real time', () => {
  const { drills, 'real-time': realTime } = workflows.get('nightly.yml')?.jobs ?? {};
  const runs = (job: Job | undefined) => job?.steps?.flatMap(({ run }) => run ?? []).slice(1);
  expect(runs(drills)).toEqual(['npm run test:drills']);
  expect(runs(realTime)).toEqual(['node bin/aragora-slo.mjs drill --real-time --rule $RULES']);
  const rules = realTime?.strategy?.matrix['rules']?.flatMap((some) => some.split(' ')) ?? [];
  expect(rules.toSorted()).toEqual(DOCUMENTED_ALERTS.map(({ name }) => name).toSorted());
});

test('the night loads from a real cluster, as root', () => {
  const steps = workflows.get('nightly.yml')?.jobs['kubernetes']?.steps ?? [];
  const last = steps.at(-1)?.run ?? '';
  expect(last).toMatch(/^sudo -E .* npm run test:kubernetes$/);
  const installed = steps.flatMap(({ run = '' }) => /apt-get install -y (.*)$/.exec(run)?.[1]?.split(' ') ?? []);
  expect(installed.filter((name) => !PACKAGES.includes(name))).toEqual([]);
});

test('the load engine is kept before anything can fail the job: actions/cache alone keeps nothing of a red one', () => {
  const order = action.runs.steps.map(({ uses, name }) => name ?? uses?.replace(/@.*/, ''));
  const wanted = ['Which load engine', 'actions/cache/restore', 'Load engine', 'actions/cache/save', 'Gate'];
  expect(order.filter((one) => wanted.includes(one ?? ''))).toEqual(wanted);
  expect(order).not.toContain('actions/cache');
});

test('ci runs what must hold before a change lands', () => {
  expect(workflows.get('ci.yml')?.jobs['test']?.steps?.at(-1)?.run).toBe('.ci/run');
});

test('a release is built and published only after the whole of ci, by programs of ours, and to npm before it has its tag', () => {
  const { plan, test, build, publish } = workflows.get('release.yml')?.jobs ?? {};
  expect(test).toMatchObject({ needs: 'plan', uses: './.github/workflows/ci.yml' });
  expect(build).toMatchObject({ needs: 'test' });
  expect(publish).toMatchObject({ needs: 'build' });
  const programs = [plan, build, publish].flatMap((job) => job?.steps?.flatMap(({ run }) => run ?? []));
  expect(programs).toEqual([
    'node bin/aragora-slo-release.mjs plan',
    'npm ci',
    'node bin/aragora-slo-ci.mjs packages dist',
    'npm ci',
    'node bin/aragora-slo-ci.mjs publish dist',
    'node bin/aragora-slo-release.mjs publish',
  ]);
});

describe('docs/ci.md', () => {
  const docs = readFileSync(join(root, 'docs/ci.md'), 'utf8');
  const blocks = (language: string): string[] =>
    [...docs.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);
  type Called = Job & Step;
  const examples = blocks('yaml').map((text) => parse(text) as { permissions: object; jobs: Record<string, Called> });
  const called = examples.flatMap(({ jobs }) => Object.values(jobs));

  test('has whole workflows, which may read alone and have timeouts', () => {
    expect(examples.map(({ permissions }) => permissions)).toEqual([{ contents: 'read' }, { contents: 'read' }]);
    expect(called.filter((job) => job.uses === undefined && job['timeout-minutes'] === undefined)).toEqual([]);
  });

  test.each([
    ['OWNER/aragora-slo@v0', Object.keys(action.inputs)],
    [
      'OWNER/aragora-slo/.github/workflows/slo.yml@v0',
      Object.keys(workflows.get('slo.yml')?.on.workflow_call?.inputs ?? {}),
    ],
  ])('calls %s with inputs that it has', (name, inputs) => {
    const calls = [...called, ...called.flatMap((job) => job.steps ?? [])].filter(({ uses }) => uses === name);
    expect(calls).toHaveLength(1);
    expect(inputs).toEqual(expect.arrayContaining(Object.keys(calls[0]?.with ?? {})));
  });

  test('reports every input of the action', () => {
    const rows = docs.split('\n').filter((line) => line.startsWith('| `'));
    const said = Object.keys(action.inputs).filter((name) =>
      rows.some((row) => row.split('|')[1]?.includes(`\`${name}\``)),
    );
    expect(said).toEqual(Object.keys(action.inputs));
  });

  test('changes lines of nightly.yml that are there', () => {
    const nightly = readFileSync(join(root, '.github/workflows/nightly.yml'), 'utf8').split('\n');
    const gone = blocks('diff').flatMap((diff) => diff.split('\n').filter((line) => line.startsWith('-')));
    expect(gone.length).toBeGreaterThan(1);
    expect(nightly).toEqual(expect.arrayContaining(gone.map((line) => line.slice(1))));
  });
});
