/** The commands that need no server: `judge` and `report` on a recorded run. */
import type { Command } from 'commander';
import { reportOptions, type Shell, showVerdict, wasInterrupted } from '../cli/shell.ts';
import { EXIT_CODE } from '../core/error.ts';
import { judgeRun, terminalText, writeReports } from '../run/stages.ts';

export function addOffline(program: Command, shell: Shell): void {
  program
    .command('judge <run>')
    .description('judge a recorded run again, offline')
    .action(async (dir: string) => {
      await showVerdict({ dir, facts: judgeRun(dir) }, shell);
    });
  program
    .command('report <run>')
    .description('write the reports of a recorded run again, offline')
    .action(async (dir: string) => {
      const facts = judgeRun(dir);
      console.log(terminalText(dir, facts, reportOptions()));
      await writeReports(dir, facts, reportOptions());
      if (await wasInterrupted(shell.signal)) shell.exit(EXIT_CODE.interrupted);
    });
}
