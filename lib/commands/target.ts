/** Owns the command `target`: the reference Aragora alone, until a signal ends it. Refuses to know what it serves. */
import type { Command } from 'commander';
import { wholeNumber } from '../cli/numbers.ts';
import type { Shell } from '../cli/shell.ts';
import { SloError } from '../core/error.ts';
import { startEmbeddedTarget } from '../embedded/process.ts';

export function addTarget(program: Command, { signal }: Shell): void {
  program
    .command('target')
    .description('start the reference Aragora alone, until Ctrl-C')
    .option('--port <number>', 'port to listen on; a free one when absent', wholeNumber)
    .option('--break <name...>', 'break a promise by name, see docs/breaks.md')
    .option(
      '--capacity <number>',
      'requests a second that it can serve: beyond them it queues, then refuses',
      wholeNumber,
    )
    .option('--delay-ms <number>', 'wait so much longer with every answer', wholeNumber)
    .action(async (options: TargetFlags) => {
      const target = await startEmbeddedTarget(targetArgs(options), signal);
      console.log(`${target.httpUrl}\n${target.wsUrl}`);
      const stopped = new Promise<'stopped'>((resolve) => {
        signal.addEventListener('abort', () => resolve('stopped'), { once: true });
      });
      const ended = await Promise.race([stopped, target.exited]);
      await target.stop();
      if (ended !== 'stopped') throw new SloError('prerequisite-missing', 'the reference target ended by itself');
    });
}

interface TargetFlags {
  port?: number;
  break?: readonly string[];
  capacity?: number;
  delayMs?: number;
}

/** The same options as the reference target's own process takes them. */
export function targetArgs({ port, capacity, delayMs, break: breaks }: TargetFlags): string[] {
  const numbers = Object.entries({ port, capacity, 'delay-ms': delayMs }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );
  return [...numbers, ...(breaks ?? []).flatMap((name) => ['--break', name])];
}
