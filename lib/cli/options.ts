/** The options of commands: a table's rows as flags with their help, and what a user said for them on the command line and elsewhere. */
import { relative } from 'node:path';
import { type Command, Option } from 'commander';
import { findConfig } from '../config/find.ts';
import { readSettings } from '../config/settings.ts';
import { flagsOf, usualOf } from '../options/describe.ts';
import { path } from '../options/kinds.ts';
import { type FlagValue, resolve, type Said } from '../options/resolve.ts';
import { type OptionSpec, type OptionValues, variableOf } from '../options/spec.ts';
import { systemOptions } from '../systems/options.ts';

/** Read before all others: it says where they may be. */
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
  for (const spec of specs) for (const option of commanderOptions(spec)) command.addOption(option);
  return command;
}

/** For commands that read a config file. */
export function addConfigOptions(command: Command): Command {
  addOptions(command, CONFIG_OPTIONS);
  return command.addOption(new Option('--no-config', 'read no config file').helpGroup('Config file:'));
}

/** One flag, or two where a switch is on without it. */
function commanderOptions(spec: OptionSpec): Option[] {
  const usual = usualOf(spec);
  const texts = [`${spec.text}${usual === undefined ? '' : ` (default: ${usual})`}`, `do not ${spec.text}`];
  return flagsOf(spec).map((flags, index) => {
    const option = new Option(flags, texts[index]).helpGroup(`${spec.group}:`);
    option.makeOptionMandatory(spec.required ?? false);
    // The option's name in the table, which may differ from its flag.
    option.attributeName = () => spec.name;
    return option;
  });
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

/** Says which config file is read: one may be found far above the current folder. */
export function noteConfig({ file }: Said, { note }: { note(line: string): void }): void {
  if (file !== undefined) note(`config ${file.path}`);
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
  const names = servers.map((spec) => variableOf(spec).replace('ARAGORA_SLO_', '')).join(', ');
  return `
Each option, except those of "This run alone", can also be an environment variable or a key of the config file:
  --log-file, ${variableOf({ name: 'logFile' })}, logFile. The flag wins, then the variable, then the file (docs/config.md).
Metrics come from /metrics of the target. Traces and logs are judged only where their source is named; the verdict says so.
Credentials come from the environment alone: ARAGORA_SLO_<SOURCE>_TOKEN, or _USER and _PASSWORD. <SOURCE> is one of
  ${names}. For one source, _CA, _CERT, _KEY and _INSECURE replace --backend-….
  The AWS SDK finds the credentials for CloudWatch.`;
}
