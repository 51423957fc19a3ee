/** `run --stack`: what the checklists rest on with the whole stack around the reference server, and a break of the stack. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, inject, onTestFinished, test } from 'vitest';
import { STACK_BREAKS } from '../../lib/stack/breaks.ts';
import type { FindingsFile } from '../../reports/json.ts';

async function runWithStack(...words: string[]): Promise<FindingsFile> {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-stack-run-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const args = ['run', '--stack', '--profile', 'check', '--out', join(dir, 'run'), ...words];
  const ended = await execa(process.execPath, [inject('bundled').command, ...args], { reject: false, stdin: 'ignore' });
  expect(ended.exitCode, ended.stderr).not.toBe(2);
  return JSON.parse(readFileSync(join(dir, 'run/findings.json'), 'utf8')) as FindingsFile;
}

/** Without mistakes of the guides: those are no fault of anybody's server. */
function broken(findings: FindingsFile['findings']): string[] {
  const failed = findings.filter(({ status, because }) => status === 'fail' && because === undefined);
  return failed.filter(({ ofDocument }) => ofDocument !== true).map(({ id }) => id);
}

test('ticks all of the 21 items', { timeout: 900_000 }, async () => {
  const { checklist, findings } = await runWithStack();
  expect(checklist.filter(({ tick }) => tick !== 'ticked')).toEqual([]);
  expect(checklist).toHaveLength(21);
  expect(broken(findings)).toEqual([]);
});

test.each(STACK_BREAKS.map((one) => [one.name, one] as const))(
  '%s fails its finding, and no other but what it says',
  { timeout: 900_000 },
  async (name, { finding, description }) => {
    const { findings } = await runWithStack('--break', name);
    const failed = broken(findings);
    expect(failed).toContain(finding);
    expect(failed.filter((id) => id !== finding && !description.includes(`\`${id}\``))).toEqual([]);
  },
);
