/** Options on the command line: a table's rows as flags of a command with their help, and what was typed, set and written for them. */
import { relative } from 'node:path';
import { type Command, Option } from 'commander';
import { findConfig } from '../config/find.ts';
import { readSettings } from '../config/settings.ts';
import { path } from '../options/kinds.ts';
import { type FlagValue, resolve, type Said } from '../options/resolve.ts';
import { flagOf, type OptionSpec, type OptionValues, variableOf } from '../options/spec.ts';
import { systemOptions } from '../systems/options.ts';

/** Not settled like the others: it says where the others may be found. */
const CONFIG_OPTIONS = [
  {
    name: 'config',
    kind: path,
    value: '<file>',
    text: 'read this config file',
    usual: 'aragora-slo.config.* of this folder or the nearest above',
    group: 'Config file',
    from: 'flag',
  },
] as const satisfies readonly OptionSpec[];

export function addOptions(command: Command, specs: readonly OptionSpec[]): Command {
  for (const spec of specs) for (const option of optionsOf(spec)) command.addOption(option);
  return command;
}

/** For commands that read a config file. */
export function addConfigOptions(command: Command): Command {
  addOptions(command, CONFIG_OPTIONS);
  return command.addOption(new Option('--no-config', 'read no config file').helpGroup('Config file:'));
}

/** One flag, or two where a switch is on without it. */
function optionsOf(spec: OptionSpec): Option[] {
  const flag = flagOf(spec);
  const described = `${spec.text}${defaultOf(spec)}`;
  const option = new Option(spec.value === undefined ? `--${flag}` : `--${flag} ${spec.value}`, described);
  option.helpGroup(`${spec.group}:`).makeOptionMandatory(spec.required ?? false);
  // Commander would take it for what the flag of that name is called in the table.
  option.attributeName = () => spec.name;
  if (spec.default !== true) return [option];
  const negated = new Option(`--no-${flag}`, `do not ${spec.text}`).helpGroup(`${spec.group}:`);
  negated.attributeName = () => spec.name;
  return [option, negated];
}

/** Of help: a switch's default goes without saying. */
function defaultOf({ default: standard, usual, value }: OptionSpec): string {
  if (usual !== undefined) return ` (default: ${usual})`;
  if (standard === true) return ' (the default)';
  return standard === undefined || value === undefined ? '' : ` (default: ${String(standard)})`;
}

/** What was typed, after the command's name or a parent's; the innermost counts. */
export function typedFlags(command: Command): Record<string, FlagValue> {
  const above = command.parent === null ? {} : typedFlags(command.parent);
  const names = command.options.map((option) => option.attributeName());
  const typed = names.filter((name) => command.getOptionValueSource(name) === 'cli');
  return { ...above, ...Object.fromEntries(typed.map((name) => [name, command.getOptionValue(name) as FlagValue])) };
}

/** What flags, variables and the config file say to `command`. @throws SloError `config-invalid`. */
export async function saidTo(command: Command, env: NodeJS.ProcessEnv): Promise<Said> {
  const { config, ...flags } = typedFlags(command);
  const path = configPath(config);
  return { flags, env, file: path === undefined ? undefined : await readSettings(path) };
}

/** The values of a command that reads neither a config file nor variables. */
export function typedValues<const Specs extends readonly OptionSpec[]>(
  command: Command,
  specs: Specs,
): OptionValues<Specs> {
  return resolve(specs, { flags: typedFlags(command), env: {} }).values;
}

/** What --config names, else the file that is found upward from the current folder; undefined for none, and with --no-config. */
export function configPath(typed: FlagValue | undefined): string | undefined {
  if (typed === false) return undefined;
  const found = typeof typed === 'string' ? typed : findConfig('.');
  return found === undefined ? undefined : relative('', found) || '.';
}

/** For commands that load a server and look at its telemetry. */
export function addLoadOptions(command: Command, specs: readonly OptionSpec[]): Command {
  addOptions(command, [...specs, ...systemOptions()]);
  return addConfigOptions(command).addHelpText('after', telemetryHelp());
}

function telemetryHelp(): string {
  const servers = systemOptions().filter(({ credentials }) => credentials);
  const names = servers.map(({ name }) => name.toUpperCase()).join(', ');
  return `
Each option but those of "This run alone" can also stand in the environment and in the config file:
  --log-file is ${variableOf({ name: 'logFile' })}, and the key logFile (docs/config.md).
Metrics come from /metrics of the target. Traces and logs are judged only where their source is named, and the verdict says so.
Credentials are read from the environment alone: ARAGORA_SLO_<SOURCE>_TOKEN, or _USER and _PASSWORD, where <SOURCE> is one of
  ${names}; _CA, _CERT, _KEY and _INSECURE are the same for one source as --backend-… for all.
  Those of CloudWatch come from where the AWS SDK finds them.`;
}
