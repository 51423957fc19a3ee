/** The package as npm packs it, in the node_modules of a project that has its own settings, with only the dependencies that it declares. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  Cli,
  cleanUp,
  type Ended,
  enginePath,
  file,
  filesOf,
  findings,
  runCli,
  shell,
  tempDir,
  until,
} from './support/cli.ts';
import { lenientObjectives } from './support/profiles.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Would break our own imports, if it were used. */
const OTHER_PROJECT = {
  compilerOptions: { baseUrl: '.', paths: { '*': ['./mine/*'] }, target: 'ES5', experimentalDecorators: true },
};
const config = (): string => `import { defineConfig } from 'aragora-slo';

export default defineConfig({
  profile: { name: 'mine', journeys: { health: { ratePerSec: 20, durationSec: 2 } }, gates: ['lenient.1'] },
  slo: ${JSON.stringify(lenientObjectives())},
});
`;

let project: string;
let installed: string;
let engine: string;
beforeAll(async () => {
  engine = await enginePath();
  project = tempDir();
  const modules = join(project, 'node_modules');
  installed = join(modules, 'aragora-slo');
  mkdirSync(installed, { recursive: true });
  execFileSync('npm', ['pack', '--offline', '--silent', '--pack-destination', project], { cwd: root, stdio: 'pipe' });
  shell(`tar -xzf "${project}"/aragora-slo-*.tgz -C "${installed}" --strip-components 1`);
  shell(`chmod -R a-w "${installed}"`);
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  file(project, 'tsconfig.json', OTHER_PROJECT);
  mkdirSync(join(project, 'mine'));
  for (const name of ['zod', 'ws', 'commander'])
    file(join(project, 'mine'), `${name}.ts`, 'throw new Error("not ours");');
  file(project, 'aragora-slo.config.ts', config());
});
afterAll(() => {
  shell(`chmod -R u+w "${installed}"`);
  cleanUp();
});

function run(...args: string[]): Promise<Ended> {
  return runCli(args, { cwd: project, bin: join(installed, 'bin/aragora-slo.mjs') });
}

describe('the installed package', () => {
  test('holds no tests and what they need', () => {
    const names = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(names).toContain(join('scenarios', 'health.ts'));
    expect(
      names.filter((name) => /\.test\.ts$|_test\.go$|\.fixture\.ts$|testing\.ts$|golden|^test$/.test(name)),
    ).toEqual([]);
  });

  test('holds every file that its pages link to', () => {
    const pages = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
    const links = pages.flatMap((page) =>
      [...readFileSync(join(installed, page), 'utf8').matchAll(/\]\((?![a-z]+:|#)([^)#]+)/g)].map(([, to = '']) => ({
        page,
        to,
      })),
    );
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(({ page, to }) => !existsSync(join(installed, dirname(page), to)))).toEqual([]);
  });

  test('finds the engine that was built from the same sources', async () => {
    const { stdout, exitCode } = await run('doctor');
    expect(stdout).toContain(`✓ load engine  ${engine}`);
    expect(exitCode).toBe(0);
  });

  test('reads a config file, and gates, judges and reports with it', async () => {
    expect(await run('validate')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('aragora-slo.config.ts'),
    });
    const out = join(project, 'run');
    const ended = await run('run', '--out', out);
    expect(ended.stdout, ended.stdout).toMatch(/^CONFORMS/);
    expect(ended.exitCode, ended.stderr).toBe(0);
    const before = findings(out);
    expect((await run('judge', out)).stdout).toMatch(/^CONFORMS/);
    expect(findings(out)).toEqual(before);
    expect((await run('report', out)).exitCode).toBe(0);
    // From the checkout, the same run gives the same bytes.
    const report = filesOf(out).get('report.html') ?? '';
    expect(report).toContain('docs/checks/metrics.md');
    expect(report).not.toContain('file://');
    expect((await runCli(['report', out])).exitCode).toBe(0);
    expect(filesOf(out).get('report.html')).toBe(report);
  });

  test('reports the workflow which engine it will use', async () => {
    const bin = join(installed, 'bin/aragora-slo-ci.mjs');
    const output = file(project, 'output', '');
    const { exitCode } = await runCli(['engine'], { cwd: project, bin, env: { GITHUB_OUTPUT: output } });
    expect(exitCode).toBe(0);
    expect(readFileSync(output, 'utf8')).toContain(engine);
  });
});

test('a checkout is not led astray either by the settings of the project that it is called from, as an action is', async () => {
  expect((await runCli(['validate'], { cwd: project })).exitCode).toBe(0);
  const target = new Cli(['target'], { cwd: project });
  await until(
    () => `an address, not ${target.stderr}`,
    () => target.stdout.includes('http') || !target.running,
  );
  target.signal('SIGTERM');
  expect((await target.ended()).stdout).toMatch(/^http:/);
});
