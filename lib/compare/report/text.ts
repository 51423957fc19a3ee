/**
 * A comparison for a terminal: the outcome first, then one line for each endpoint and percentile. Readable without colour; the caller
 * passes a painter.
 */

import type { Painter, Tone } from '../../../reports/text/findings.ts';
import { block, columns, widthOf } from '../../../reports/text/layout.ts';
import { comparisonExitCode, type DifferenceVerdict, type RunComparison } from '../../core/difference.ts';
import { EXIT_CODE } from '../../core/error.ts';
import { clip, plain } from '../../core/text.ts';
import {
  boundsText,
  differenceText,
  failuresText,
  headlineText,
  leftOutText,
  openText,
  outcomeText,
  percentileText,
  sideText,
  smallestText,
  VERDICT_WORD,
} from './words.ts';

const VERDICT_TONE = {
  faster: 'good',
  same: 'good',
  slower: 'bad',
  'cannot-tell': 'doubt',
} as const satisfies Record<DifferenceVerdict, Tone>;

/**
 * Ends in a line break. Foreign strings are made harmless for a terminal.
 * @param columnsOfTerminal Columns of the terminal; undefined: it is none.
 */
export function renderComparisonText(
  comparison: RunComparison,
  paint: Painter = (_tone, text) => text,
  columnsOfTerminal?: number,
): string {
  const width = widthOf(columnsOfTerminal);
  const word = outcomeText(comparison).toUpperCase();
  const code = comparisonExitCode(comparison);
  const tone = code === EXIT_CODE.conforms ? 'good' : code === EXIT_CODE.breaches ? 'bad' : 'doubt';
  const headline = block(plain(headlineText(comparison)), width, '', '');
  const leftOut = leftOutText(comparison);
  const { a, b, profile, warnings, endpoints } = comparison;
  const failures = endpoints.map(failuresText).filter((text) => text !== null);
  return `${[
    paint(tone, paint('strong', word)),
    ...headline,
    ...[
      `A ${sideText(a, nameOf)}`,
      `B ${sideText(b, nameOf)}`,
      `profile ${plain(profile)}; ${smallestText(comparison)}`,
      ...(leftOut === null ? [] : [leftOut]),
    ].map((line) => paint('faint', line)),
    ...warnings.flatMap((warning) => block(plain(warning), width, 'note: ', '      ')),
    '',
    ...rowLines(comparison, paint, width),
    ...failures,
  ].join('\n')}\n`;
}

function nameOf(text: string): string {
  return clip(plain(text), 60);
}

/** Verdict and figures, and below them why it can't be decided. Rows that only have too few samples are listed at the end. */
function rowLines({ endpoints }: RunComparison, paint: Painter, width: number): string[] {
  const rows = endpoints.flatMap((endpoint) =>
    endpoint.percentiles.filter(({ interval }) => interval !== null).map((row) => ({ endpoint, row })),
  );
  const cells = columns(
    rows.map(({ endpoint, row }) => [
      VERDICT_WORD[row.verdict],
      endpoint.endpoint,
      `p${row.percentile}`,
      percentileText(row.aMs, endpoint.aSamples),
      '→',
      percentileText(row.bMs, endpoint.bSamples),
      differenceText(row),
      boundsText(row),
    ]),
  );
  return [
    ...rows.flatMap(({ row }, at) => {
      const [verdict = '', ...figures] = cells[at] ?? [];
      const line = `${paint(VERDICT_TONE[row.verdict], verdict)}  ${figures.join(' ').trimEnd()}`;
      const indent = ' '.repeat(verdict.length + 2);
      return [line, ...block(openText(row), width, indent, indent).map((why) => paint('faint', why))];
    }),
    ...undecidedLines(endpoints, width).map((line) => paint('faint', line)),
  ];
}

function undecidedLines(endpoints: RunComparison['endpoints'], width: number): string[] {
  const names = endpoints.flatMap(({ endpoint, percentiles }) => {
    const ranks = percentiles.filter(({ interval }) => interval === null).map(({ percentile }) => `p${percentile}`);
    return ranks.length === 0 ? [] : [`${endpoint} ${ranks.join(', ')}`];
  });
  return names.length === 0 ? [] : block(`too few samples: ${names.join('; ')}`, width, '', '  ');
}
