/** Runs actionlint on the workflows. It also compares `uses: ./` with the inputs and outputs of action.yml. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { actionlintPath } from '../backends/actionlint.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-workflows-'));
afterAll(() => rmSync(dir, { recursive: true }));

let actionlint: string;
beforeAll(async () => {
  actionlint = await actionlintPath({ onProgress: (line) => console.log(line) });
  mkdirSync(join(dir, '.git'));
  cpSync(join(root, '.github'), join(dir, '.github'), { recursive: true });
  cpSync(join(root, 'action.yml'), join(dir, 'action.yml'));
}, 240_000);

function lint(...files: string[]): { status: number | null; stdout: string } {
  const { status, stdout } = spawnSync(actionlint, ['-no-color', ...files], { cwd: dir, encoding: 'utf8' });
  return { status, stdout };
}

test('finds nothing to say', () => {
  const files = readdirSync(join(dir, '.github/workflows')).map((name) => join('.github/workflows', name));
  expect(files.length).toBeGreaterThanOrEqual(3);
  expect(lint(...files)).toEqual({ status: 0, stdout: '' });
});

test('finds nothing to say of the steps of action.yml, as a job', () => {
  const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as { inputs: object; runs: { steps: object[] } };
  const inputs = Object.fromEntries(Object.keys(action.inputs).map((name) => [name, { type: 'string' }]));
  const workflow = {
    on: { workflow_call: { inputs } },
    jobs: { gate: { 'runs-on': 'ubuntu-latest', steps: action.runs.steps } },
  };
  writeFileSync(join(dir, '.github/workflows/action.yml'), JSON.stringify(workflow));
  try {
    expect(lint('.github/workflows/action.yml')).toEqual({ status: 0, stdout: '' });
  } finally {
    rmSync(join(dir, '.github/workflows/action.yml'));
  }
});

test('finds nothing to say of the workflows in docs/ci.md', () => {
  const docs = readFileSync(join(root, 'docs/ci.md'), 'utf8');
  const examples = [...docs.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
  expect(examples).toHaveLength(2);
  for (const example of examples) {
    writeFileSync(join(dir, '.github/workflows/example.yml'), example);
    expect(lint('.github/workflows/example.yml')).toEqual({ status: 0, stdout: '' });
  }
  rmSync(join(dir, '.github/workflows/example.yml'));
});

test('would say something: a misspelt input of the action and an untrusted value in a script are found', () => {
  const nightly = readFileSync(join(root, '.github/workflows/nightly.yml'), 'utf8');
  const wrong = nightly
    .replace('profile: nightly', 'prophile: nightly')
    .replace('run: node', `run: echo "$\{{ github.head_ref }}"; node`);
  writeFileSync(join(dir, '.github/workflows/wrong.yml'), wrong);
  const { status, stdout } = lint('.github/workflows/wrong.yml');
  rmSync(join(dir, '.github/workflows/wrong.yml'));
  expect(status).toBe(1);
  expect(stdout).toMatch(/input "prophile" is not defined in action/);
  expect(stdout).toMatch(/"github\.head_ref" is potentially untrusted/);
});
