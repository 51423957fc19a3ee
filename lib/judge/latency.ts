/** Judges a latency objective: which samples are over the limit, and what was measured. */
import type { Finding } from '../core/finding.ts';
import { NOTHING_MEASURED } from '../core/finding.ts';
import { countText, intervalText, msText, relativeText } from '../core/numbers.ts';
import type { LatencyObjective } from '../core/plan.ts';
import type { EndpointRecording } from '../core/recording.ts';
import { referenceShare, withinReach } from '../stats/share.ts';
import { type BlamedShare, judgeBlamed, shareFields } from './blame.ts';
import type { Context } from './context.ts';
import { clusteringEvidence, failureEvidence, undeliveredEvidence, worstSecondEvidence } from './evidence.ts';
import { excusedIn } from './excused.ts';
import { frameOf } from './frame.ts';
import { spoiltByLateness } from './generator.ts';
import { onlyRefused, withoutLatency } from './refusals.ts';
import { type Counted, type Slot, slotsOf } from './series.ts';

/** P95 allows 5 %. Written so that 1 − 0.95 does not come out slightly larger. */
export function allowedShareOf(objective: LatencyObjective): number {
  return Number(((100 - objective.percentile) / 100).toPrecision(12));
}

export function judgeLatency(context: Context, objective: LatencyObjective): Finding {
  const allowedShare = allowedShareOf(objective);
  const frame = {
    ...frameOf(objective),
    operator: '<=',
    unit: 'ms',
    expected: objective.limitMs,
    allowedShare,
  } as const;
  const recording = context.recording.endpoints.get(objective.endpoint);
  const slots = recording === undefined ? [] : latencySlots(context, objective, recording);
  const nothing = { ...NOTHING_MEASURED, ...frame, status: 'no-data' } as const;
  if (recording === undefined || slots.every((slot) => slot.count + slot.dropped === 0))
    return { ...nothing, summary: `no sample of ${objective.endpoint} was recorded`, evidence: [] };
  const refused = onlyRefused(recording);
  if (refused !== undefined && slots.every(({ unanswered }) => unanswered === 0))
    return { ...nothing, summary: refused, evidence: failureEvidence([recording]) };
  const levelled = referenceLevelUs(objective, recording) !== null;
  const judged = ({ count, failed, excused, over, overLevel }: Slot) => ({
    count,
    bad: over + failed,
    failed: failed - excused,
    overLevel: levelled ? overLevel + failed : undefined,
  });
  const slowIsOurs = whySlowMayBeOurs(context, objective);
  const share = judgeBlamed(slots, judged, context, { allowedShare, slowIsOurs });
  const actual = percentileMs(objective.percentile, recording, share.verdict.samples);
  return {
    ...frame,
    ...shareFields(share, allowedShare),
    actual,
    margin: actual === null ? null : (objective.limitMs - actual) / objective.limitMs,
    summary: summarise(objective, actual === null ? withoutLatency(recording) : actual, share),
    evidence: [
      ...percentileEvidence(recording),
      ...failureEvidence([recording]),
      ...undeliveredEvidence(slots),
      ...worstSecondEvidence(slots, (slot) => slot.over + slot.failed + slot.dropped + slot.unanswered, 'over'),
      ...clusteringEvidence(share.verdict),
    ],
  };
}

/** Why the generator may have caused what looks like latency; null when it can't have. */
export function whySlowMayBeOurs(
  { generator, recording, plan, isPhased }: Context,
  objective: LatencyObjective,
): string | null {
  if (generator.kind === 'starved') return generator.why;
  const why = spoiltByLateness(objective, allowedShareOf(objective), recording);
  if (why !== null || !isPhased) return why;
  // A phase is short. A machine that was late for another of its objectives is no witness of a slow server in it.
  for (const other of plan.objectives) {
    if (other.kind !== 'latency' || !other.gating) continue;
    const late = spoiltByLateness(other, allowedShareOf(other), recording);
    if (late !== null) return `${late} of ${other.subject}`;
  }
  return null;
}

function latencySlots(context: Context, objective: LatencyObjective, recording: EndpointRecording): Slot[] {
  const limitUs = Math.round(objective.limitMs * 1000);
  const limitAt = recording.limitsUs.indexOf(limitUs);
  const levelUs = referenceLevelUs(objective, recording);
  return slotsOf(
    context.plan,
    [recording],
    context.unanswered(objective.endpoint),
    (_, second): Counted => ({
      // A limit that was not counted while recording is read from the histogram, with its four digits.
      over: second.over[limitAt] ?? second.histogram.countOverUs(limitUs),
      overLevel: levelUs === null ? 0 : second.histogram.countOverUs(levelUs),
      excused: excusedIn(context, second),
    }),
  );
}

/** The run's own percentile whose exceedances show how bad samples would cluster; null when the limit is out of the run's reach. */
function referenceLevelUs(objective: LatencyObjective, { total }: EndpointRecording): number | null {
  const median = total.percentileUs(50);
  const max = total.maxUs;
  if (median === null || max === null) return null;
  if (!withinReach({ limit: objective.limitMs * 1000, median, max })) return null;
  return total.percentileUs(100 * (1 - referenceShare(total.count, allowedShareOf(objective))));
}

/** The percentile over all samples; those without a latency count as slower than every other. null when it falls among them. */
function percentileMs(percentile: number, { total }: EndpointRecording, samples: number): number | null {
  if (total.count === 0) return null;
  const amongAnswered = (percentile * samples) / total.count;
  if (amongAnswered > 100) return null;
  const us = total.percentileUs(amongAnswered);
  return us === null ? null : us / 1000;
}

/** @param actual what was measured, ms; in words where no latency was. */
function summarise(objective: LatencyObjective, actual: number | string, share: BlamedShare): string {
  const { verdict, reason } = share;
  const measured =
    typeof actual === 'string'
      ? `p${objective.percentile} falls among ${actual}`
      : `measured ${msText(actual)} (${relativeText(actual / objective.limitMs - 1)})`;
  const interval =
    verdict.interval === null ? '' : `  ${intervalText(verdict.interval, allowedShareOf(objective))} over`;
  return `${measured}  n=${countText(verdict.samples)}${interval}${reason === null ? '' : `; ${reason}`}`;
}

function percentileEvidence({ total }: EndpointRecording): Finding['evidence'] {
  if (total.maxUs === null) return [{ label: 'latencies', value: 'none: no sample was answered' }];
  const named = [50, 95, 99].map(
    (percentile) => `p${percentile} ${msText((total.percentileUs(percentile) ?? 0) / 1000)}`,
  );
  return [{ label: 'latencies', value: `${named.join(', ')}, max ${msText(total.maxUs / 1000)}` }];
}
