/** The command `doctor`. */
import type { Command } from 'commander';
import type { Shell } from '../cli/shell.ts';
import { EXIT_CODE } from '../core/error.ts';
import { doctor } from './doctor.ts';

export function addDoctor(program: Command, { signal, exit }: Shell): void {
  program
    .command('doctor')
    .description('list what is needed and what is there')
    .action(async () => {
      const { text, complete } = await doctor(process.env, signal);
      console.log(text);
      exit(complete ? EXIT_CODE.conforms : EXIT_CODE.usage);
    });
}
