/** The gate step of the composite action: turns its inputs into a command line, runs it, and decides whether the step fails. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { withoutCommands } from '../../reports/github.ts';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { plain } from '../core/text.ts';
import { answer, reportError } from './outputs.ts';
import { PROGRAM } from './program.ts';
import { outcomeOfExit, type ReportedOutcome, type RunVerdict, readVerdict } from './verdict.ts';

/** Inputs that are options of the same name. */
const OPTIONS = ['target', 'ws', 'profile', 'contract', 'slo', 'accept', 'config'] as const;

/** Outcomes that fail the step. A run without a verdict and an interrupted run always fail it. */
const FAILS: Readonly<Record<string, readonly ReportedOutcome[]>> = {
  inconclusive: ['breaches', 'inconclusive', 'interrupted'],
  breaches: ['breaches', 'interrupted'],
  never: ['interrupted'],
};

/** An error message has two lines. */
const MOST_TAIL_CHARS = 8_192;

interface Ended {
  readonly exitCode: number;
  readonly lastError: string;
}

/**
 * Inputs come as `INPUT_<NAME>`; empty ones count as absent. `INPUT_ARGS` has one word on each line.
 * @returns the step's exit code: that of the run if `fail-on` says that it fails, else 0.
 * @throws SloError `usage` for another word in `fail-on`.
 */
export async function gate(env: NodeJS.ProcessEnv): Promise<number> {
  const failOn = env['INPUT_FAIL_ON'] || 'inconclusive';
  const fails = Object.hasOwn(FAILS, failOn) ? FAILS[failOn] : undefined;
  if (fails === undefined) {
    throw new SloError('usage', `fail-on must be breaches, inconclusive or never, got "${failOn}"`);
  }
  const run = join(mkdtempSync(join(env['RUNNER_TEMP'] || tmpdir(), 'aragora-slo-')), 'run');
  const history = env['INPUT_HISTORY'] ? { ARAGORA_SLO_HISTORY: env['INPUT_HISTORY'] } : {};
  const { exitCode, lastError } = await runOnce(['run', ...wordsOf(env), `--out=${run}`], { ...env, ...history });
  const verdict = readVerdict(run);
  const outcome = outcomeOfExit(exitCode, verdict);
  const left = { run, report: join(run, 'report.html') };
  const there = Object.entries(left).filter(([, path]) => existsSync(path));
  const reason = `${noVerdict(verdict)} (exit code ${exitCode})${lastError === '' ? '' : `: ${lastError}`}`;
  const outputs = { outcome, 'exit-code': String(exitCode), ...Object.fromEntries(there) };
  answer(env, outcome === 'error' ? { ...outputs, reason } : outputs);
  if (outcome === 'error') {
    reportError(env, reason);
    return exitCode === EXIT_CODE.conforms ? EXIT_CODE.usage : exitCode;
  }
  const said = withoutCommands(plain(`${outcome}: ${verdict.headline}`));
  const isFailing = fails.includes(outcome);
  if (outcome === 'conforms' || isFailing) console.log(said);
  else console.log(`${said}. The step does not fail for it (fail-on: ${failOn}); this is no pass.`);
  return isFailing ? exitCode : EXIT_CODE.conforms;
}

function noVerdict({ outcome, headline }: RunVerdict): string {
  return outcome === 'error' ? headline : `its findings say "${outcome}", which does not fit how it ended`;
}

/** Passes on the signal of a cancelled job, so the run ends too. */
async function runOnce(words: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(process.execPath, [...PROGRAM, ...words], { stdio: ['inherit', 'inherit', 'pipe'], env });
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => child.kill(name));
  let tail = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    process.stderr.write(chunk);
    tail = (tail + chunk).slice(-MOST_TAIL_CHARS);
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { exitCode: status ?? EXIT_CODE.interrupted, lastError: lastErrorOf(tail) };
}

/** The last error message, with its hint in brackets; empty without one. */
function lastErrorOf(stderr: string): string {
  const lines = stripVTControlCharacters(stderr).trimEnd().split('\n');
  const start = lines.findLastIndex((line) => /^(error|defect): /.test(line));
  if (start === -1) return '';
  const [error = '', ...ways] = lines.slice(start).map((line) => plain(line.replace(/^error: /, '').trim()));
  return ways.length === 0 ? error : `${error} (${ways.join(' ')})`;
}

/** With `=`, so that no value can be taken for another option. */
function wordsOf(env: NodeJS.ProcessEnv): string[] {
  const options = OPTIONS.flatMap((name) => {
    const value = env[`INPUT_${name.toUpperCase()}`];
    return value ? [`--${name}=${value}`] : [];
  });
  const more = (env['INPUT_ARGS'] ?? '').split('\n').map((word) => word.trim());
  return [...options, ...more.filter((word) => word !== '')];
}
