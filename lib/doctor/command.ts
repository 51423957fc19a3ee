/** The command `doctor`. */
import type { Command } from 'commander';
import { addConfigOptions, saidTo } from '../cli/options.ts';
import type { Shell } from '../cli/shell.ts';
import { allOptions } from '../config/options.ts';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { doctor } from './doctor.ts';
import { type Setting, settingsOf, settingsText } from './settings.ts';

export function addDoctor(program: Command, { signal, exit }: Shell): void {
  const command = program
    .command('doctor')
    .description('list what is needed and what is there, and the settings that a run from here would find');
  addConfigOptions(command).action(async () => {
    const { text, complete } = await doctor(process.env, signal);
    console.log(text);
    const settings = await settingsHere(command);
    if (settings.length > 0) console.log(`\nsettings for a run from here\n${settingsText(settings)}`);
    exit(complete && !settings.some(({ refused }) => refused) ? EXIT_CODE.conforms : EXIT_CODE.usage);
  });
}

async function settingsHere(command: Command): Promise<Setting[]> {
  try {
    return settingsOf(allOptions(), await saidTo(command, process.env));
  } catch (error) {
    if (!(error instanceof SloError)) throw error;
    const refused: Setting = { name: 'config file', value: error.message, refused: true };
    return [refused, ...settingsOf(allOptions(), { flags: {}, env: process.env })];
  }
}
