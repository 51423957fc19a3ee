/** The command `capacity`: its options and its exit code. */
import type { Command } from 'commander';
import { CONTRACTS } from '../../thresholds/contracts.ts';
import { PROFILES, type Profile } from '../../thresholds/profiles.ts';
import { addConfig, settle, shared } from '../cli/config.ts';
import { positiveNumber, shareBelowOne, wholeNumber } from '../cli/numbers.ts';
import { progressDisplay } from '../cli/progress.ts';
import { paint, type Shell, say, wasInterrupted } from '../cli/shell.ts';
import { refuseBreak } from '../commands/run.ts';
import { targetArgs } from '../commands/target.ts';
import { apiToken } from '../config/token.ts';
import { EXIT_CODE, type ExitCode } from '../core/error.ts';
import type { Objective } from '../core/plan.ts';
import type { CapacityAnswer } from './model/facts.ts';
import { capacityText, writeCapacityPage } from './reports.ts';
import { findCapacity } from './search.ts';

interface CapacityFlags {
  target?: string;
  ws?: string;
  profile: string | Profile;
  journey?: string;
  contract: string;
  slo?: string | readonly Objective[];
  out?: string;
  seed?: number;
  maxRate: number;
  maxMinutes: number;
  resolution: number;
  quiet?: boolean;
  break?: string[];
}

export function addCapacity(program: Command, shell: Shell): void {
  const command = program
    .command('capacity')
    .description(
      'find the highest arrival rate at which every gating objective holds; without --target, of the embedded reference Aragora',
    )
    .addOption(shared('--target <url>', 'HTTP address of the server, e.g. http://127.0.0.1:8080'))
    .addOption(shared('--ws <url>', 'WebSocket address (default: the target with /ws)'))
    .addOption(
      shared(
        '--profile <name|file>',
        `whose journeys are scaled by one factor: ${Object.keys(PROFILES).join(', ')}, or a YAML file`,
        'smoke',
      ),
    )
    .option('--journey <name>', 'one journey alone')
    .option('--max-rate <number>', 'highest rate that is tried, HTTP arrivals a second in all', positiveNumber, 5000)
    .option('--max-minutes <number>', 'no step begins that would not end by then', positiveNumber, 15)
    .option(
      '--resolution <share>',
      'how far apart, as a share, the rate that holds and the one that does not may stay',
      shareBelowOne,
      0.1,
    )
    .addOption(shared('--contract <name>', Object.keys(CONTRACTS).join(', '), 'documented'))
    .addOption(shared('--slo <file>', 'own objectives instead of the documented ones (OpenSLO v1)'))
    .option('--out <dir>', 'folder of the search (default: runs/<time>-capacity)')
    .option('--seed <number>', 'seed of ids and bodies (default: random, and recorded)', wholeNumber)
    .option('--quiet', 'nothing but the answer')
    .option('--break <name...>', 'break a promise of the embedded target by name')
    .action(async () => {
      await settle(command, process.env);
      const { quiet = false, ...flags } = command.opts<CapacityFlags>();
      refuseBreak(flags);
      const display = progressDisplay(process.stderr, quiet);
      const request = { ...flags, targetArgs: targetArgs(flags), token: apiToken(process.env) };
      const { dir, facts } = await findCapacity(request, display, shell.signal).finally(() => display.done());
      shell.exit(exitCodeOf(facts.answer));
      say(capacityText(dir, facts, paint));
      await writeCapacityPage(dir, facts);
      if (await wasInterrupted(shell.signal)) shell.exit(EXIT_CODE.interrupted);
    });
  addConfig(command);
}

function exitCodeOf(answer: CapacityAnswer): ExitCode {
  const why = 'why' in answer ? answer.why : null;
  if (why === 'interrupted') return EXIT_CODE.interrupted;
  const isTold = answer.kind === 'found' || (answer.kind === 'at-least' && why !== 'target-gone');
  return isTold ? EXIT_CODE.conforms : EXIT_CODE.inconclusive;
}
