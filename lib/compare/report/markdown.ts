/**
 * A comparison as GitHub-flavoured Markdown, for a pull request comment or a step summary. The outcome is in its first line. Foreign
 * strings can only be text.
 */

import { list, table, text } from '../../../reports/markdown/markup.ts';
import { comparisonExitCode, type DifferenceVerdict, type RunComparison } from '../../core/difference.ts';
import { EXIT_CODE } from '../../core/error.ts';
import {
  boundsText,
  differenceText,
  failuresText,
  headlineText,
  leftOutText,
  outcomeText,
  percentileText,
  sideText,
  smallestText,
  verdictText,
} from './words.ts';

const VERDICT_SIGN: Readonly<Record<DifferenceVerdict, string>> = {
  faster: '🚀',
  same: '✅',
  slower: '❌',
  'cannot-tell': '❔',
};

/** Outcome, both sides, warnings, one row for each endpoint and percentile, failures. */
export function renderComparisonMarkdown(comparison: RunComparison): string {
  const code = comparisonExitCode(comparison);
  const sign = code === EXIT_CODE.conforms ? '✅' : code === EXIT_CODE.breaches ? '❌' : '❔';
  const leftOut = leftOutText(comparison);
  const { a, b, profile, warnings, endpoints } = comparison;
  const sections = [
    `## ${sign} ${outcomeText(comparison)}`,
    `**${text(headlineText(comparison))}**`,
    [
      `B ${sideText(b, text)} against A ${sideText(a, text)}`,
      ...[profile, smallestText(comparison), ...(leftOut === null ? [] : [leftOut])].map((part) => text(part)),
    ].join(' · '),
    list('Mind', warnings),
    table(
      ['Endpoint', 'Percentile', 'A', 'B', 'Difference', '95 % interval', 'Verdict'],
      endpoints.flatMap((endpoint) =>
        endpoint.percentiles.map((row) => [
          endpoint.endpoint,
          `p${row.percentile}`,
          percentileText(row.aMs, endpoint.aSamples),
          percentileText(row.bMs, endpoint.bSamples),
          differenceText(row),
          boundsText(row),
          `${VERDICT_SIGN[row.verdict]} ${verdictText(row)}`,
        ]),
      ),
    ),
    list(
      'Failures',
      endpoints.map(failuresText).filter((line) => line !== null),
    ),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}
