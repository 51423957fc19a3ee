/** The command line as a process: its commands, exit codes, Ctrl-C, and how an error becomes one line. */
import { setMaxListeners } from 'node:events';
import { Command, CommanderError } from 'commander';
import { addAccept } from './accept/command.ts';
import { addCapacity } from './capacity/command.ts';
import { errorText, harmless, lineText, paint, type Shell } from './cli/shell.ts';
import { addChecks } from './commands/checks.ts';
import { addFaults } from './commands/faults.ts';
import { addOffline } from './commands/offline.ts';
import { addDashboards, addRules } from './commands/rules.ts';
import { addRun } from './commands/run.ts';
import { addTarget } from './commands/target.ts';
import { addCompare } from './compare/command.ts';
import { addGate } from './compare/gate-command.ts';
import { addContract } from './contract/command.ts';
import { EXIT_CODE, type ExitCode, SloError } from './core/error.ts';
import { fileErrorText, shortageHint } from './core/file-error.ts';
import { addDoctor } from './doctor/command.ts';
import { addDrill } from './drill/command.ts';
import { addExperiment } from './experiment/command.ts';
import { addHistory } from './history/command.ts';
import { addInit } from './init/command.ts';
import { harnessVersion } from './run/environment.ts';
import { addSlo } from './slo/command.ts';
import { addStack } from './stacked/command.ts';
import { addValidate } from './validate/command.ts';
import { addWatch } from './watch/command.ts';

const HELP = `
Exit codes: 0 conforms (and not slower) · 99 breaches (or slower) · 3 inconclusive (or cannot tell) · 2 wrong usage, configuration or missing prerequisite · 130 interrupted
Environment: ARAGORA_API_TOKEN is sent as a bearer token and never stored; ARAGORA_SLO_K6 names another k6;
             ARAGORA_SLO_CACHE another folder for what is built once.`;

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs one command line; never throws and never exits. @returns the exit code. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  const abort = new AbortController();
  // Many requests may wait at once, and each listens.
  setMaxListeners(0, abort.signal);
  const stop = (name: NodeJS.Signals): void => {
    // What was started is ended with the process: load.ts, process.ts and command.ts see to it.
    if (abort.signal.aborted) process.exit(EXIT_CODE.interrupted);
    console.error(`${name}: ending in order; a second one ends at once`);
    abort.abort(name);
  };
  const crash = (error: unknown): void => process.exit(explain(error, abort.signal));
  process.on('uncaughtException', crash);
  for (const name of STOP_SIGNALS) process.on(name, stop);
  toleratesWrites();
  let exitCode: ExitCode = EXIT_CODE.conforms;
  const exit = (code: ExitCode): void => {
    exitCode = code;
  };
  try {
    await commands({ signal: abort.signal, exit }).parseAsync([...argv], { from: 'user' });
    return await afterOutput(exitCode);
  } catch (error) {
    return await afterOutput(explain(error, abort.signal));
  } finally {
    for (const name of STOP_SIGNALS) process.off(name, stop);
    process.off('uncaughtException', crash);
  }
}

const ignore = (): void => {};

/** For the rest of the process, because output may still be on its way when the command has ended. */
function toleratesWrites(): void {
  if (process.listeners('SIGXFSZ').includes(ignore)) return;
  // Left to itself it ends the process; handled, the write that is too much fails like one on a full disk.
  process.on('SIGXFSZ', ignore);
  process.stdout.on('error', (error) => {
    // A reader who left (`| head`) is no reason to end a load, and has what he wanted.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') unwritten ??= error;
  });
  process.stderr.on('error', ignore);
}

/** Why stdout did not take all that was said; undefined: it did. */
let unwritten: Error | undefined;

/** What could not be said is said on stderr, and is no success. Any other exit code is more important. */
async function afterOutput(exitCode: ExitCode): Promise<ExitCode> {
  // A failed write is reported once the event loop has turned.
  await new Promise((resolve) => setImmediate(resolve));
  if (unwritten === undefined) return exitCode;
  console.error(errorText(new SloError('storage', `the output can't be written: ${fileErrorText(unwritten)}`)));
  return exitCode === EXIT_CODE.conforms ? EXIT_CODE.usage : exitCode;
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
    // It was interrupted, whatever else could not be done any more.
    return signal.aborted ? EXIT_CODE.interrupted : error.exitCode;
  }
  const hint = shortageHint(error);
  if (hint !== undefined) {
    console.error(errorText(new SloError('prerequisite-missing', fileErrorText(error), { hint })));
    return EXIT_CODE.usage;
  }
  console.error(lineText(paint('bad', 'defect'), error instanceof Error ? error.message : String(error)));
  if (process.env['ARAGORA_SLO_TRACE'] && error instanceof Error) console.error(error.stack);
  else console.error('  this is a mistake in aragora-slo; ARAGORA_SLO_TRACE=1 shows where');
  return EXIT_CODE.usage;
}

export function commands(shell: Shell): Command {
  const program = new Command('aragora-slo')
    .description('Load and conformance harness for Aragora: says yes only with evidence.')
    .version(harnessVersion())
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({ outputError: (complaint, write) => write(harmless(withoutValues(complaint))) })
    .showHelpAfterError('(see --help)');
  const loading = [addRun, addGate, addExperiment, addCapacity, addDrill];
  const looking = [addWatch, addOffline, addCompare, addHistory];
  const around = [
    addInit,
    addValidate,
    addAccept,
    addContract,
    addRules,
    addDashboards,
    addSlo,
    addChecks,
    addTarget,
    addFaults,
    addStack,
    addDoctor,
  ];
  for (const add of [...loading, ...looking, ...around]) add(program, shell);
  return program;
}

/** The text after `=` or `://` in a misspelt word may be a secret, so it is not repeated. */
function withoutValues(complaint: string): string {
  return complaint.replace(/(=|:\/\/)[^'\n]*'/g, "$1…'");
}
