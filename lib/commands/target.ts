/** The command `target`: the reference Aragora alone, until a signal ends it. */
import type { Command } from 'commander';
import { addOptions, typedValues } from '../cli/options.ts';
import type { Shell } from '../cli/shell.ts';
import { SloError } from '../core/error.ts';
import { PUBLIC_OPTIONS } from '../embedded/options.ts';
import { startEmbeddedTarget } from '../embedded/process.ts';
import { refuseUnshown } from '../faults/refusals.ts';
import { wordsOf } from '../options/command-line.ts';

export function addTarget(program: Command, { signal }: Shell): void {
  const command = program.command('target').description('start the reference Aragora alone, until Ctrl-C');
  addOptions(command, PUBLIC_OPTIONS).action(async () => {
    const words = wordsOf(PUBLIC_OPTIONS, typedValues(command, PUBLIC_OPTIONS));
    refuseUnshown(words, []);
    const target = await startEmbeddedTarget(words, signal);
    console.log(`${target.httpUrl}\n${target.wsUrl}`);
    const stopped = new Promise<'stopped'>((resolve) => {
      signal.addEventListener('abort', () => resolve('stopped'), { once: true });
    });
    const ended = await Promise.race([stopped, target.exited]);
    await target.stop();
    if (ended !== 'stopped') throw new SloError('prerequisite-missing', 'the reference target ended by itself');
  });
}
