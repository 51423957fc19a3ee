/**
 * Owns the command line: commands, options, exit codes, Ctrl-C, and how an error becomes one line.
 * Refuses to know how a run works. The only importer of commander.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import type { Tone } from '../../reports/text.ts';
import { CONTRACTS } from '../../thresholds/contracts.ts';
import { PROFILES } from '../../thresholds/profiles.ts';
import { apiToken } from '../config/token.ts';
import { EXIT_CODE, type ExitCode, SloError } from '../core/error.ts';
import type { RunFacts } from '../core/run.ts';
import { doctor } from '../doctor/doctor.ts';
import { startEmbeddedTarget } from '../run/embedded.ts';
import { harnessVersion } from '../run/environment.ts';
import { run } from '../run/run.ts';
import { judgeRun, type ReportOptions, terminalText, writeReports } from '../run/stages.ts';
import { progressDisplay } from './progress.ts';

const HELP = `
Exit codes: 0 conforms · 99 breaches · 3 inconclusive · 2 wrong usage, configuration or missing prerequisite · 130 interrupted
Environment: ARAGORA_API_TOKEN is sent as a bearer token and never stored; ARAGORA_SLO_K6 names another k6;
             ARAGORA_SLO_CACHE another folder for what is built once.`;

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs one command line; never throws and never exits. @returns the exit code. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  const abort = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    // What was started is ended with the process: load.ts, embedded.ts and command.ts see to it.
    if (abort.signal.aborted) process.exit(EXIT_CODE.interrupted);
    console.error(`${name}: ending in order; a second one ends at once`);
    abort.abort(name);
  };
  const crash = (error: unknown): void => process.exit(explain(error, abort.signal));
  process.on('uncaughtException', crash);
  for (const name of STOP_SIGNALS) process.on(name, stop);
  // Left to itself it ends the process; handled, the write that is too much fails like one on a full disk.
  process.on('SIGXFSZ', () => {});
  // A reader who left (`| head`) is no reason to end a load.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  let exitCode: ExitCode = EXIT_CODE.conforms;
  const program = commands(abort.signal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error, abort.signal);
  } finally {
    for (const name of STOP_SIGNALS) process.off(name, stop);
    process.off('uncaughtException', crash);
  }
}

/** One line, and one for the way out. What is not a mistake of the user is a defect, and says so with its trace. */
function explain(error: unknown, signal: AbortSignal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODE.conforms : EXIT_CODE.usage;
  if (signal.aborted && !(error instanceof SloError && error.code !== 'interrupted')) {
    console.error(`interrupted by ${String(signal.reason)}: nothing was judged`);
    return EXIT_CODE.interrupted;
  }
  if (error instanceof SloError) {
    console.error(errorText(error));
    return error.exitCode;
  }
  console.error(`${pc.red('defect')}: ${error instanceof Error ? error.message : String(error)}`);
  if (process.env['ARAGORA_SLO_TRACE'] && error instanceof Error) console.error(error.stack);
  else console.error('  this is a mistake in aragora-slo; ARAGORA_SLO_TRACE=1 shows where');
  return EXIT_CODE.usage;
}

function commands(signal: AbortSignal, exit: (code: ExitCode) => void): Command {
  const program = new Command('aragora-slo')
    .description('Load and conformance harness for Aragora: says yes only with evidence.')
    .version(harnessVersion())
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ outputError: (complaint, write) => write(withoutValues(complaint)) })
    .showHelpAfterError('(see --help)');
  addRun(program, signal, exit);
  addOffline(program, signal, exit);
  program
    .command('target')
    .description('start the reference Aragora alone, until Ctrl-C')
    .option('--port <number>', 'port to listen on; a free one when absent', wholeNumber)
    .option('--break <name...>', 'break a promise by name, see docs/breaks.md')
    .action(async (options: { port?: number; break?: string[] }) => {
      const target = await startEmbeddedTarget(targetArgs(options), signal);
      console.log(`${target.httpUrl}\n${target.wsUrl}`);
      const stopped = new Promise<'stopped'>((resolve) => {
        signal.addEventListener('abort', () => resolve('stopped'), { once: true });
      });
      const ended = await Promise.race([stopped, target.exited]);
      await target.stop();
      if (ended !== 'stopped') throw new SloError('prerequisite-missing', 'the reference target ended by itself');
    });
  program
    .command('doctor')
    .description('list what is needed and what is there')
    .action(async () => {
      const { text, complete } = await doctor(process.env, signal);
      console.log(text);
      exit(complete ? EXIT_CODE.conforms : EXIT_CODE.usage);
    });
  return program;
}

