/** What the workflows and the action promise, beyond what actionlint knows (test/real/workflows.test.ts). */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}
interface Job {
  readonly permissions?: object;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: { readonly workflow_call?: { readonly inputs: object } };
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}
const read = <T>(path: string): T => parse(readFileSync(join(root, path), 'utf8')) as T;
const names = readdirSync(join(root, '.github/workflows'));
const workflows = new Map(names.map((name) => [name, read<Workflow>(`.github/workflows/${name}`)]));
const action = read<{ inputs: object; runs: { steps: readonly Step[] } }>('action.yml');
const jobs = [...workflows.values()].flatMap((workflow) => Object.values(workflow.jobs));
const steps = [...jobs.flatMap((job) => job.steps), ...action.runs.steps];
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

  test('of jobs are no more, but for the nightly issue', () => {
    expect(jobs.flatMap(({ permissions }) => permissions ?? [])).toEqual([{ contents: 'read', issues: 'write' }]);
  });
});

test('the reusable workflow has the inputs of the action, and passes each of them on', () => {
  const slo = workflows.get('slo.yml');
  const inputs = Object.keys(slo?.on.workflow_call?.inputs ?? {});
  // A history would end with the runner: a called workflow keeps nothing.
  const own = Object.keys(action.inputs).filter((name) => name !== 'history');
  expect(inputs.filter((name) => name !== 'harness').sort()).toEqual(own.sort());
  const passed = slo?.jobs['gate']?.steps.find(({ uses }) => uses === './.aragora-slo')?.with;
  expect(passed).toEqual(Object.fromEntries(own.map((name) => [name, `\${{ inputs.${name} }}`])));
});

test('ci runs what must hold before a change lands', () => {
  expect(workflows.get('ci.yml')?.jobs['test']?.steps.at(-1)?.run).toBe('.ci/run');
});
