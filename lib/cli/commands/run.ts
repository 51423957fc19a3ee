/** Owns the commands `run` and `check`: their options, and the request that they make. Refuses to know how a run works. */
import { type Command, Option } from 'commander';
import { CONTRACTS } from '../../../thresholds/contracts.ts';
import { PROFILES, type Profile } from '../../../thresholds/profiles.ts';
import { backendAccess } from '../../config/backend-access.ts';
import { apiToken } from '../../config/token.ts';
import { SloError } from '../../core/error.ts';
import type { Objective } from '../../core/plan.ts';
import type { TelemetrySources } from '../../run/observe-backends.ts';
import { type RunResult, type RunUi, run } from '../../run/run.ts';
import { progressDisplay } from '../progress.ts';
import { type Shell, showVerdict } from '../shell.ts';
import { addConfig, type ConfigUsed, settle, withVariable } from './config.ts';
import { wholeNumber } from './numbers.ts';
import { SOURCES_HELP, sourceOptions, sourcesOf } from './sources.ts';
import { targetArgs } from './target.ts';

interface RunFlags extends TelemetrySources {
  target?: string;
  ws?: string;
  profile?: string | Profile;
  contract: string;
  slo?: string | readonly Objective[];
  accept?: string;
  out?: string;
  seed?: number;
  quiet?: boolean;
  break?: string[];
  telemetry?: boolean;
  full?: boolean;
  dashboard?: number | true;
}

export function addRun(program: Command, shell: Shell): void {
  const run = program
    .command('run')
    .description('gate a server; without --target, the embedded reference Aragora')
    .addOption(
      option('--profile <name|file>', `${Object.keys(PROFILES).join(', ')}, or the path of a YAML file`, 'smoke'),
    )
    .addOption(option('--slo <file>', 'own objectives instead of the documented ones (OpenSLO v1)'))
    .option('--telemetry', "look at the server's metrics, traces and logs (the default)")
    .option('--no-telemetry', "do not look at the server's metrics, traces and logs")
    .option('--full', 'run to the end, even when the verdict is sure before (load, nightly, release)')
    .option('--dashboard [port]', "k6's own web dashboard while the load runs (default: any free port)", wholeNumber);
  const check = program
    .command('check')
    .description(
      `check a server's telemetry alone, in half a minute; without --target, the embedded reference Aragora`,
    );
  for (const command of [run, check]) {
    addRunOptions(command).action(async () => {
      const config = await settle(command, process.env);
      const flags = command.opts<RunFlags>();
      const display = progressDisplay(process.stderr, flags.quiet ?? false);
      if (config !== undefined) display.note(`config ${config.path}`);
      const { dir, facts } = await runOnce(flags, command, config, display, shell.signal).finally(() => display.done());
      await showVerdict(dir, facts, shell);
    });
  }
}

function runOnce(
  flags: RunFlags,
  command: Command,
  config: ConfigUsed | undefined,
  display: RunUi,
  signal: AbortSignal,
): Promise<RunResult> {
  const token = apiToken(process.env);
  refuseBreak(flags);
  const sources = sourcesOf(flags, command);
  const access = backendAccess(process.env, sources);
  const { profile = 'check', telemetry = true } = flags;
  const { target, ws, contract, slo, accept, out, seed } = flags;
  const dashboard = flags.dashboard === true ? 0 : flags.dashboard;
  const request = { target, ws, contract, slo, accept, out, seed, profile, telemetry, token, sources, access };
  const asked = { ...request, config: config?.path, targetArgs: targetArgs(flags), early: !flags.full, dashboard };
  return run(asked, display, signal);
}

/** Whoever named the target: an option, its variable or the config file. */
function refuseBreak(flags: RunFlags): void {
  if (flags.break === undefined || flags.target === undefined) return;
  throw new SloError('usage', '--break is for the embedded target, and cannot be used with a named one', {
    hint: 'leave out --target; --no-config leaves out the config file',
  });
}

function option(flags: string, text: string, standard?: string): Option {
  return withVariable(new Option(flags, text).default(standard));
}

function addRunOptions(command: Command): Command {
  command
    .addOption(option('--target <url>', 'HTTP address of the server, e.g. http://127.0.0.1:8080'))
    .addOption(option('--ws <url>', 'WebSocket address (default: the target with /ws)'))
    .addOption(option('--contract <name>', Object.keys(CONTRACTS).join(', '), 'documented'))
    .addOption(option('--accept <file>', 'known deviations to bear with: a list of finding, reason and expires'))
    .addOption(option('--out <dir>', 'run folder (default: runs/<time>-<profile>)'))
    .option('--seed <number>', 'seed of ids and bodies (default: random, and recorded)', wholeNumber)
    .option('--quiet', 'nothing but the verdict')
    .option('--break <name...>', 'break a promise of the embedded target by name');
  for (const source of sourceOptions()) command.addOption(source);
  return addConfig(command).addHelpText('after', SOURCES_HELP);
}
