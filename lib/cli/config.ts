/**
 * Owns what wins where an option, its environment variable, the config file and the default each have a value: the first of them.
 * Refuses to know what a config file may say (lib/config/settings.ts).
 */
import { relative } from 'node:path';
import { type Command, Option } from 'commander';
import { isSet } from '../config/backend-access.ts';
import { findConfig } from '../config/find.ts';
import { readSettings, type Settings } from '../config/settings.ts';
import { SloError } from '../core/error.ts';

export interface ConfigUsed {
  /** From the current folder. */
  readonly path: string;
  readonly settings: Settings;
}

export function addConfig(command: Command): Command {
  return command
    .option('--config <file>', 'config file (default: aragora-slo.config.* of this folder or the nearest above)')
    .option('--no-config', 'use no config file');
}

/** The option with its environment variable. Those of switches are read by `settle`: commander takes any value for yes, "0" too. */
export function withVariable(option: Option): Option {
  return option.env(variableOf(option.attributeName()));
}

/** An option that its environment variable and the config file can settle too. */
export function shared(flags: string, text: string, standard?: string): Option {
  return withVariable(new Option(flags, text).default(standard));
}

function variableOf(name: string): string {
  return `ARAGORA_SLO_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/**
 * The config file that `--config` names, or that is found upward from the current folder; undefined when there is none, or with
 * `--no-config`.
 * @throws SloError `config-invalid`.
 */
async function configOf(flag: string | false | undefined): Promise<ConfigUsed | undefined> {
  if (flag === false) return undefined;
  const found = flag ?? findConfig('.');
  if (found === undefined) return undefined;
  const path = relative('', found) || '.';
  return { path, settings: await readSettings(path) };
}

/** Switches that have a variable and may stand in the file. */
const SWITCHES: readonly string[] = ['telemetry', 'backendInsecure'];

/**
 * Gives `command` the value of each option that the command line left open. Empty variables count as absent.
 * @returns the config file in use; undefined without one.
 * @throws SloError `config-invalid`, `usage` for a variable or for a target that leaves the file's WebSocket address behind.
 */
export async function settle(command: Command, env: NodeJS.ProcessEnv): Promise<ConfigUsed | undefined> {
  const config = await configOf(command.opts<{ config?: string | false }>().config);
  const settings: Readonly<Record<string, unknown>> = { ...config?.settings };
  for (const option of command.options) {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) === 'cli' || name === 'config') continue;
    const given = SWITCHES.includes(name)
      ? isSet(env[variableOf(name)] || undefined, variableOf(name))
      : env[option.envVar ?? ''] && command.getOptionValue(name);
    if (given !== undefined && given !== '') command.setOptionValueWithSource(name, given, 'env');
    else if (settings[name] !== undefined) command.setOptionValueWithSource(name, settings[name], 'config');
    else if (option.envVar !== undefined) command.setOptionValueWithSource(name, option.defaultValue, 'default');
  }
  refuseForeignSocket(command, config);
  return config;
}

/** The file's `ws` belongs to the file's `target`: with another one, half of the load would go to another server. */
function refuseForeignSocket(command: Command, config: ConfigUsed | undefined): void {
  const { target, ws } = config?.settings ?? {};
  if (config === undefined || target === undefined || ws === undefined) return;
  const isForeign = command.getOptionValue('target') !== target && command.getOptionValueSource('ws') === 'config';
  if (!isForeign) return;
  throw new SloError('usage', `the "ws" of ${config.path} belongs to its "target", and another target is asked for`, {
    hint: "say with --ws where that one's WebSocket is",
  });
}
