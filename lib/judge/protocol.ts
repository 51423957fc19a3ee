/** Judges properties of what clients get: one sample refutes such a property, or a share of them, or all of them together. */
import { endpointsInRole } from '../core/endpoint.ts';
import { leastOf } from '../core/extent.ts';
import { type Finding, NOTHING_MEASURED } from '../core/finding.ts';
import { countText, percentText, plural } from '../core/numbers.ts';
import type { ProtocolObjective, Tolerance } from '../core/plan.ts';
import { type EndpointRecording, failedCount } from '../core/recording.ts';
import { sampleOutcome } from '../core/sample-outcome.ts';
import { plannedJourneys } from '../core/timeline.ts';
import { judgeShare } from '../stats/share.ts';
import type { Context } from './context.ts';
import { failureEvidence } from './evidence.ts';
import { frameOf } from './frame.ts';
import { type Frame, noData, recordingsOf } from './promises.ts';
import { type Slot, slotsOf } from './series.ts';

/** It needs at least one sample that kept the property. If the generator was not fit, waiting in vain blames nobody. */
export function judgeProtocol(context: Context, objective: ProtocolObjective): Finding {
  const { endpoint, tolerance } = objective;
  const recordings = recordingsOf(context, [endpoint]);
  const slots = slotsOf(context.plan, recordings, 0);
  const frame = { ...frameOf(objective), operator: '==', unit: 'count', expected: 0, allowedShare: null } as const;
  if (slots.every(({ count }) => count === 0))
    return noData(tolerance?.kind === 'where-given' ? { ...frame, gating: false } : frame, [endpoint]);
  const property: Property = { context, frame, recordings, slots };
  if (tolerance?.kind === 'seen-once') return seenOnce(property, tolerance.afterSec);
  if (tolerance?.kind === 'habit' && isHabit(property, tolerance.outcome)) return unusual(property);
  return neverBroken(property, tolerance);
}

interface Property {
  readonly context: Context;
  readonly frame: Frame;
  readonly recordings: readonly EndpointRecording[];
  readonly slots: readonly Slot[];
}

function neverBroken({ context, frame, recordings, slots }: Property, tolerance: Tolerance | undefined): Finding {
  const { samples, bad } = sumOf(slots);
  const isOurs = context.generator.kind !== 'fit' && recordings.every(isWaitingAlone);
  const allowed = tolerance?.kind === 'share' ? tolerance.share : 0;
  const isFew = allowed > 0 && judgeShare(slots.map(asBad), allowed, context.confidence).status !== 'fail';
  const why = isOurs
    ? `; the generator may have done it: ${context.generator.why}`
    : isFew
      ? `; not proven to be more than ${percentText(allowed)}`
      : '';
  return {
    ...measured(frame, { samples, bad }),
    status: bad === 0 ? 'pass' : why === '' ? 'fail' : 'inconclusive',
    summary:
      bad === 0
        ? `kept in all of ${plural(samples, 'sample')}`
        : `broken in ${countText(bad)} of ${plural(samples, 'sample')}${why}`,
    evidence: failureEvidence(recordings),
  };
}

/** Whether nothing but this outcome is wrong, and no sample shows that the server ever does what it says is missing. */
function isHabit({ recordings, slots }: Property, outcome: string): boolean {
  const lacking = recordings
    .flatMap(({ seconds }) => seconds)
    .reduce((sum, { failed }) => sum + (failed[outcome] ?? 0), 0);
  return lacking === sumOf(slots).bad && recordings.every(({ total: { maxUs } }) => (maxUs ?? 0) < SHOWN_US);
}

/** A value of 1 ms shows it. The histogram has no 0, and takes the least that it has. */
const SHOWN_US = 500;

/** No document promises what it never does, so that does not gate. */
function unusual({ frame, recordings }: Property): Finding {
  const summary = 'this server never does what could be checked';
  return { ...noData({ ...frame, gating: false }, []), summary, evidence: failureEvidence(recordings) };
}

/** This kind says that something is missing; every other leaves it open. */
const MISSING = 'none-of-ours';

/** @param afterSec so long after clients started something, nobody owes a good sample. */
function seenOnce({ context, frame, recordings, slots }: Property, afterSec: number): Finding {
  const from = firstStartedBy(context) + afterSec;
  const all = sumOf(slots);
  const late = sumOf(slots.filter(({ second }) => second >= from));
  const missing = recordings
    .flatMap(({ seconds }) => seconds)
    .reduce((sum, { second, failed }) => (second >= from ? sum + (failed[MISSING] ?? 0) : sum), 0);
  const seen = `seen in ${countText(all.samples - all.bad)} of ${plural(all.samples, 'sample')}`;
  const evidence = failureEvidence(recordings);
  if (missing > 0) {
    const summary = `${seen}; missing in ${countText(missing)} later than ${afterSec} s after ${SINCE}`;
    return { ...measured(frame, { samples: all.samples, bad: missing }), status: 'fail', summary, evidence };
  }
  if (all.bad < all.samples)
    return { ...measured(frame, { samples: all.samples, bad: 0 }), status: 'pass', summary: seen, evidence: [] };
  if (late.samples > 0) {
    const summary = `${seen}; other pages may have what is missing`;
    return { ...measured(frame, all), status: 'inconclusive', summary, evidence };
  }
  const summary = `not asked for later than ${afterSec} s after ${SINCE}, and an answer may be that old`;
  return { ...noData({ ...frame, gating: false }, []), summary };
}

const SINCE = 'the first debate of the load';

/**
 * The second (Unix) by which clients had started a debate; where none did, the first second in which any was answered. A load may begin
 * long before its first arrival, on a slow machine.
 */
function firstStartedBy({ plan, load, recording }: Context): number {
  const creations = endpointsInRole(plannedJourneys(plan), 'starts-debate').flatMap(
    (endpoint) => recording.endpoints.get(endpoint)?.seconds ?? [],
  );
  const created = creations.filter(({ count, failed }) => count > failedCount(failed)).map(({ second }) => second + 1);
  if (created.length > 0) return leastOf(created);
  const answered = [...recording.endpoints.values()].flatMap(({ seconds: [first] }) => first?.second ?? []);
  return Math.min(Number.POSITIVE_INFINITY, ...answered.map((second) => Math.max(second, load.startedAtMs / 1000)));
}

function measured(frame: Frame, { samples, bad }: { readonly samples: number; readonly bad: number }) {
  return { ...NOTHING_MEASURED, ...frame, actual: bad, margin: bad === 0 ? 0 : -bad / samples, samples, bad };
}

function sumOf(slots: readonly Slot[]): { samples: number; bad: number } {
  return {
    samples: slots.reduce((sum, { count }) => sum + count, 0),
    bad: slots.reduce((sum, { failed }) => sum + failed, 0),
  };
}

const asBad = ({ count, failed, stratum }: Slot) => ({ count, bad: failed, stratum });

/** Whether the client gave up waiting each time. A client that itself stood still gives up although the answer is there. */
function isWaitingAlone({ seconds }: EndpointRecording): boolean {
  return seconds.every(({ failed }) => Object.keys(failed).every((kind) => sampleOutcome(kind).gaveUp));
}
