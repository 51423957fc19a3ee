/** How one finding reads, cell by cell: limit, measured value, deviation, interval, source. Shared by every report. */
import { unreachable } from '../lib/core/error.ts';
import { FAILURES, type Finding } from '../lib/core/finding.ts';
import {
  countText,
  digitsText,
  distinctFrom,
  intervalText,
  msText,
  percentText,
  plural,
  relativeText,
} from '../lib/core/numbers.ts';
import { plain } from '../lib/core/text.ts';

const PROMISE = { '<=': 'limit', '>=': 'target', '==': 'expected' } as const;
const OPERATOR = { '<=': '≤', '>=': '≥', '==': '=' } as const;

function render(unit: Finding['unit']): (value: number, digits: number) => string {
  switch (unit) {
    case 'ms':
      return msText;
    case 'ratio':
      return percentText;
    case 'count':
      return countText;
  }
}

const digitsOf = (unit: Finding['unit']): number => (unit === 'ratio' ? 2 : 3);

/** What was promised, with its unit only: `500 ms`, `99.9 %`, `0`. */
export function expectedText(finding: Finding): string {
  return render(finding.unit)(finding.expected, finding.unit === 'ms' ? 6 : 4);
}

/** `limit 500 ms`, `target 99.9 %`, `expected 0`. */
export function promiseText(finding: Finding): string {
  return `${PROMISE[finding.operator]} ${expectedText(finding)}`;
}

/** What was promised with its operator: `≤ 500 ms`. */
export function limitText(finding: Finding): string {
  return `${OPERATOR[finding.operator]} ${expectedText(finding)}`;
}

/** What was measured. It is never rounded so far that it reads like the limit; in words when there is no value. */
export function actualText(finding: Finding): string {
  if (finding.actual === null) return finding.samples === 0 ? 'nothing' : 'no good answer';
  return distinctFrom(finding.actual, finding.expected, render(finding.unit), digitsOf(finding.unit));
}

/** The measured value relative to the limit: `+22 %` for a latency, `4.5× the failures allowed` for a share; null where it makes no sense. */
export function deviationText(finding: Finding): string | null {
  const { actual, expected, operator } = finding;
  if (actual === null || operator === '==') return null;
  if (operator === '>=')
    return expected === 1 || actual === 1
      ? null
      : `${digitsText((1 - actual) / (1 - expected), 2)}× the failures allowed`;
  if (expected === 0) return null;
  const relative = (actual - expected) / expected;
  return relativeText(relative, Math.abs(relative) < 0.1 ? 1 : 2);
}

/** What the interval counts: samples `over` a latency limit, or otherwise `bad`. */
export function badWord(finding: Finding): string {
  return finding.unit === 'ms' ? 'over' : 'bad';
}

/** The bounds of the bad share: `[5.9 %, 7.3 %]`; null without an interval. */
export function boundsText({ interval, allowedShare }: Finding): string | null {
  return interval === null ? null : intervalText(interval, allowedShare);
}

/** A run this many times as long is out of reach. */
const MOST_TIMES = 100;
/** What a run of an hour may have. Nobody needs to know exactly how many more. */
const MOST_COUNTED = 10_000_000;

/** What more samples would do; null when none would help, or none are needed. */
export function furtherText(finding: Finding): string | null {
  const { furtherSamples, samples } = finding;
  if (furtherSamples === null) return null;
  if (furtherSamples > MOST_TIMES * samples && isNearAllowed(finding))
    return 'the measured share is so close to the allowed share that even a longer run will hardly decide it';
  if (furtherSamples > MOST_COUNTED)
    return `it would take over ${countText(MOST_COUNTED)} more samples like these to decide it`;
  return `about ${plural(furtherSamples, 'more sample')} like these would decide it`;
}

/** Else it is the run that was too short: its samples say little, and the number of samples says how long to run. */
function isNearAllowed({ bad, samples, allowedShare }: Finding): boolean {
  return allowedShare !== null && Math.abs(bad / samples - allowedShare) < allowedShare / 2;
}

/** What the team decided about a known deviation; null where it decided nothing. */
export function acceptanceText({ acceptance }: Finding): string | null {
  if (acceptance === undefined) return null;
  const { state, expires } = acceptance;
  const reason = plain(acceptance.reason);
  switch (state) {
    case 'accepted':
      return `accepted until ${expires}: ${reason}`;
    case 'expired':
      return `its acceptance expired on ${expires}: ${reason}`;
    case 'no-longer-occurs':
      return `accepted until ${expires} (${reason}), but it no longer occurs: remove it from the list`;
    default:
      return unreachable(state);
  }
}

/** How the failed samples among its bad ones failed, with counts; null without one. */
function failuresText({ evidence }: Finding): string | null {
  const failures = evidence.find(({ label }) => label === FAILURES);
  return failures === undefined ? null : `failed: ${plain(failures.value)}`;
}

/** Why it does not gate; null when it does. */
export function ungatedText({ gating, acceptance }: Finding): string | null {
  if (gating) return null;
  return acceptance?.state === 'accepted' ? 'accepted' : 'does not gate';
}

/**
 * What the numbers beside it don't say yet: the judge's sentence (unless value and interval are there), how requests failed, what would
 * decide it, and what the team decided. '' when there is nothing.
 */
export function whyText(finding: Finding): string {
  const said = finding.actual !== null && finding.interval !== null;
  const summary = said ? null : plain(finding.summary).replace(/[.\s]+$/, '');
  const sentences = [summary, failuresText(finding), furtherText(finding), acceptanceText(finding)];
  return sentences.filter((sentence) => sentence !== null && sentence !== '').join('; ');
}

/** Bad samples of all samples: `160 of 1,800`. For connected time they may be fractions. */
export function badText(finding: Finding): string {
  return `${digitsText(finding.bad)} of ${countText(finding.samples)}`;
}

/** Where the promise is written: the section, with its document unless it is one of the two guides. */
export function sourceText(finding: Finding): string {
  const { document, section } = finding.source;
  return plain(document.endsWith('-guide.md') ? section : `${document} ${section}`);
}
