/** The command `compare`: its options, and the comparison of two recorded runs. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { shareBelowOne } from '../cli/numbers.ts';
import { paint, type Shell, say, wasInterrupted } from '../cli/shell.ts';
import {
  COMPARED_PERCENTILES,
  type ComparedPercentile,
  comparisonExitCode,
  DEFAULT_SMALLEST,
} from '../core/difference.ts';
import { EXIT_CODE } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import { compareFolders, comparisonText, exportComparison, type Measure, summarizeComparison } from './folders.ts';

export interface MeasureFlags {
  percentiles: readonly ComparedPercentile[];
  smallestShare: number;
  smallestMs: number;
}

export function addCompare(program: Command, shell: Shell): void {
  const command = program
    .command('compare <a> <b>')
    .description('hold the latencies of run B against those of run A, offline')
    .option('--out <file>', 'write it too: Markdown, or JSON for a name that ends in .json');
  addMeasureOptions(command).action(async (a: string, b: string, flags: MeasureFlags & { out?: string }) => {
    const comparison = compareFolders(a, b, measureOf(flags));
    shell.exit(comparisonExitCode(comparison));
    say(comparisonText(comparison, { paint }));
    if (flags.out !== undefined) exportComparison(flags.out, comparison);
    summarizeComparison(comparison, process.env);
    if (await wasInterrupted(shell.signal)) shell.exit(EXIT_CODE.interrupted);
  });
}

export function addMeasureOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--percentiles <list>', 'only these are compared, and gate')
        .argParser(percentilesOf)
        .default(COMPARED_PERCENTILES, COMPARED_PERCENTILES.join(',')),
    )
    .option(
      '--smallest-share <share>',
      "least difference that matters, as a share of A's percentile",
      shareBelowOne,
      DEFAULT_SMALLEST.share,
    )
    .option('--smallest-ms <ms>', 'and at least so many ms', milliseconds, DEFAULT_SMALLEST.ms);
}

export function measureOf({ percentiles, smallestShare, smallestMs }: MeasureFlags): Measure {
  return { percentiles, smallest: { share: smallestShare, ms: smallestMs } };
}

/** In ascending order, without repetition. */
function percentilesOf(text: string): ComparedPercentile[] {
  const words = text.split(',').map((word) => word.trim());
  const wrong = words.find((word) => !COMPARED_PERCENTILES.some((legal) => String(legal) === word));
  if (wrong !== undefined) {
    throw new InvalidArgumentError(
      `It must be a list such as 50,95; "${wrong}": ${legalValues(wrong, COMPARED_PERCENTILES.map(String))}.`,
    );
  }
  return COMPARED_PERCENTILES.filter((legal) => words.includes(String(legal)));
}

function milliseconds(text: string): number {
  const value = Number(text || Number.NaN);
  if (!(value > 0 && value <= 120_000)) throw new InvalidArgumentError('It must be a number of ms, > 0 and ≤ 120,000.');
  return value;
}
