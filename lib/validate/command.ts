/** The command `validate`: which files it checks, and one line for each. */
import { relative } from 'node:path';
import type { Command } from 'commander';
import pc from 'picocolors';
import { addConfig } from '../cli/config.ts';
import type { Shell } from '../cli/shell.ts';
import { findConfig } from '../config/find.ts';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { type FileKind, type NamedFile, validateFiles } from './validate.ts';

interface ValidateFlags extends Partial<Record<Exclude<FileKind, 'config'>, string[]>> {
  readonly config?: string | false;
}

export function addValidate(program: Command, { exit }: Shell): void {
  const command = program
    .command('validate [files...]')
    .description('check the config file, and files of objectives, known deviations and profiles, without a run')
    .option('--slo <file...>', 'these hold objectives (OpenSLO v1)')
    .option('--accept <file...>', 'these hold known deviations')
    .option('--profile <file...>', 'these hold a profile');
  addConfig(command).action(async (files: string[], flags: ValidateFlags) => {
    const checked = await validateFiles(filesOf(files, flags), new Date().toISOString().slice(0, 10));
    for (const { path, valid, text } of checked) {
      console.log(`${valid ? pc.green('✓') : pc.red('✗')} ${path}: ${text}`);
    }
    if (checked.some(({ valid }) => !valid)) exit(EXIT_CODE.usage);
  });
}

/** The config file that was found, and all files that are named. @throws SloError `usage` when there is none: checking nothing proves nothing. */
function filesOf(
  files: readonly string[],
  { config, slo = [], accept = [], profile = [] }: ValidateFlags,
): NamedFile[] {
  const found = config === false ? undefined : (config ?? findConfig('.'));
  const all: NamedFile[] = [
    ...(found === undefined ? [] : [{ path: relative('', found) || '.', kind: 'config' as const }]),
    ...files.map((path) => ({ path })),
    ...slo.map((path) => ({ path, kind: 'slo' as const })),
    ...accept.map((path) => ({ path, kind: 'accept' as const })),
    ...profile.map((path) => ({ path, kind: 'profile' as const })),
  ];
  if (all.length > 0) return all;
  throw new SloError('usage', 'there is nothing to validate: no file is named, and there is no config file', {
    hint: 'aragora-slo init writes one',
  });
}
