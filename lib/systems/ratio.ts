/** Whether a share of requests is recorded that a document promises, by exact bounds. */
import type { Evidence, Finding } from '../core/finding.ts';
import { countText, intervalText, percentText } from '../core/numbers.ts';
import { clopperPearson } from '../stats/binomial.ts';
import { findingOf } from './finding.ts';
import type { CheckInfo } from './system.ts';

/** On each side; together the interval is the exact two-sided one of 95 %. */
const SIDE_CONFIDENCE = 0.975;
/** A share within a quarter of the documented one counts as that share; the interval must leave out half and twice of it. */
const TOLERANCE = 1.25;
const PRECISION = 2;

export interface RecordedShare {
  readonly recorded: number;
  readonly samples: number;
  readonly expected: number;
  /** Others may have caused some of them, so more than expected proves nothing. */
  readonly mayBeOthers: boolean;
  /** What follows the number of those recorded, for example `of 300 requests without traceparent were recorded`. */
  readonly what: string;
  readonly evidence?: readonly Evidence[];
}

/** @throws RangeError unless 0 ≤ recorded ≤ samples */
export function judgeShare(check: CheckInfo, share: RecordedShare): Finding {
  const { recorded, samples, expected, mayBeOthers, what, evidence = [] } = share;
  const interval = clopperPearson({ bad: recorded, samples, confidence: SIDE_CONFIDENCE });
  const actual = recorded / samples;
  const isElsewhere = interval.upper < expected / TOLERANCE || interval.lower > expected * TOLERANCE;
  const isNarrow = interval.lower >= expected / PRECISION && interval.upper <= expected * PRECISION;
  const isOthers = mayBeOthers && interval.lower > expected * TOLERANCE;
  const status = isOthers ? 'inconclusive' : isElsewhere ? 'fail' : isNarrow ? 'pass' : 'inconclusive';
  return findingOf(check, {
    operator: '==',
    unit: 'ratio',
    expected,
    status,
    ...(isOthers && { undecidedBy: 'others' }),
    actual,
    margin: -Math.abs(actual - expected) / expected,
    samples,
    interval,
    furtherSamples: status === 'inconclusive' && !isOthers ? furtherSamples(samples, actual, expected) : null,
    summary: `${countText(recorded)} ${what}: ${percentText(actual)}  ${intervalText(interval, null)} at 95 %${isOthers ? '; some may be of others' : ''}`,
    evidence: [
      { label: 'accepted', value: `${percentText(expected / TOLERANCE)} to ${percentText(expected * TOLERANCE)}` },
      ...evidence,
    ],
  });
}

const MOST_SAMPLES = 100_000;

/** How many more would decide it, at the share seen; null when no number would. */
function furtherSamples(samples: number, share: number, expected: number): number | null {
  for (let more = Math.ceil(samples * 1.1) + 1; more <= MOST_SAMPLES; more = Math.ceil(more * 1.1)) {
    const { lower, upper } = clopperPearson({
      bad: Math.round(share * more),
      samples: more,
      confidence: SIDE_CONFIDENCE,
    });
    const isElsewhere = upper < expected / TOLERANCE || lower > expected * TOLERANCE;
    if (isElsewhere || (lower >= expected / PRECISION && upper <= expected * PRECISION)) return more - samples;
  }
  return null;
}
