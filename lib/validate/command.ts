/** The command `validate`: which files it checks, and one line for each. */
import type { Command } from 'commander';
import { addConfigOptions, addOptions, configPath, typedFlags, typedValues } from '../cli/options.ts';
import { harmless, paint, type Shell, say } from '../cli/shell.ts';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { plain } from '../core/text.ts';
import { path } from '../options/kinds.ts';
import type { OptionSpec } from '../options/spec.ts';
import type { FileKind } from './kind.ts';
import { type NamedFile, validateFiles } from './validate.ts';

const group = 'Options';

const FILE_OPTIONS = [
  {
    name: 'slo',
    kind: path,
    value: '<file...>',
    text: 'these files have objectives (OpenSLO v1)',
    group,
    from: 'flag',
  },
  { name: 'accept', kind: path, value: '<file...>', text: 'these files have known failures', group, from: 'flag' },
  { name: 'profile', kind: path, value: '<file...>', text: 'these files have a profile', group, from: 'flag' },
  { name: 'contract', kind: path, value: '<file...>', text: 'these files have own names', group, from: 'flag' },
] as const satisfies readonly (OptionSpec & { readonly name: FileKind })[];

export function addValidate(program: Command, { exit }: Shell): void {
  const command = program
    .command('validate [files...]')
    .description(
      'check the config file, and files of objectives, known failures, profiles and own names, without a run',
    );
  addOptions(command, FILE_OPTIONS);
  addConfigOptions(command).action(async (files: string[]) => {
    const checked = await validateFiles(filesOf(files, command), new Date().toISOString().slice(0, 10));
    for (const { path, valid, text } of checked) {
      say(`${valid ? paint('good', '✓') : paint('bad', '✗')} ${plain(path)}: ${harmless(text)}`);
    }
    if (checked.some(({ valid }) => !valid)) exit(EXIT_CODE.usage);
  });
}

/** The config file found, and all that are named. @throws SloError `usage` when there is none: a check of nothing is no check. */
function filesOf(files: readonly string[], command: Command): NamedFile[] {
  const config = configPath(typedFlags(command)['config']);
  const named = typedValues(command, FILE_OPTIONS);
  const all: NamedFile[] = [
    ...(config === undefined ? [] : [{ path: config, kind: 'config' as const }]),
    ...files.map((path) => ({ path })),
    ...FILE_OPTIONS.flatMap(({ name: kind }) => (named[kind] ?? []).map((path) => ({ path, kind }))),
  ];
  if (all.length > 0) return all;
  throw new SloError('usage', 'there is nothing to validate: no file is named, and there is no config file', {
    hint: 'aragora-slo init writes one',
  });
}
