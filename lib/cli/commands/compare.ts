/** Owns the command `compare`: two recorded runs. Refuses to know how they are compared. */
import { type Command, InvalidArgumentError } from 'commander';
import { comparisonExitCode, DEFAULT_SMALLEST, type Smallest } from '../../core/difference.ts';
import { EXIT_CODE } from '../../core/error.ts';
import { compareFolders, comparisonText, exportComparison, summarizeComparison } from '../../run/compare.ts';
import { paint, type Shell, wasInterrupted } from '../shell.ts';

export interface SmallestFlags {
  smallestShare: number;
  smallestMs: number;
}

export function addCompare(program: Command, shell: Shell): void {
  const command = program
    .command('compare <a> <b>')
    .description('hold the latencies of run B against those of run A, offline')
    .option('--out <file>', 'write it too: Markdown, or JSON for a name that ends in .json');
  addSmallestOptions(command).action(async (a: string, b: string, flags: SmallestFlags & { out?: string }) => {
    const comparison = compareFolders(a, b, smallestOf(flags));
    shell.exit(comparisonExitCode(comparison));
    console.log(comparisonText(comparison, { paint }));
    if (flags.out !== undefined) exportComparison(flags.out, comparison);
    summarizeComparison(comparison, process.env);
    if (await wasInterrupted(shell.signal)) shell.exit(EXIT_CODE.interrupted);
  });
}

export function addSmallestOptions(command: Command): Command {
  return command
    .option(
      '--smallest-share <share>',
      "least difference that matters, as a share of A's percentile",
      share,
      DEFAULT_SMALLEST.share,
    )
    .option('--smallest-ms <ms>', 'and at least so many ms', milliseconds, DEFAULT_SMALLEST.ms);
}

export function smallestOf({ smallestShare, smallestMs }: SmallestFlags): Smallest {
  return { share: smallestShare, ms: smallestMs };
}

function share(text: string): number {
  const value = Number(text || Number.NaN);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be a number from 0 to 1; 0.05 is 5 %.');
  return value;
}

function milliseconds(text: string): number {
  const value = Number(text || Number.NaN);
  if (!(value > 0 && value <= 120_000)) throw new InvalidArgumentError('It must be a number of ms, > 0 and ≤ 120,000.');
  return value;
}
