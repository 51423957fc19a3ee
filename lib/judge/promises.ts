/** Judges objectives that are shares and not latencies: availability, uptime, external monitor. */

import type { Finding } from '../core/finding.ts';
import { NOTHING_MEASURED } from '../core/finding.ts';
import { countText, intervalText, percentText } from '../core/numbers.ts';
import { type MonitorObservation, observationsOf } from '../core/observation.ts';
import type { AvailabilityObjective, ExternalObjective, UptimeObjective } from '../core/plan.ts';
import type { EndpointRecording } from '../core/recording.ts';
import { judgeShare, type Second } from '../stats/share.ts';
import { type BlamedShare, judgeBlamed, shareFields } from './blame.ts';
import type { Context } from './context.ts';
import { clusteringEvidence, failureEvidence, undeliveredEvidence, worstSecondEvidence } from './evidence.ts';
import { areSocketsGivenUp, excusedIn, whyGivenUp } from './excused.ts';
import { frameOf } from './frame.ts';
import { type Slot, slotsOf } from './series.ts';

/** 1 − target without the rounding error: 99.9 % allows 0.001. */
export function allowedShareOf(objective: { readonly target: number }): number {
  return Number((1 - objective.target).toPrecision(12));
}

/** At least `target` of all samples of the endpoints succeed. An endpoint that the plan uses and nobody answered counts as failed. */
export function judgeAvailability(context: Context, objective: AvailabilityObjective): Finding {
  const recordings = recordingsOf(context, objective.endpoints);
  const unanswered = objective.endpoints.reduce((sum, endpoint) => sum + context.unanswered(endpoint), 0);
  const slots = slotsOf(context.plan, recordings, unanswered, (_, second) => ({
    ...{ over: 0, overLevel: 0 },
    excused: excusedIn(context, second),
  }));
  const frame = { ...frameOf(objective), ...ratioFrame(objective) };
  if (slots.every((slot) => slot.count + slot.dropped === 0)) return noData(frame, objective.endpoints);
  const judged = ({ count, failed, excused }: Slot) => ({ count, bad: failed, failed: failed - excused });
  const share = judgeBlamed(slots, judged, context, { ...frame, slowIsOurs: whyGivenUp(context) });
  const missing = objective.endpoints.filter((endpoint) => !context.recording.endpoints.has(endpoint));
  return {
    ...frame,
    ...measuredRatio(share, frame.allowedShare, 'failed'),
    evidence: [
      ...failureEvidence(recordings),
      ...undeliveredEvidence(slots),
      ...worstSecondEvidence(slots, (slot) => slot.failed + slot.dropped + slot.unanswered, 'failed'),
      ...clusteringEvidence(share.verdict),
      ...(missing.length > 0 ? [{ label: 'not exercised', value: missing.join(', ') }] : []),
    ],
  };
}

const SLOT_US = 1e6;

/** Connected time divided by scheduled time: every sample is one second of one socket, and its value is the connected part of it in µs. */
export function judgeUptime(context: Context, objective: UptimeObjective): Finding {
  const recordings = recordingsOf(context, [objective.endpoint]);
  const slots = slotsOf(context.plan, recordings, context.unanswered(objective.endpoint));
  const frame = { ...frameOf(objective), ...ratioFrame(objective) };
  if (slots.every((slot) => slot.count + slot.dropped === 0)) return noData(frame, [objective.endpoint]);
  const lost = ({ count, sumUs }: Slot): number => Math.min(count, Math.max(0, count - sumUs / SLOT_US));
  const isOurs = areSocketsGivenUp(context);
  const share = judgeBlamed(
    slots,
    (slot) => ({ count: slot.count, bad: lost(slot), failed: isOurs ? 0 : lost(slot) }),
    context,
    { ...frame, slowIsOurs: whyGivenUp(context) },
  );
  return {
    ...frame,
    ...measuredRatio(share, frame.allowedShare, 'not connected'),
    evidence: [
      ...failureEvidence(recordings),
      ...undeliveredEvidence(slots),
      ...worstSecondEvidence(slots, (slot) => lost(slot) + slot.dropped + slot.unanswered, 'socket seconds lost'),
      ...clusteringEvidence(share.verdict),
    ],
  };
}

/**
 * What a status-page monitor reports: `{ pings, failed }`, and where it knows more, `stretches` of time with the same pings, because those
 * of one outage lie together. Without them its pings count as independent.
 */
