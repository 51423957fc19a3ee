/** The command `experiment`: its options and its exit code. */
import type { Command } from 'commander';
import { CONTRACTS } from '../../thresholds/contracts.ts';
import { PROFILES, type Profile } from '../../thresholds/profiles.ts';
import { addConfig, settle, shared } from '../cli/config.ts';
import { positiveNumber, shareBelowOne, wholeNumber, wholeSeconds } from '../cli/numbers.ts';
import { progressDisplay } from '../cli/progress.ts';
import { paint, type Shell, say, wasInterrupted } from '../cli/shell.ts';
import { apiToken } from '../config/token.ts';
import { EXIT_CODE, type ExitCode, unreachable } from '../core/error.ts';
import { runExperiment } from './experiment.ts';
import type { ExperimentFacts } from './model/facts.ts';
import { renderExperimentText } from './report/text.ts';
import { writeExperimentMarkdown } from './reports.ts';

interface ExperimentFlags {
  a: string;
  b: string;
  wsA?: string;
  wsB?: string;
  profile: string | Profile;
  contract: string;
  blockSec: number;
  maxMinutes: number;
  smallestShare: number;
  smallestMs: number;
  seed?: number;
  out?: string;
  quiet?: boolean;
}

export function addExperiment(program: Command, shell: Shell): void {
  const command = program
    .command('experiment')
    .description('tell whether B is slower than A: both are loaded in turn, in short blocks, until the answer is sure')
    .requiredOption('--a <url>', 'HTTP address of the one server')
    .requiredOption('--b <url>', 'HTTP address of the other, which is held against it')
    .option('--ws-a <url>', 'WebSocket address of A (default: A with /ws)')
    .option('--ws-b <url>', 'WebSocket address of B (default: B with /ws)')
    .addOption(
      shared(
        '--profile <name|file>',
        `whose rates are offered: ${Object.keys(PROFILES).join(', ')}, or a YAML file`,
        'smoke',
      ),
    )
    .option('--block-sec <number>', 'seconds of a block, after its warm-up', wholeSeconds, 8)
    .option('--max-minutes <number>', 'the answer is given by then, or not at all', positiveNumber, 30)
    .option('--smallest-share <share>', 'smallest difference that matters, as a share of A', shareBelowOne, 0.05)
    .option('--smallest-ms <number>', 'and in ms; the larger of both counts', positiveNumber, 2)
    .addOption(shared('--contract <name>', Object.keys(CONTRACTS).join(', '), 'documented'))
    .option('--out <dir>', 'folder of the experiment (default: runs/<time>-experiment)')
    .option('--seed <number>', 'seed of the order, ids and bodies (default: random, and recorded)', wholeNumber)
    .option('--quiet', 'nothing but the answer')
    .action(async () => {
      await settle(command, process.env);
      const { quiet = false, smallestShare: share, smallestMs: ms, ...flags } = command.opts<ExperimentFlags>();
      const display = progressDisplay(process.stderr, quiet);
      const request = { ...flags, smallest: { share, ms }, token: apiToken(process.env) };
      const { dir, facts } = await runExperiment(request, display, shell.signal).finally(() => display.done());
      shell.exit(exitCodeOf(facts));
      say(renderExperimentText(facts, { paint }));
      writeExperimentMarkdown(dir, facts);
      if (await wasInterrupted(shell.signal)) shell.exit(EXIT_CODE.interrupted);
    });
  addConfig(command);
}

function exitCodeOf({ verdict, end }: ExperimentFacts): ExitCode {
  if (end.kind === 'interrupted') return EXIT_CODE.interrupted;
  switch (verdict) {
    case 'faster':
    case 'same':
      return EXIT_CODE.conforms;
    case 'slower':
      return EXIT_CODE.breaches;
    case 'cannot-tell':
      return EXIT_CODE.inconclusive;
    default:
      return unreachable(verdict);
  }
}
