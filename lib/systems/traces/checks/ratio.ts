/** Whether the server records the documented share of the traces that begin in it. */
import type { Finding } from '../../../core/finding.ts';
import { countText, intervalText, percentText, plural } from '../../../core/numbers.ts';
import { clopperPearson } from '../../../stats/binomial.ts';
import { findingOf, lacking, openByOthers } from '../../finding.ts';
import type { CheckInfo } from '../../system.ts';
import { cutOff, lost } from './propagation.ts';
import { isClockOff } from './requests.ts';
import type { TracesView } from './view.ts';

/** On each side; together the interval is the exact two-sided one of 95 %. */
const SIDE_CONFIDENCE = 0.975;
/** A ratio within a quarter of the documented one counts as that ratio; the interval must leave out half and twice of it. */
const TOLERANCE = 1.25;
const PRECISION = 2;

export interface Ratio {
  /** The documented share of requests without traceparent that begin a trace. */
  readonly expected: number;
  readonly exclusive: boolean;
}

export function judgeRatio(check: CheckInfo, view: TracesView, { expected, exclusive }: Ratio): Finding {
  const samples = view.observed.unflaggedRequests;
  const frame = { operator: '==', unit: 'ratio', expected } as const;
  const missing = unknown(view);
  if (missing !== null) return { ...lacking(check, ...missing), ...frame };
  const begun = tracesBegun(view);
  // If nobody else calls, the surplus is the few requests with which the harness prepares its load.
  const recorded = exclusive ? Math.min(begun, samples) : begun;
  if (recorded > samples) {
    const summary = `${plural(recorded, 'trace')} began in the server after ${plural(samples, 'request')} without traceparent: others call it, too`;
    return { ...openByOthers(check, summary), ...frame, samples };
  }
  const interval = clopperPearson({ bad: recorded, samples, confidence: SIDE_CONFIDENCE });
  const share = recorded / samples;
  const isElsewhere = interval.upper < expected / TOLERANCE || interval.lower > expected * TOLERANCE;
  const isNarrow = interval.lower >= expected / PRECISION && interval.upper <= expected * PRECISION;
  // Others may have begun some of them, so more than expected proves nothing.
  const isOthers = !exclusive && interval.lower > expected * TOLERANCE;
  const status = isOthers ? 'inconclusive' : isElsewhere ? 'fail' : isNarrow ? 'pass' : 'inconclusive';
  return findingOf(check, {
    ...frame,
    status,
    ...(isOthers && { undecidedBy: 'others' }),
    actual: share,
    margin: -Math.abs(share - expected) / expected,
    samples,
    interval,
    furtherSamples: status === 'inconclusive' && !isOthers ? furtherSamples(samples, share, expected) : null,
    summary: `${countText(recorded)} of ${plural(samples, 'request')} without traceparent were recorded: ${percentText(share)}  ${intervalText(interval, null)} at 95 %${isOthers ? '; some may be of others' : ''}`,
    evidence: [
      { label: 'accepted', value: `${percentText(expected / TOLERANCE)} to ${percentText(expected * TOLERANCE)}` },
    ],
  });
}

/** Why the share can't be known; null when it can. */
function unknown(view: TracesView): readonly ['no-data' | 'unavailable', string] | null {
  if (view.observed.unflaggedRequests === 0) return ['no-data', 'no request was sent without traceparent'];
  if (view.observed.roots === null) return ['unavailable', 'not all traces that began could be counted'];
  if (isClockOff(view)) return ['no-data', 'spans have another time, so those of the load are not known'];
  if (lost(view).length + cutOff(view).length > 0) {
    return ['no-data', 'requests with traceparent also begin new traces: it is not known which request began which'];
  }
  return null;
}

function tracesBegun(view: TracesView): number {
  const roots = (view.observed.roots ?? []).filter(
    ({ name, kind }) => kind === 'server' || view.roleOf({ name })?.signal === 'http.request',
  );
  return roots.reduce((sum, { count }) => sum + count, 0);
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
