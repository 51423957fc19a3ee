/** Owns the commands `run` and `check`: their options, and the request that they make. Refuses to know how a run works. */
import { type Command, Option } from 'commander';
import { CONTRACTS } from '../../../thresholds/contracts.ts';
import { PROFILES } from '../../../thresholds/profiles.ts';
import { backendAccess } from '../../config/backend-access.ts';
import { apiToken } from '../../config/token.ts';
import type { TelemetrySources } from '../../run/observe-backends.ts';
import type { RunUi } from '../../run/offer.ts';
import { type RunResult, run } from '../../run/run.ts';
import { progressDisplay } from '../progress.ts';
import { type Shell, showVerdict } from '../shell.ts';
import { wholeNumber } from './numbers.ts';
import { SOURCES_HELP, sourceOptions, sourcesOf } from './sources.ts';
import { targetArgs } from './target.ts';

interface RunFlags extends TelemetrySources {
  target?: string;
  ws?: string;
  profile?: string;
  contract: string;
  slo?: string;
  accept?: string;
  out?: string;
  seed?: number;
  quiet?: boolean;
  break?: string[];
  telemetry?: boolean;
}

export function addRun(program: Command, shell: Shell): void {
  const run = program
    .command('run')
    .description('gate a server; without --target, the embedded reference Aragora')
    .option('--profile <name|file>', `${Object.keys(PROFILES).join(', ')}, or the path of a YAML file`, 'smoke')
    .option('--slo <file>', 'own objectives instead of the documented ones (OpenSLO v1)')
    .option('--no-telemetry', "do not look at the server's metrics, traces and logs");
  const check = program
    .command('check')
    .description(
      `check a server's telemetry alone, in half a minute; without --target, the embedded reference Aragora`,
    );
  for (const command of [run, check]) {
    addRunOptions(command).action(async (flags: RunFlags) => {
      const display = progressDisplay(process.stderr, flags.quiet ?? false);
      const { dir, facts } = await runOnce(flags, command, display, shell.signal).finally(() => display.done());
      await showVerdict(dir, facts, shell);
    });
  }
}

function runOnce(flags: RunFlags, command: Command, display: RunUi, signal: AbortSignal): Promise<RunResult> {
  const token = apiToken(process.env);
  const sources = sourcesOf(flags, command);
  const access = backendAccess(process.env, sources);
  const { profile = 'check', telemetry = true } = flags;
  const { target, ws, contract, slo, accept, out, seed } = flags;
  const request = { target, ws, contract, slo, accept, out, seed, profile, telemetry, token, sources, access };
  return run({ ...request, targetArgs: targetArgs(flags) }, display, signal);
}

function addRunOptions(command: Command): Command {
  command
    .option('--target <url>', 'HTTP address of the server, e.g. http://127.0.0.1:8080')
    .option('--ws <url>', 'WebSocket address (default: the target with /ws)')
    .option('--contract <name>', Object.keys(CONTRACTS).join(', '), 'documented')
    .option('--accept <file>', 'known deviations to bear with: a list of finding, reason and expires')
    .option('--out <dir>', 'run folder (default: runs/<time>-<profile>)')
    .option('--seed <number>', 'seed of ids and bodies (default: random, and recorded)', wholeNumber)
    .option('--quiet', 'nothing but the verdict')
    .addOption(new Option('--break <name...>', 'break a promise of the embedded target by name').conflicts('target'));
  for (const option of sourceOptions()) command.addOption(option);
  return command.addHelpText('after', SOURCES_HELP);
}
