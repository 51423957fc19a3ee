/** Owns the commands `run` and `check`: their options, and the request that they make. Refuses to know how a run works. */
import type { Command } from 'commander';
import { CONTRACTS } from '../../thresholds/contracts.ts';
import { PROFILES, type Profile } from '../../thresholds/profiles.ts';
import { addConfig, settle, shared } from '../cli/config.ts';
import { wholeNumber } from '../cli/numbers.ts';
import { progressDisplay } from '../cli/progress.ts';
import { type Shell, showVerdict } from '../cli/shell.ts';
import { SOURCES_HELP, sourceOptions, sourcesOf } from '../cli/sources.ts';
import { backendAccess } from '../config/backend-access.ts';
import { apiToken } from '../config/token.ts';
import { SloError } from '../core/error.ts';
import type { Objective } from '../core/plan.ts';
import { serverOptions, tellAdded } from '../history/command.ts';
import { addToHistory, openForAdding } from '../history/look.ts';
import { type ToldVersion, versionOfRun } from '../history/server-version.ts';
import type { TelemetrySources } from '../run/observe/backends.ts';
import type { RunRequest } from '../run/request.ts';
import { run as runStages } from '../run/run.ts';
import { targetArgs } from './target.ts';

export interface RunFlags extends TelemetrySources, ToldVersion {
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
  history?: string;
}

export function addRun(program: Command, shell: Shell): void {
  const run = program
    .command('run')
    .description('gate a server; without --target, the embedded reference Aragora')
    .addOption(
      shared('--profile <name|file>', `${Object.keys(PROFILES).join(', ')}, or the path of a YAML file`, 'smoke'),
    )
    .addOption(shared('--slo <file>', 'own objectives instead of the documented ones (OpenSLO v1)'))
    .option('--telemetry', "look at the server's metrics, traces and logs (the default)")
    .option('--no-telemetry', "do not look at the server's metrics, traces and logs")
    .option('--full', 'run to the end, even when the verdict is sure before (nightly, release)')
    .option('--dashboard [port]', "k6's own web dashboard while the load runs (default: any free port)", wholeNumber);
  const check = program
    .command('check')
    .description(
      `check a server's telemetry alone, in half a minute; without --target, the embedded reference Aragora`,
    );
  for (const command of [run, check]) {
    addRunOptions(command).action(async () => {
      const request = await requestOf(command);
      const { quiet = false, history, ...told } = command.opts<RunFlags>();
      const server = versionOfRun(told, request.target, process.env);
      if (history) openForAdding(history);
      const display = progressDisplay(process.stderr, quiet);
      if (request.config !== undefined) display.note(`config ${request.config}`);
      const { dir, facts } = await runStages(request, display, shell.signal).finally(() => display.done());
      await showVerdict(dir, facts, shell, () => {
        if (history) tellAdded(history, addToHistory(history, facts, server));
      });
    });
  }
}

/**
 * What the flags, the environment and the config file ask for.
 * @param candidate stands for `--target` where the command calls it so.
 * @throws SloError `usage` for what makes no sense together, `config-invalid` for a file that is not valid.
 */
export async function requestOf(command: Command, candidate?: string): Promise<RunRequest> {
  const config = await settle(command, process.env);
  const given = command.opts<RunFlags>();
  const flags = candidate === undefined ? given : { ...given, target: candidate };
  refuseBreak(flags);
  const sources = sourcesOf(flags, command);
  const access = backendAccess(process.env, sources);
  const { profile = 'check', telemetry = true } = flags;
  const { target, ws, contract, slo, accept, out, seed } = flags;
  const dashboard = flags.dashboard === true ? 0 : flags.dashboard;
  const token = apiToken(process.env);
  const request = { target, ws, contract, slo, accept, out, seed, profile, telemetry, token, sources, access };
  return { ...request, config: config?.path, targetArgs: targetArgs(flags), early: !flags.full, dashboard };
}

/** Whoever named the target: an option, its variable or the config file. */
export function refuseBreak(flags: Pick<RunFlags, 'break' | 'target'>): void {
  if (flags.break === undefined || flags.target === undefined) return;
  throw new SloError('usage', '--break is for the embedded target, and cannot be used with a named one', {
    hint: 'leave out --target; --no-config leaves out the config file',
  });
}

function addRunOptions(command: Command): Command {
  command
    .addOption(shared('--target <url>', 'HTTP address of the server, e.g. http://127.0.0.1:8080'))
    .addOption(shared('--history <dir>', 'add the run to this history'))
    .option('--break <name...>', 'break a promise of the embedded target by name');
  for (const told of serverOptions()) command.addOption(told);
  return addTargetOptions(command);
}

/** What can be said of a server that is gated, wherever its address is said. */
export function addTargetOptions(command: Command): Command {
  command
    .addOption(shared('--ws <url>', 'WebSocket address (default: the target with /ws)'))
    .addOption(shared('--contract <name>', Object.keys(CONTRACTS).join(', '), 'documented'))
    .addOption(shared('--accept <file>', 'known deviations to bear with: a list of finding, reason and expires'))
    .addOption(shared('--out <dir>', 'run folder (default: runs/<time>-<profile>)'))
    .option('--seed <number>', 'seed of ids and bodies (default: random, and recorded)', wholeNumber)
    .option('--quiet', 'nothing but the verdict');
  for (const source of sourceOptions()) command.addOption(source);
  return addConfig(command).addHelpText('after', SOURCES_HELP);
}