/** What stands after `=` or `://` in a misspelt word may be a secret, and is not repeated. */
function withoutValues(complaint: string): string {
  return complaint.replace(/(=|:\/\/)[^'\n]*'/g, "$1…'");
}

interface RunFlags {
  target?: string;
  ws?: string;
  profile: string;
  contract: string;
  slo?: string;
  out?: string;
  seed?: number;
  quiet?: boolean;
  break?: string[];
}

function addRun(program: Command, signal: AbortSignal, exit: (code: ExitCode) => void): void {
  program
    .command('run')
    .description('gate a server; without --target, the embedded reference Aragora')
    .option('--target <url>', 'HTTP address of the server, e.g. http://127.0.0.1:8080')
    .option('--ws <url>', 'WebSocket address (default: the target with /ws)')
    .option('--profile <name|file>', `${Object.keys(PROFILES).join(', ')}, or the path of a YAML file`, 'smoke')
    .option('--contract <name>', Object.keys(CONTRACTS).join(', '), 'documented')
    .option('--slo <file>', 'own objectives instead of the documented ones (OpenSLO v1)')
    .option('--out <dir>', 'run folder (default: runs/<time>-<profile>)')
    .option('--seed <number>', 'seed of ids and bodies (default: random, and recorded)', wholeNumber)
    .option('--quiet', 'nothing but the verdict')
    .addOption(new Option('--break <name...>', 'break a promise of the embedded target by name').conflicts('target'))
    .action(async (flags: RunFlags) => {
      const display = progressDisplay(process.stderr, flags.quiet ?? false);
      const token = apiToken(process.env);
      const request = { ...flags, token, targetArgs: targetArgs(flags) };
      const { dir, facts } = await run(request, display, signal).finally(() => display.done());
      await show(dir, facts, signal, exit);
    });
}

function addOffline(program: Command, signal: AbortSignal, exit: (code: ExitCode) => void): void {
  program
    .command('judge <run>')
    .description('judge a recorded run again, offline')
    .action(async (dir: string) => {
      await show(dir, judgeRun(dir), signal, exit);
    });
  program
    .command('report <run>')
    .description('write the reports of a recorded run again, offline')
    .action(async (dir: string) => {
      const facts = judgeRun(dir);
      console.log(terminalText(dir, facts, reportOptions()));
      await writeReports(dir, facts, reportOptions());
      if (await wasInterrupted(signal)) exit(EXIT_CODE.interrupted);
    });
}

function errorText({ message, hint }: SloError): string {
  return `${pc.red('error')}: ${message}${hint === undefined ? '' : `\n  ${hint}`}`;
}

/** The verdict is told before anything is written: a report that can't be written must neither hide nor turn it. */
async function show(dir: string, facts: RunFacts, signal: AbortSignal, exit: (code: ExitCode) => void): Promise<void> {
  exit(facts.verdict.exitCode);
  console.log(terminalText(dir, facts, reportOptions()));
  try {
    await writeReports(dir, facts, reportOptions());
  } catch (error) {
    // A verdict that is not green says more than the report that could not be written.
    if (facts.verdict.exitCode === EXIT_CODE.conforms || !(error instanceof SloError)) throw error;
    console.error(errorText(error));
  }
  if (await wasInterrupted(signal)) exit(EXIT_CODE.interrupted);
}

/** Also by a signal that came during synchronous work: it arrives when the event loop polls, which is between two immediates. */
async function wasInterrupted(signal: AbortSignal): Promise<boolean> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  return signal.aborted;
}

const PAINT: Readonly<Record<Tone, (text: string) => string>> = {
  good: pc.green,
  bad: (text) => pc.bold(pc.red(text)),
  doubt: pc.yellow,
  strong: pc.bold,
  faint: pc.dim,
};

function reportOptions(): ReportOptions {
  return { paint: (tone, text) => PAINT[tone](text), env: process.env };
}

function targetArgs(options: { port?: number; break?: string[] }): string[] {
  const port = options.port === undefined ? [] : ['--port', String(options.port)];
  return [...port, ...(options.break ?? []).flatMap((name) => ['--break', name])];
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 0xffffffff)
    throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
  return value;
}
