/** The command `drill`: its options, and what it prints. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { addOptions, typedValues } from '../cli/options.ts';
import { progressDisplay } from '../cli/progress.ts';
import { paint, type Shell, say, wasInterrupted } from '../cli/shell.ts';
import { backendAccess, targetTls } from '../config/backend-access.ts';
import { BREAK, CA, OUT, QUIET, TARGET } from '../config/options.ts';
import { apiToken } from '../config/secrets.ts';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { exitCodeOf } from '../core/verdict.ts';
import { withToken } from '../http/access.ts';
import { onOff, path, text, url, wholeNumber } from '../options/kinds.ts';
import type { OptionSpec, OptionValues } from '../options/spec.ts';
import { idAt } from '../run/folder.ts';
import { USUAL_RATE } from '../systems/alerts/model/plan.ts';
import { storiesOf } from '../systems/alerts/model/story.ts';
import { PROMETHEUS } from '../systems/metrics/options.ts';
import { drillBreakNamed } from './breaks.ts';
import { type DrillRequest, drill } from './drill.ts';
import { FASTEST_OF_COUNTS } from './embedded/faults.ts';
import { checkCommand } from './own/fault-command.ts';
import { drillText } from './report/text.ts';

const group = 'Drill';
const OWN = 'Your own stack';

const ALERTMANAGER = {
  name: 'alertmanager',
  kind: url,
  value: '<url...>',
  text: 'your Alertmanager, which says what it sent; of a cluster all, because any of them may send a page',
  group: OWN,
  from: 'flag',
  credentials: true,
} as const satisfies OptionSpec;

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
  { ...TARGET, text: 'your server', usual: 'the embedded reference Aragora', group: OWN, from: 'flag' },
  { ...PROMETHEUS, text: 'your Prometheus, with the rules and the clock that it has', group: OWN, from: 'flag' },
  ALERTMANAGER,
  {
    name: 'rules',
    kind: path,
    value: '<file...>',
    text: 'your files of rules: drill their alerts, and compare them with what is loaded',
    usual: 'all that are loaded',
    group: OWN,
    from: 'flag',
  },
  {
    name: 'faultCommand',
    kind: text,
    value: '<program>',
    text: 'breaks your server: run without a shell, with the name of an alert and "start" or "stop"',
    group: OWN,
    from: 'flag',
  },
  { ...CA, group: OWN, from: 'flag' },
  {
    name: 'repeat',
    kind: onOff,
    text: 'keep each fault until its alert is sent again, after hours of their clock',
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
      'prove alerts, from a real fault to the page and its end: the documented ones on the embedded stack, or your own',
    );
  addOptions(command, DRILL_OPTIONS).action(async () => {
    const { rule, clock, realTime, quiet, out, break: breaks = [], ...stack } = typedValues(command, DRILL_OPTIONS);
    const own = ownFrom(stack);
    if (own !== undefined) refuseOfEmbedded({ clock, break: breaks[0], repeat: stack.repeat || undefined });
    if (realTime && clock !== undefined) throw new SloError('usage', '--clock and --real-time exclude each other');
    const startedMs = Date.now();
    const dir = out ?? join('runs', idAt(startedMs, 'drill'));
    const display = progressDisplay(process.stderr, quiet);
    const drilled = await drill({
      dir,
      rules: rule,
      clockRate: realTime ? 1 : clock,
      breaks: breaks.map(drillBreakNamed),
      own,
      repeats: stack.repeat,
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

/** @throws SloError `usage`. */
function refuseOfEmbedded(values: Readonly<Record<string, unknown>>): void {
  const [said] = Object.entries(values).find(([, value]) => value !== undefined) ?? [];
  if (said !== undefined) throw new SloError('usage', `--${said} is for the embedded stack alone`);
}

type Stack = Pick<
  OptionValues<typeof DRILL_OPTIONS>,
  'target' | 'prometheus' | 'alertmanager' | 'rules' | 'faultCommand' | 'ca'
>;

/** undefined: the embedded stack. @throws SloError `usage` for half of a stack, and for credentials that can't be used. */
function ownFrom({ target, prometheus, alertmanager, rules, faultCommand, ca }: Stack): DrillRequest['own'] {
  const flags = { target, prometheus, alertmanager, rules, 'fault-command': faultCommand, ca };
  const [named] = Object.entries(flags).filter(([, value]) => value !== undefined);
  if (named === undefined) return undefined;
  if (target === undefined || prometheus === undefined || alertmanager === undefined) {
    throw new SloError(
      'usage',
      `--${named[0]} is about your own stack, which needs --target, --prometheus and --alertmanager`,
    );
  }
  if (faultCommand !== undefined) checkCommand(faultCommand);
  const [ofPrometheus, ofAlertmanager] = [PROMETHEUS, ALERTMANAGER].map(
    (spec) => backendAccess(process.env, {}, [spec])[spec.name] ?? {},
  );
  return {
    prometheus: { ...ofPrometheus, url: bare(prometheus) },
    alertmanagers: alertmanager.map((address) => ({ ...ofAlertmanager, url: bare(address) })),
    target: { ...withToken(apiToken(process.env), targetTls(ca)), url: bare(target) },
    files: rules ?? [],
    faultCommand,
  };
}

function bare(address: string): string {
  return address.replace(/\/+$/, '');
}