export function judgeExternal(context: Context, objective: ExternalObjective): Finding {
  const kind = `monitor.${objective.monitor}` as const;
  const frame = { ...frameOf(objective), ...ratioFrame(objective) };
  const without = { ...NOTHING_MEASURED, ...frame, evidence: [] };
  const reported = observationsOf<MonitorObservation>(context.observations, kind);
  const observation = reported.find(({ status }) => status === 'collected') ?? reported[0];
  if (observation === undefined) {
    return {
      ...without,
      status: 'no-data',
      summary: `no ${objective.monitor} monitor is connected: only external pings can show it`,
    };
  }
  if (observation.status === 'unavailable') {
    return { ...without, status: 'unavailable', summary: `${observation.reason}; ${observation.hint}` };
  }
  const pings = pingsOf(observation.data);
  if (pings === null) {
    return {
      ...without,
      status: 'unavailable',
      summary: `${kind} gave no { pings, failed } with 0 ≤ failed ≤ pings`,
    };
  }
  const verdict = judgeShare(pings, frame.allowedShare, context.confidence);
  if (verdict.status === 'no-data')
    return { ...without, status: 'no-data', summary: `the ${objective.monitor} monitor has no ping yet` };
  const share = { verdict, status: verdict.status, undelivered: 0, reason: null };
  return { ...frame, ...measuredRatio(share, frame.allowedShare, 'failed'), evidence: [] };
}

/** Stretches of time in their order; null: it is not what a monitor can report. */
function pingsOf(data: unknown): readonly Second[] | null {
  if (typeof data !== 'object' || data === null || !('pings' in data) || !('failed' in data)) return null;
  const { pings, failed } = data;
  if (typeof pings !== 'number' || typeof failed !== 'number') return null;
  if (!(failed >= 0 && failed <= pings && Number.isFinite(pings))) return null;
  return 'stretches' in data ? stretchesOf(data.stretches) : [{ count: pings, bad: failed }];
}

function stretchesOf(value: unknown): Second[] | null {
  if (!Array.isArray(value)) return null;
  const stretches = value.flatMap((one: unknown): Second[] => {
    if (typeof one !== 'object' || one === null || !('count' in one) || !('bad' in one)) return [];
    const { count, bad } = one;
    return typeof count === 'number' && typeof bad === 'number' && bad >= 0 && bad <= count ? [{ count, bad }] : [];
  });
  return stretches.length === value.length ? stretches : null;
}

export function recordingsOf(context: Context, endpoints: AvailabilityObjective['endpoints']): EndpointRecording[] {
  return endpoints.flatMap((endpoint) => context.recording.endpoints.get(endpoint) ?? []);
}

function ratioFrame(objective: { readonly target: number }) {
  return {
    operator: '>=',
    unit: 'ratio',
    expected: objective.target,
    allowedShare: allowedShareOf(objective),
  } as const;
}

export type Frame = Pick<
  Finding,
  'id' | 'system' | 'subject' | 'gating' | 'source' | 'operator' | 'unit' | 'expected' | 'allowedShare'
>;

export function noData(frame: Frame, endpoints: readonly string[]): Finding {
  return {
    ...NOTHING_MEASURED,
    ...frame,
    status: 'no-data',
    summary: `no sample of ${endpoints.join(', ')} was recorded`,
    evidence: [],
  };
}

function measuredRatio(share: BlamedShare, allowedShare: number, word: string) {
  const { verdict, reason } = share;
  const actual = verdict.share === null ? null : 1 - verdict.share;
  const interval = verdict.interval === null ? '' : `  ${intervalText(verdict.interval, allowedShare)} ${word}`;
  const measured = actual === null ? 'nothing measured' : `measured ${percentText(actual)}`;
  return {
    ...shareFields(share, allowedShare),
    actual,
    margin: marginOf(verdict.share, allowedShare),
    summary: `${measured}  n=${countText(verdict.samples)}${interval}${reason === null ? '' : `; ${reason}`}`,
  };
}

/**
 * The part of the allowed share that is left: 1 with nothing bad, 0 at the limit. A target of 100 % allows nothing, so there the margin is
 * minus the bad share.
 */
function marginOf(share: number | null, allowedShare: number): number | null {
  if (share === null) return null;
  return allowedShare === 0 ? -share : (allowedShare - share) / allowedShare;
}
