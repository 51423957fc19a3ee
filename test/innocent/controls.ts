/**
 * `npm run innocent -- --runs N` (default 10): runs `check` against the unbroken reference target so many times, the second half beside two
 * busy loops, and prints what each run says. `--abreast N` runs so many side by side, `--log FILE` adds a line of JSON for each run to the
 * file. Exit code 1 when one accuses the target.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Finding } from '../../lib/core/finding.ts';
import type { Outcome } from '../../lib/core/verdict.ts';
import { run } from '../../lib/run/run.ts';

const SILENT = { note: () => {}, warn: () => {}, update: () => {} };
const LOOPS = 2;

interface Control {
  readonly at: number;
  readonly isBusy: boolean;
  /** Runnable processes of the last minute when the run began and when it had ended. */
  readonly loadAverage: readonly [number, number];
  readonly outcome: Outcome;
  readonly failed: readonly string[];
  readonly undecided: readonly string[];
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    abreast: { type: 'string', default: '1' },
    log: { type: 'string' },
  },
});
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => abort.abort(signal));
const controls = await all(wholeOf('runs', values.runs), wholeOf('abreast', values.abreast)).catch(endIfAborted);
process.exitCode = controls.some(({ failed }) => failed.length > 0) ? 1 : 0;

/** A run that was interrupted before its load throws the signal's name. */
function endIfAborted(reason: unknown): never {
  if (!abort.signal.aborted) throw reason;
  console.error(`interrupted by ${abort.signal.reason}`);
  process.exit(130);
}

function wholeOf(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${option} must be a whole number of at least 1, not "${text}"`);
  return value;
}

async function all(runs: number, abreast: number): Promise<readonly Control[]> {
  const dir = mkdtempSync(join(tmpdir(), 'aragora-slo-controls-'));
  const quiet = Math.ceil(runs / 2);
  const numbers = Array.from({ length: runs }, (_, index) => index + 1);
  const begin = (at: number) => control(join(dir, String(at)), { at, isBusy: at > quiet, of: runs });
  const done = await inLanes(numbers.slice(0, quiet), abreast, begin);
  const loops = Array.from({ length: runs > quiet ? LOOPS : 0 }, busyLoop);
  try {
    done.push(...(await inLanes(numbers.slice(quiet), abreast, begin)));
  } finally {
    for (const loop of loops) loop.kill('SIGKILL');
  }
  const accused = done.filter(({ failed }) => failed.length > 0).length;
  const outcomes = ['conforms', 'breaches', 'inconclusive', 'interrupted'].map(
    (outcome) => `${outcome} ${done.filter((one) => one.outcome === outcome).length}`,
  );
  console.log(`\n${accused} of ${runs} runs accuse the unbroken target (${outcomes.join(', ')})`);
  if (accused === 0) rmSync(dir, { recursive: true });
  else console.log(`their run folders are kept in ${dir}`);
  return done;
}

/** So many at a time; the next begins when one before has ended. */
async function inLanes<T, R>(all: readonly T[], abreast: number, begin: (one: T) => Promise<R>): Promise<R[]> {
  const waiting = [...all];
  const done: R[] = [];
  const lane = async () => {
    for (let one = waiting.shift(); one !== undefined && !abort.signal.aborted; one = waiting.shift())
      done.push(await begin(one));
  };
  await Promise.all(Array.from({ length: abreast }, lane));
  return done;
}

interface Place {
  readonly at: number;
  readonly isBusy: boolean;
  readonly of: number;
}

async function control(out: string, { at, isBusy, of }: Place): Promise<Control> {
  const request = {
    targetArgs: [],
    profile: 'check',
    contract: 'documented',
    telemetry: true,
    token: undefined,
  } as const;
  const [before = 0] = loadavg();
  const { facts } = await run({ ...request, out }, SILENT, abort.signal);
  const [after = 0] = loadavg();
  const { findings, outcome } = facts.verdict;
  const open = findings.filter(({ gating, status }) => gating && status !== 'pass');
  const failed = open.filter(({ status }) => status === 'fail').map(words);
  const undecided = open.filter(({ status }) => status !== 'fail').map(words);
  const one: Control = { at, isBusy, loadAverage: [before, after], outcome, failed, undecided };
  console.log(line(one, of));
  if (values.log !== undefined) appendFileSync(values.log, `${JSON.stringify(one)}\n`);
  if (failed.length === 0) rmSync(out, { recursive: true });
  return one;
}

function words({ id, status, summary }: Finding): string {
  return `${id} ${status}: ${summary}`;
}

function line({ at, isBusy, loadAverage, outcome, failed, undecided }: Control, of: number): string {
  const seen = failed.length > 0 ? failed.join('; ') : 'nobody accused';
  const open = undecided.length === 0 ? '' : `; ${undecided.length} undecided`;
  const load = `load ${loadAverage.map((one) => one.toFixed(1)).join(' to ')}`;
  return `${String(at).padStart(4)} of ${of}  ${isBusy ? 'busy ' : 'quiet'}  ${load}  ${outcome.padEnd(12)}  ${seen}${open}`;
}

/** A process of its own, since a thread would take the time of this one. */
function busyLoop(): ChildProcess {
  return spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
}
