/** The commands `stack up`, `stack down` and `stack status`: their options, and what they print. */
import type { Command } from 'commander';
import { addOptions, typedValues } from '../cli/options.ts';
import { progressDisplay } from '../cli/progress.ts';
import { paint, type Shell, say, tell } from '../cli/shell.ts';
import { QUIET, TARGET } from '../config/options.ts';
import { EXIT_CODE, SloError } from '../core/error.ts';
import { plural } from '../core/numbers.ts';
import { wordsOf } from '../options/command-line.ts';
import { matching, onOff, path, text } from '../options/kinds.ts';
import type { OptionSpec } from '../options/spec.ts';
import { isAlive } from '../process/identity.ts';
import { PARTS } from '../stack/parts/index.ts';
import { refuseUnknown, selected } from '../stack/select.ts';
import { startInBackground } from './background.ts';
import { endStack, noStack } from './down.ts';
import { holdStack } from './hold.ts';
import { type ShownPart, type ShownStack, stackText } from './report/text.ts';
import { type PartState, readState, type StackState } from './state.ts';

const row = { group: 'Stack', from: 'flag' } as const;
const NAMES = PARTS.map(({ name }) => name).join(', ');

const DIR = {
  ...row,
  name: 'dir',
  kind: path,
  value: '<folder>',
  text: 'folder with its data, its logs and its state',
  default: 'runs/stack',
} as const satisfies OptionSpec;

const UP_OPTIONS = [
  { ...TARGET, text: 'server to start it around', usual: 'a reference Aragora, which is started, too', ...row },
  { ...row, name: 'only', kind: text, value: '<name...>', text: `only these parts and what they need: ${NAMES}` },
  { ...row, name: 'without', kind: text, value: '<name...>', text: 'all parts but these' },
  {
    ...row,
    name: 'port',
    kind: matching('NAME=NUMBER, for example prometheus=9090', /^[\w-]+=\d{1,5}$/),
    value: '<name=number...>',
    text: 'the port of a part',
    usual: 'a free one',
  },
  DIR,
  { ...row, name: 'foreground', kind: onOff, text: 'stay until Ctrl-C, and end it then', default: false },
  { ...QUIET, ...row, text: 'print no progress' },
] as const satisfies readonly OptionSpec[];

export function addStack(program: Command, shell: Shell): void {
  const stack = program
    .command('stack')
    .description('the documented stack around a server, on this machine: Prometheus, Alertmanager, Jaeger, Loki, …');
  const up = stack.command('up').description('start it');
  addOptions(up, UP_OPTIONS).action(() => startUp(up, shell));
  const down = stack.command('down').description('end it');
  addOptions(down, [DIR]).action(async () => {
    const { parts, leftovers } = await endStack(typedValues(down, [DIR]).dir, shell.signal);
    const left = leftovers?.length === 0 ? 'nothing of it was left' : `ended what was left: ${leftovers?.join(', ')}`;
    say(leftovers === null ? `ended the stack: ${plural(parts.length, 'part')}` : `its process was gone; ${left}`);
  });
  const status = stack
    .command('status')
    .description('say of each part whether it runs, where, since when, and its log');
  addOptions(status, [DIR]).action(async () => {
    const shown = await shownNow(typedValues(status, [DIR]).dir);
    say(stackText(shown, paint));
    if (shown.parts.some(({ ended }) => ended !== null)) shell.exit(EXIT_CODE.usage);
  });
}

async function startUp(command: Command, { signal }: Shell): Promise<void> {
  const values = typedValues(command, UP_OPTIONS);
  const { dir, target, only, without, foreground, quiet } = values;
  const ports = portsOf(values.port ?? []);
  // Before a process is started for it.
  selected(PARTS, { only, without });
  const display = progressDisplay(process.stderr, quiet);
  const onProgress = (line: string): void => display.note(line);
  if (foreground) {
    const onUp = (state: StackState): void => say(stackText(shownOf(state, new Set()), paint));
    await holdStack({ dir, target, only, without, ports, onProgress, onUp, signal }).finally(() => display.done());
    tell('the stack has ended');
    return;
  }
  const words = ['stack', 'up', ...wordsOf(UP_OPTIONS, { ...values, foreground: true })];
  const state = await startInBackground({ dir, words, onProgress, signal }).finally(() => display.done());
  say(stackText(shownOf(state, new Set()), paint));
}

/** @throws SloError `usage`. */
function portsOf(words: readonly string[]): Record<string, number> {
  const pairs = words.map((word) => word.split('=') as [string, string]);
  for (const [name, port] of pairs) {
    refuseUnknown(PARTS, name);
    if (Number(port) < 1 || Number(port) > 65_535) {
      throw new SloError('usage', `--port ${name} must be a port, 1 to 65535, got ${port}`);
    }
  }
  return Object.fromEntries(pairs.map(([name, port]) => [name, Number(port)]));
}

/** @throws SloError `usage` where none is up. */
async function shownNow(dir: string): Promise<ShownStack> {
  const state = readState(dir);
  if (state === null) throw noStack(dir);
  if (!(await isAlive(state.process))) {
    throw new SloError(
      'usage',
      `the stack in ${dir} was ended without its leave: process ${state.process.pid} is gone`,
      {
        hint: '`aragora-slo stack down` ends what is left of it',
      },
    );
  }
  const gone = new Set<string>();
  for (const { name, process: own } of state.parts) if (own !== undefined && !(await isAlive(own))) gone.add(name);
  return shownOf(state, gone);
}

/** @param gone names of parts whose process is not there. */
function shownOf(state: StackState, gone: ReadonlySet<string>): ShownStack {
  const { process: own, phase, sinceMs, target, run } = state;
  const parts = state.parts.map((part) => shownPart(part, gone.has(part.name)));
  return { pid: own.pid, isStarting: phase === 'starting', sinceMs, target, parts, run };
}

function shownPart({ ended, process: _, ...part }: PartState, isGone: boolean): ShownPart {
  return { ...part, ended: ended ?? (isGone ? 'its process is gone' : null) };
}
