/** The words of a comparison, cell by cell: percentiles, differences, intervals, what can't be decided. Shared by its reports. */

import {
  COMPARED_PERCENTILES,
  type ComparisonOutcome,
  type DifferenceVerdict,
  type EndpointDifference,
  type PercentileDifference,
  type RunComparison,
} from '../../core/difference.ts';
import { durationText, msText, percentText, relativeText, signedText } from '../../core/numbers.ts';
import type { Outcome } from '../../core/verdict.ts';

const COMPARISON_WORD: Readonly<Record<ComparisonOutcome, string>> = {
  'not-slower': 'Not slower',
  slower: 'Slower',
  'cannot-tell': 'Cannot tell',
};

const GATE_WORD: Readonly<Record<Outcome, Readonly<Record<ComparisonOutcome, string>>>> = {
  conforms: {
    'not-slower': 'Gate passes',
    slower: 'Gate fails: conforms, but is slower',
    'cannot-tell': 'Gate cannot tell: conforms, but it is unknown whether it is slower',
  },
  breaches: {
    'not-slower': 'Gate fails: breaches, although not slower',
    slower: 'Gate fails: breaches and is slower',
    'cannot-tell': 'Gate fails: breaches',
  },
  inconclusive: {
    'not-slower': 'Gate cannot tell: not slower, but it is unknown whether it conforms',
    slower: 'Gate fails: is slower',
    'cannot-tell': 'Gate cannot tell: it is unknown whether it conforms, and whether it is slower',
  },
  interrupted: { 'not-slower': 'Interrupted', slower: 'Interrupted', 'cannot-tell': 'Interrupted' },
};

/** The first words of a report. */
export function outcomeText({ purpose, outcome, b }: RunComparison): string {
  return purpose === 'gate' ? GATE_WORD[b.verdict][outcome] : COMPARISON_WORD[outcome];
}

export const VERDICT_WORD: Readonly<Record<DifferenceVerdict, string>> = {
  faster: 'faster',
  same: 'same',
  slower: 'slower',
  'cannot-tell': "can't tell",
};

/** `612 ms`; in words when there is no such value. */
export function percentileText(ms: number | null, samples: number): string {
  if (ms !== null) return msText(ms);
  return samples === 0 ? 'nothing' : 'no answer';
}

/** `+12 ms (+10 %)`; `–` where one side has none. */
export function differenceText({ differenceMs, aMs }: PercentileDifference): string {
  if (differenceMs === null) return '–';
  const share = aMs === null || aMs === 0 ? '' : ` (${relativeText(differenceMs / aMs)})`;
  return signedText(differenceMs, msText(differenceMs)) + share;
}

/** `[+4 ms, +20 ms]`; `–` where there is none. A bound among failed samples is `no answer`. */
export function boundsText({ interval }: PercentileDifference): string {
  if (interval === null) return '–';
  const [lower, upper] = [interval.lowerMs, interval.upperMs].map((bound) =>
    bound === null ? 'no answer' : signedText(bound, msText(bound)),
  );
  return `[${lower}, ${upper}]`;
}

/** The verdict, and why it can't be decided: `can't tell: it may be chance; about 4 min would be enough`. */
export function verdictText(row: PercentileDifference): string {
  const open = openText(row);
  return VERDICT_WORD[row.verdict] + (open === '' ? '' : `: ${open}`);
}

/** Why it can't be decided, and what would help; '' where it can. */
export function openText({ verdict, notSlower, reason, secondsToTell }: PercentileDifference): string {
  if (verdict !== 'cannot-tell') return '';
  const length = secondsToTell === null ? '' : `; about ${durationText(secondsToTell)} would be enough`;
  return `${notSlower ? 'not slower, but ' : ''}${reason}${length}`;
}

/** null where neither side failed. */
export function failuresText({ endpoint, failures: { aShare, bShare, verdict } }: EndpointDifference): string | null {
  if ((aShare ?? 0) === 0 && (bShare ?? 0) === 0) return null;
  const share = (value: number | null): string => (value === null ? 'nothing' : percentText(value));
  return `${endpoint}: ${share(aShare)} failed in A, ${share(bShare)} in B${verdict === 'more' ? ', clearly more' : ''}`;
}

/** What would help, and what counts as no difference. */
export function smallestText({ smallest }: RunComparison): string {
  return `what matters: ${percentText(smallest.share)} of A's percentile, and at least ${msText(smallest.ms)}`;
}

function lengthText({ secondsToTell }: RunComparison): string | null {
  return secondsToTell === null ? null : `runs of about ${durationText(secondsToTell)} each would be enough`;
}

/** Which percentiles were left out; null when none was. */
export function leftOutText({ percentiles }: RunComparison): string | null {
  const leftOut = COMPARED_PERCENTILES.filter((percentile) => !percentiles.includes(percentile));
  return leftOut.length === 0 ? null : `not looked at: ${leftOut.map((percentile) => `p${percentile}`).join(', ')}`;
}

/** `label (address)`; `render` makes each part. */
export function sideText({ label, httpUrl }: RunComparison['a'], render: (text: string) => string): string {
  return httpUrl === null ? render(label) : `${render(label)} (${render(httpUrl)})`;
}

/** The headline, with what would help. */
export function headlineText(comparison: RunComparison): string {
  const length = lengthText(comparison);
  return length === null ? comparison.headline : `${comparison.headline}; ${length}`;
}
