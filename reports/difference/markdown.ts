/**
 * Owns a comparison as GitHub-flavoured Markdown, for a pull request's comment or a step's summary: the outcome in its first line.
 * Refuses to let a foreign string be anything but text.
 */
import type { ComparisonOutcome, DifferenceVerdict, RunComparison } from '../../lib/core/difference.ts';
import { list, table, text } from '../markdown/markup.ts';
import {
  boundsText,
  COMPARISON_WORD,
  differenceText,
  failuresText,
  headlineText,
  percentileText,
  smallestText,
  verdictText,
} from './words.ts';

const OUTCOME_SIGN: Readonly<Record<ComparisonOutcome, string>> = {
  'not-slower': '✅',
  slower: '❌',
  'cannot-tell': '❔',
};

const VERDICT_SIGN: Readonly<Record<DifferenceVerdict, string>> = {
  faster: '🚀',
  same: '✅',
  slower: '❌',
  'cannot-tell': '❔',
};

/** Outcome, both sides, warnings, a row per endpoint and percentile, failures. */
export function renderComparisonMarkdown(comparison: RunComparison): string {
  const { outcome, a, b, profile, warnings, endpoints } = comparison;
  const sections = [
    `## ${OUTCOME_SIGN[outcome]} ${COMPARISON_WORD[outcome]}: ${text(headlineText(comparison))}`,
    `B ${nameOf(b)} against A ${nameOf(a)} · ${text(profile)} · ${text(smallestText(comparison))}`,
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

function nameOf({ label, httpUrl }: RunComparison['a']): string {
  return `${text(label)} (${text(httpUrl)})`;
}
