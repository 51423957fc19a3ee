/** The commands that need no server: `judge` and `report` on a recorded run. */
import type { Command } from 'commander';
import { addOptions, typedValues } from '../cli/options.ts';
import { reportOptions, type Shell, showVerdict, wasInterrupted } from '../cli/shell.ts';
import { ACCEPT, CONTRACT } from '../config/options.ts';
import { EXIT_CODE } from '../core/error.ts';
import type { OptionSpec } from '../options/spec.ts';
import { judgeRun, terminalText, writeReports } from '../run/stages.ts';

/** A config file's list is for the next run. */
const JUDGE_OPTIONS = [
  {
    ...ACCEPT,
    text: 'known failures that count instead of those that the run was given',
    usual: "the run's own",
    group: 'Options',
    from: 'flag',
  },
  {
    ...CONTRACT,
    text: 'contract, or file of own names, that counts instead of the one that the run was made with',
    usual: "the run's own",
    group: 'Options',
    from: 'flag',
  },
] as const satisfies readonly OptionSpec[];

export function addOffline(program: Command, shell: Shell): void {
  const again = program.command('judge <run>').description('judge a recorded run again, offline');
  addOptions(again, JUDGE_OPTIONS).action(async (dir: string) => {
    const { accept, contract } = typedValues(again, JUDGE_OPTIONS);
    await showVerdict({ dir, facts: judgeRun(dir, accept, contract) }, shell);
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
