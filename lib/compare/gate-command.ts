/** The command `gate`: its options and its exit code. */
import { type Command, Option } from 'commander';
import { withVariable } from '../cli/config.ts';
import { progressDisplay } from '../cli/progress.ts';
import { paint, type Shell, say, showVerdict } from '../cli/shell.ts';
import { addTargetOptions, type RunFlags, requestOf } from '../commands/run.ts';
import { comparisonExitCode } from '../core/difference.ts';
import { DEFAULT_DIR } from '../history/command.ts';
import { baselineOf } from './baseline.ts';
import { addMeasureOptions, type MeasureFlags, measureOf } from './command.ts';
import { comparisonText, writeComparison } from './folders.ts';
import { type GateResult, gate } from './gate.ts';

interface GateFlags extends Omit<RunFlags, 'target'>, MeasureFlags {
  baseline: string;
  candidate: string;
}

export function addGate(program: Command, shell: Shell): void {
  const command = program
    .command('gate')
    .description('gate a release: a candidate that conforms and is not slower than a baseline')
    .requiredOption(
      '--baseline <run>',
      'folder of a recorded run, or a ref such as main: its newest run in the history; the candidate gets the same load',
    )
    .addOption(withVariable(new Option('--history <dir>', `where a ref is looked for (default: ${DEFAULT_DIR})`)))
    .requiredOption('--candidate <url>', 'HTTP address of the server, e.g. http://127.0.0.1:8080')
    .option('--profile <name|file>', "nothing but the baseline's own")
    .option('--slo <file>', "own objectives instead of the baseline's (OpenSLO v1)")
    .option('--no-telemetry', "do not look at the server's metrics, traces and logs");
  addTargetOptions(addMeasureOptions(command)).action(async (flags: GateFlags) => {
    const { dir, facts, comparison } = await gateOnce(flags, command, shell);
    const exitCode = comparisonExitCode(comparison);
    say(comparisonText(comparison, { paint }));
    const write = (): void => writeComparison(dir, comparison, { env: process.env });
    await showVerdict(dir, facts, shell, write, exitCode);
  });
}

async function gateOnce(flags: GateFlags, command: Command, { signal }: Shell): Promise<GateResult> {
  const request = await requestOf(command, flags.candidate);
  const { profile, slo, contract, history } = command.opts<GateFlags>();
  const against = baselineOf(flags.baseline, history || DEFAULT_DIR, Date.now());
  const isAsked = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
  const asked = {
    ...request,
    target: flags.candidate,
    // The config file's values are for single runs. Here the baseline decides the load and what is expected.
    profile: isAsked('profile') ? profile : undefined,
    slo: isAsked('slo') ? slo : undefined,
    contract: isAsked('contract') ? contract : undefined,
    against,
    history: against.side.run.httpUrl === null ? history || DEFAULT_DIR : undefined,
    measure: measureOf(flags),
  };
  const display = progressDisplay(process.stderr, flags.quiet ?? false);
  return gate(asked, display, signal).finally(() => display.done());
}
