/** `accept draft`, and `judge --accept`, as a person uses them one after the other. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cleanUp, expectError, findings, tempDir } from './support/cli.ts';
import { runHere } from './support/here.ts';

afterAll(cleanUp);

/** A folder that has the taped run as `run`. */
function withRun(): string {
  const cwd = tempDir();
  cpSync(join(import.meta.dirname, '../tapes/breaching'), join(cwd, 'run'), { recursive: true });
  return cwd;
}

test('a draft becomes a file of acceptances in the hands of a person, and the run is judged by it', async () => {
  const cwd = withRun();
  const at = { cwd };
  const drafted = await runHere(['accept', 'draft', 'run', '--out', 'known.yaml'], at);
  expect(drafted).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: 'wrote known.yaml: 5 entries wait for their reasons\n',
  });
  const judge = () => runHere(['judge', 'run', '--accept', 'known.yaml'], at);
  expectError(await judge(), /known\.yaml: no reason is written yet for (\S+, ){4}\S+$/);
  expect((await runHere(['validate', 'known.yaml'], at)).stdout).toMatch(
    /^✗ known\.yaml: no reason is written yet for /,
  );

  const path = join(cwd, 'known.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/^ {4}reason:$/gm, '    reason: known since March'));
  expect(await judge()).toMatchObject({ exitCode: 3, stdout: expect.stringMatching(/^INCONCLUSIVE /) });
  const run = join(cwd, 'run');
  expect(findings(run).headline).toMatch(/; 5 known deviations accepted; judged by the acceptances of known\.yaml$/);
  for (const name of ['report.html', 'report.md', 'junit.xml'])
    expect(readFileSync(join(run, name), 'utf8'), name).toContain('judged by the acceptances of known.yaml');

  expect((await runHere(['judge', 'run'], at)).exitCode).toBe(99);
  expect(findings(run).headline).not.toContain('acceptances');
});

test('a draft goes to standard output, and never over a file', async () => {
  const cwd = withRun();
  const { stdout, stderr } = await runHere(['accept', 'draft', 'run'], { cwd });
  expect(stdout).toMatch(/^# Known deviations, drafted from the run \S+ against http:\S+\n[\s\S]*\naccepted:\n/);
  expect(stderr).toBe('5 entries wait for their reasons\n');
  writeFileSync(join(cwd, 'known.yaml'), 'mine');
  expectError(
    await runHere(['accept', 'draft', 'run', '--out', 'known.yaml'], { cwd }),
    /known\.yaml is there already$/,
  );
  expect(readFileSync(join(cwd, 'known.yaml'), 'utf8')).toBe('mine');
});

test('what is no list of acceptances of this run is refused', async () => {
  const cwd = withRun();
  const accepting = (finding: string): void => {
    const entry = { finding, reason: 'known', expires: '2099-12-31' };
    writeFileSync(join(cwd, 'known.yaml'), JSON.stringify({ accepted: [entry] }));
  };
  const judge = () => runHere(['judge', 'run', '--accept', 'known.yaml'], { cwd });
  accepting('load.generator');
  expectError(await judge(), /"finding" names "load\.generator", which no finding is called/);
  // A run of the same contract could find it, with another source.
  accepting('traces.jaeger.same');
  const before = readFileSync(join(cwd, 'run/plan.json'), 'utf8');
  expect((await judge()).exitCode).toBe(99);
  expect(readFileSync(join(cwd, 'run/plan.json'), 'utf8')).toBe(before);
  expectError(await runHere(['accept', 'draft', 'nowhere'], { cwd }), /there is no run folder nowhere/);
});
