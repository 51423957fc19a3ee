/** The command `target`: the reference Aragora alone, until a signal ends it. */
import type { Command } from 'commander';
import { addOptions, typedValues } from '../cli/options.ts';
import type { Shell } from '../cli/shell.ts';
import { BREAK } from '../config/options.ts';
import { SloError } from '../core/error.ts';
import { startEmbeddedTarget } from '../embedded/process.ts';
import { wordsOf } from '../options/command-line.ts';
import { type Kind, path, port, url, wholeNumber } from '../options/kinds.ts';
import type { OptionSpec } from '../options/spec.ts';

const group = 'Options';

/** The target's own process takes `-` for its stderr, which nobody would see. */
const logFile: Kind<string> = {
  ...path,
  expected: 'the path of a file',
  accept: (value, place) => (value === '-' ? undefined : path.accept(value, place)),
};

/** The same flags as the reference target's own process takes. */
const TARGET_OPTIONS = [
  { name: 'port', kind: port, value: '<number>', text: 'port to listen on', usual: 'a free one', group, from: 'flag' },
  { ...BREAK, text: 'break a promise by name, see docs/breaks.md', group },
  {
    name: 'capacity',
    kind: wholeNumber(1, 1_000_000),
    value: '<number>',
    text: 'requests a second that it can serve: beyond them it queues, then refuses',
    group,
    from: 'flag',
  },
  {
    name: 'delayMs',
    kind: wholeNumber(0, 60_000),
    value: '<number>',
    text: 'wait so much longer with every answer',
    group,
    from: 'flag',
  },
  {
    name: 'otlp',
    kind: url,
    value: '<url>',
    text: 'export its traces there: OTLP over HTTP, at /v1/traces where the URL has no path',
    group,
    from: 'flag',
  },
  { name: 'log', kind: logFile, value: '<file>', text: 'append its log to this file', group, from: 'flag' },
] as const satisfies readonly OptionSpec[];

export function addTarget(program: Command, { signal }: Shell): void {
  const command = program.command('target').description('start the reference Aragora alone, until Ctrl-C');
  addOptions(command, TARGET_OPTIONS).action(async () => {
    const target = await startEmbeddedTarget(wordsOf(TARGET_OPTIONS, typedValues(command, TARGET_OPTIONS)), signal);
    console.log(`${target.httpUrl}\n${target.wsUrl}`);
    const stopped = new Promise<'stopped'>((resolve) => {
      signal.addEventListener('abort', () => resolve('stopped'), { once: true });
    });
    const ended = await Promise.race([stopped, target.exited]);
    await target.stop();
    if (ended !== 'stopped') throw new SloError('prerequisite-missing', 'the reference target ended by itself');
  });
}
