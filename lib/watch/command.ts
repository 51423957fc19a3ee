/** The command `watch`: which run it follows, and what it prints at the end. */
import type { Command } from 'commander';
import { renderOutcome } from '../../reports/text.ts';
import { progressDisplay } from '../cli/progress.ts';
import { paint, type Shell, say } from '../cli/shell.ts';
import { newestRun, watchRun } from './watch.ts';

export function addWatch(program: Command, { signal, exit }: Shell): void {
  program
    .command('watch [run]')
    .description('follow a run in progress from its folder (default: the newest in runs/); Ctrl-C leaves the run alone')
    .action(async (run: string | undefined) => {
      const display = progressDisplay(process.stderr, false);
      const ended = await watchRun(run ?? newestRun(), display, signal).finally(() => display.done());
      say(renderOutcome(ended, { paint }));
      exit(ended.exitCode);
    });
}
