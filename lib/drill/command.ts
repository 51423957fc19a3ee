/** The command `drill`: its options, and what it prints. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { addOptions, typedValues } from '../cli/options.ts';
import { progressDisplay } from '../cli/progress.ts';
import { paint, type Shell, say, wasInterrupted } from '../cli/shell.ts';
import { BREAK, OUT, QUIET } from '../config/options.ts';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { exitCodeOf } from '../core/verdict.ts';
import { onOff, text, wholeNumber } from '../options/kinds.ts';
import type { OptionSpec } from '../options/spec.ts';
import { idAt } from '../run/folder.ts';
import { USUAL_RATE } from '../systems/alerts/model/plan.ts';
import { storiesOf } from '../systems/alerts/model/story.ts';
import { drillBreakNamed } from './breaks.ts';
import { drill } from './drill.ts';
import { FASTEST_OF_COUNTS } from './faults.ts';
import { drillText } from './report/text.ts';

const group = 'Drill';

const DRILL_OPTIONS = [
  { name: 'rule', kind: text, value: '<name...>', text: 'drill only these alerts', usual: 'all', group, from: 'flag' },
  {
    name: 'clock',
    kind: wholeNumber(2, FASTEST_OF_COUNTS),
    value: '<number>',
    text: 'how many times as fast the clock of Prometheus and Alertmanager runs',
    usual: `${USUAL_RATE}, or what this machine holds`,
    group,
    from: 'flag',
  },
  {
    name: 'realTime',
    kind: onOff,
    text: 'let their clock run as ever; takes hours',
    default: false,
    group,
    from: 'flag',
  },
  { ...OUT, text: 'folder of the drill', usual: 'runs/<time>-drill', group, from: 'flag' },
  { ...QUIET, text: 'print only what was found', group },
  { ...BREAK, text: 'break the documented configuration by name', group },
] as const satisfies readonly OptionSpec[];

export function addDrill(program: Command, shell: Shell): void {
  const command = program
    .command('drill')
    .description(
      'prove the documented alerts on the embedded reference Aragora: from a real fault to the page and its end',
    );
  addOptions(command, DRILL_OPTIONS).action(async () => {
    const { rule, clock, realTime, quiet, out, break: breaks = [] } = typedValues(command, DRILL_OPTIONS);
    if (realTime && clock !== undefined) throw new SloError('usage', '--clock and --real-time exclude each other');
    const startedMs = Date.now();
    const dir = out ?? join('runs', idAt(startedMs, 'drill'));
    const display = progressDisplay(process.stderr, quiet);
    const drilled = await drill({
      dir,
      rules: rule,
      clockRate: realTime ? 1 : clock,
      breaks: breaks.map(drillBreakNamed),
      onProgress: (line) => display.note(line),
      signal: shell.signal,
    }).finally(() => display.done());
    shell.exit(exitCodeOf(drilled.outcome));
    const { outcome, findings, timeline, rules } = drilled;
    const tookSec = (Date.now() - startedMs) / 1000;
    const report = { outcome, findings, stories: storiesOf(timeline, rules), tookSec, dir };
    say(drillText(report, { paint, width: process.stdout.columns }));
    if (await wasInterrupted(shell.signal)) shell.exit(EXIT_CODE.interrupted);
  });
}
