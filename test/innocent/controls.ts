/**
 * `npm run innocent -- --runs N` (default 10): runs `check` against the unbroken reference target so many times, every second time beside two
 * busy loops, and prints what each run says. Exit code 1 when one accuses the target.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../lib/run/run.ts';

const SILENT = { note: () => {}, warn: () => {}, update: () => {} };
const LOOPS = 2;

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1)
  throw new Error(`--runs must be a whole number of at least 1, not "${values.runs}"`);
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => abort.abort(signal));
process.exitCode = (await accusedAmong(runs)) === 0 ? 0 : 1;

async function accusedAmong(count: number): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-controls-'));
  const outcomes = new Map<string, number>();
  let accused = 0;
  for (let at = 1; at <= count; at++) {
    const isBusy = at % 2 === 0;
    const { outcome, failed } = await control(join(dir, String(at)), isBusy);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (failed.length > 0) accused += 1;
    const seen = failed.length === 0 ? 'nobody accused' : failed.join('; ');
    console.log(`${String(at).padStart(4)} of ${count}  ${isBusy ? 'busy ' : 'quiet'}  ${outcome.padEnd(12)}  ${seen}`);
    if (failed.length === 0) rmSync(join(dir, String(at)), { recursive: true });
  }
  console.log(
    `\n${accused} of ${count} runs accuse the unbroken target (${[...outcomes].map((one) => one.join(' ')).join(', ')})`,
  );
  if (accused === 0) rmSync(dir, { recursive: true });
  else console.log(`their run folders are kept in ${dir}`);
  return accused;
}

async function control(out: string, isBusy: boolean) {
  const loops = Array.from({ length: isBusy ? LOOPS : 0 }, busyLoop);
  try {
    const request = {
      targetArgs: [],
      profile: 'check',
      contract: 'documented',
      telemetry: true,
      token: undefined,
    } as const;
    const { facts } = await run({ ...request, out }, SILENT, abort.signal);
    const { findings, outcome } = facts.verdict;
    const failed = findings.filter(({ gating, status }) => gating && status === 'fail');
    return { outcome, failed: failed.map(({ id, summary }) => `${id}: ${summary}`) };
  } finally {
    for (const loop of loops) loop.kill('SIGKILL');
  }
}

/** A process of its own, since a thread would take the time of this one. */
function busyLoop(): ChildProcess {
  return spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
}
