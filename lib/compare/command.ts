/** The command `compare`: its options, and the comparison of two recorded runs. */
import type { Command } from 'commander';
import { addOptions, typedValues } from '../cli/options.ts';
import { reportOptions, type Shell, say, wasInterrupted } from '../cli/shell.ts';
import {
  COMPARED_PERCENTILES,
  type ComparedPercentile,
  comparisonExitCode,
  DEFAULT_SMALLEST,
} from '../core/difference.ts';
import { EXIT_CODE } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import { type Kind, path, positiveNumber, shareBelowOne } from '../options/kinds.ts';
import type { OptionSpec, OptionValues } from '../options/spec.ts';
import { compareFolders, comparisonText, exportComparison, type Measure, summarizeComparison } from './folders.ts';

const group = 'Comparison';
const LEGAL = COMPARED_PERCENTILES.map(String);
const wordsIn = (said: unknown): string[] =>
  String(said)
    .split(',')
    .map((word) => word.trim());

/** In ascending order, each once. */
const percentiles: Kind<readonly ComparedPercentile[]> = {
  expected: 'a list of percentiles such as 50,95',
  fromText: (said) => said,
  accept: (said) => {
    const words = wordsIn(said);
    if (words.some((word) => !LEGAL.includes(word))) return undefined;
    return COMPARED_PERCENTILES.filter((one) => words.includes(String(one)));
  },
  hint: (said) => legalValues(wordsIn(said).find((word) => !LEGAL.includes(word)) ?? '', LEGAL),
  schema: { type: 'array', items: { enum: COMPARED_PERCENTILES } },
  type: 'number[]',
};

/** What counts as a difference. */
export const MEASURE_OPTIONS = [
  {
    name: 'percentiles',
    kind: percentiles,
    value: '<list>',
    text: 'compare only these, and let only these gate',
    default: COMPARED_PERCENTILES,
    group,
    from: 'flag',
  },
  {
    name: 'smallestShare',
    kind: shareBelowOne,
    value: '<share>',
    text: "smallest difference that matters, as a share of A's percentile",
    default: DEFAULT_SMALLEST.share,
    group,
    from: 'flag',
  },
  {
    name: 'smallestMs',
    kind: positiveNumber('a number of ms', 120_000),
    value: '<ms>',
    text: 'and at least this many ms',
    default: DEFAULT_SMALLEST.ms,
    group,
    from: 'flag',
  },
] as const satisfies readonly OptionSpec[];

const comparisonFile: Kind<string> = {
  ...path,
  expected: 'a file whose name ends in .md, .html or .json',
  accept: (value, place) => {
    const file = path.accept(value, place);
    return file !== undefined && /\.(md|html|json)$/.test(file) ? file : undefined;
  },
};

const COMPARE_OPTIONS = [
  ...MEASURE_OPTIONS,
  {
    name: 'out',
    kind: comparisonFile,
    value: '<file>',
    text: 'also write it to a file whose name ends in .md, .html or .json',
    group,
    from: 'flag',
  },
] as const satisfies readonly OptionSpec[];

export function addCompare(program: Command, shell: Shell): void {
  const command = program
    .command('compare <a> <b>')
    .description('compare the latencies of run B with those of run A, offline');
  addOptions(command, COMPARE_OPTIONS).action(async (a: string, b: string) => {
    const { out, ...measure } = typedValues(command, COMPARE_OPTIONS);
    const comparison = compareFolders(a, b, measureOf(measure));
    shell.exit(comparisonExitCode(comparison));
    say(comparisonText(comparison, reportOptions()));
    if (out !== undefined) await exportComparison(out, comparison);
    summarizeComparison(comparison, process.env);
    if (await wasInterrupted(shell.signal)) shell.exit(EXIT_CODE.interrupted);
  });
}

export function measureOf({ percentiles, smallestShare, smallestMs }: OptionValues<typeof MEASURE_OPTIONS>): Measure {
  return { percentiles, smallest: { share: smallestShare, ms: smallestMs } };
}
