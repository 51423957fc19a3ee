/** The command `experiment`: its options and its exit code. */
import type { Command } from 'commander';
import { RELEASE_WS_PORT } from '../../thresholds/contracts.ts';
import { addConfigOptions, addOptions, noteConfig, saidTo } from '../cli/options.ts';
import { progressDisplay } from '../cli/progress.ts';
import { reportOptions, type Shell, say, wasInterrupted } from '../cli/shell.ts';
import { CA, CONTRACT, OUT, PROFILE, QUIET, SEED, SLO, TARGET, WS } from '../config/options.ts';
import { apiToken } from '../config/secrets.ts';
import { EXIT_CODE, type ExitCode, unreachable } from '../core/error.ts';
import { positiveNumber, shareBelowOne, wholeNumber } from '../options/kinds.ts';
import { resolve } from '../options/resolve.ts';
import type { OptionSpec } from '../options/spec.ts';
import { runExperiment } from './experiment.ts';
import type { ExperimentFacts } from './model/facts.ts';
import { renderExperimentText } from './report/text.ts';
import { writeExperimentReports } from './reports.ts';

const group = 'Experiment';
const { kind: url } = TARGET;
const { kind: wsUrl } = WS;
const shared = { value: '<url>', group: TARGET.group, from: 'flag' } as const;

const EXPERIMENT_OPTIONS = [
  { name: 'a', kind: url, text: 'HTTP address of the one server', required: true, ...shared },
  { name: 'b', kind: url, text: 'HTTP address of the other, which is compared with it', required: true, ...shared },
  {
    name: 'wsA',
    kind: wsUrl,
    text: 'WebSocket address of A',
    usual: `A with /ws, else port ${RELEASE_WS_PORT} of its host`,
    ...shared,
  },
  {
    name: 'wsB',
    kind: wsUrl,
    text: 'WebSocket address of B',
    usual: `B with /ws, else port ${RELEASE_WS_PORT} of its host`,
    ...shared,
  },
  { ...CA, text: 'authority that signed the certificates of both (PEM)' },
  { ...PROFILE, default: 'smoke' },
  { ...CONTRACT, default: 'documented' },
  { ...SLO, text: 'objectives of your own, by which `judge` judges a block (OpenSLO v1)' },
  {
    name: 'blockSec',
    kind: wholeNumber(1, 3600, 'a whole number of seconds'),
    value: '<number>',
    text: 'seconds of a block, after its warm-up',
    default: 8,
    group,
    from: 'flag',
  },
  {
    name: 'maxMinutes',
    kind: positiveNumber(),
    value: '<number>',
    text: 'latest time for an answer',
    default: 30,
    group,
    from: 'flag',
  },
  {
    name: 'smallestShare',
    kind: shareBelowOne,
    value: '<share>',
    text: 'smallest difference that matters, as a share of A',
    default: 0.05,
    group,
    from: 'flag',
  },
  {
    name: 'smallestMs',
    kind: positiveNumber(),
    value: '<number>',
    text: 'the same in ms; the larger of both counts',
    default: 2,
    group,
    from: 'flag',
  },
  { ...OUT, text: 'folder of the experiment', usual: 'runs/<time>-experiment' },
  { ...SEED, text: 'seed of the order, ids and bodies' },
  { ...QUIET, text: 'print only the answer' },
] as const satisfies readonly OptionSpec[];

export function addExperiment(program: Command, shell: Shell): void {
  const command = program
    .command('experiment')
    .description(
      'find out whether B is slower than A: both are loaded in turn, in short blocks, until the answer is sure',
    );
  addOptions(command, EXPERIMENT_OPTIONS);
  addConfigOptions(command).action(async () => {
    const said = await saidTo(command, process.env);
    const { values } = resolve(EXPERIMENT_OPTIONS, said);
    const { quiet, smallestShare: share, smallestMs: ms, ...asked } = values;
    const display = progressDisplay(process.stderr, quiet);
    noteConfig(said, display);
    const request = { ...asked, smallest: { share, ms }, token: apiToken(process.env) };
    const { dir, facts } = await runExperiment(request, display, shell.signal).finally(() => display.done());
    shell.exit(exitCodeOf(facts));
    say(renderExperimentText(facts, reportOptions()));
    await writeExperimentReports(dir, facts);
    if (await wasInterrupted(shell.signal)) shell.exit(EXIT_CODE.interrupted);
  });
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
