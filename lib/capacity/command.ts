/** The command `capacity`: its options and its exit code. */
import type { Command } from 'commander';
import { addConfigOptions, addOptions, noteConfig, saidTo } from '../cli/options.ts';
import { progressDisplay } from '../cli/progress.ts';
import { reportOptions, type Shell, say, wasInterrupted } from '../cli/shell.ts';
import { CLUSTER_OPTIONS, KUBERNETES, RUNNERS } from '../config/engine-options.ts';
import { BREAK, CA, CONTRACT, OUT, PROFILE, QUIET, SEED, SLO, TARGET, WS } from '../config/options.ts';
import { apiToken } from '../config/secrets.ts';
import { EXIT_CODE, type ExitCode } from '../core/error.ts';
import { wordsOf } from '../options/command-line.ts';
import { positiveNumber, shareBelowOne, text } from '../options/kinds.ts';
import { resolve } from '../options/resolve.ts';
import type { OptionSpec } from '../options/spec.ts';
import { refuseContradictions } from '../run/request.ts';
import type { CapacityAnswer } from './model/facts.ts';
import { capacityText, writeCapacityPage } from './reports.ts';
import { findCapacity } from './search.ts';

const group = 'Search';

const CAPACITY_OPTIONS = [
  TARGET,
  WS,
  CA,
  { ...PROFILE, default: 'smoke', text: `${PROFILE.text}; its rates are scaled by one factor` },
  {
    name: 'journey',
    kind: text,
    value: '<name>',
    text: 'load only this journey',
    group,
    from: 'flag',
  },
  { ...CONTRACT, default: 'documented' },
  SLO,
  RUNNERS,
  {
    name: 'maxRate',
    kind: positiveNumber(),
    value: '<number>',
    text: 'highest rate that is tried, HTTP arrivals a second in all',
    default: 5000,
    group,
    from: 'flag',
  },
  {
    name: 'maxMinutes',
    kind: positiveNumber(),
    value: '<number>',
    text: 'no step begins that would end later',
    default: 15,
    group,
    from: 'flag',
  },
  {
    name: 'resolution',
    kind: shareBelowOne,
    value: '<share>',
    text: 'largest distance, as a share, between the rate that holds and the one that does not',
    default: 0.1,
    group,
    from: 'flag',
  },
  { ...OUT, text: 'folder of the search', usual: 'runs/<time>-capacity' },
  SEED,
  { ...QUIET, text: 'print only the answer' },
  BREAK,
  KUBERNETES,
  ...CLUSTER_OPTIONS,
] as const satisfies readonly OptionSpec[];

export function addCapacity(program: Command, shell: Shell): void {
  const command = program
    .command('capacity')
    .description(
      'find the highest arrival rate at which every gating objective holds; without --target, of the embedded reference Aragora',
    );
  addOptions(command, CAPACITY_OPTIONS);
  addConfigOptions(command).action(async () => {
    const said = await saidTo(command, process.env);
    const { values, origins } = resolve(CAPACITY_OPTIONS, said);
    refuseContradictions({ values, origins }, said.file);
    const display = progressDisplay(process.stderr, values.quiet);
    noteConfig(said, display);
    const targetArgs = wordsOf([BREAK], values);
    const request = { ...values, targetArgs, token: apiToken(process.env) };
    const { dir, facts } = await findCapacity(request, display, shell.signal).finally(() => display.done());
    shell.exit(exitCodeOf(facts.answer));
    say(capacityText(dir, facts, reportOptions()));
    await writeCapacityPage(dir, facts);
    if (await wasInterrupted(shell.signal)) shell.exit(EXIT_CODE.interrupted);
  });
}

function exitCodeOf(answer: CapacityAnswer): ExitCode {
  const why = 'why' in answer ? answer.why : null;
  if (why === 'interrupted') return EXIT_CODE.interrupted;
  const isAnswered = answer.kind === 'found' || (answer.kind === 'at-least' && why !== 'target-gone');
  return isAnswered ? EXIT_CODE.conforms : EXIT_CODE.inconclusive;
}
