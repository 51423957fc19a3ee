/**
 * Owns what dropped and unanswered arrivals, and a starved generator, do to a verdict about a share.
 * Refuses to know what the share is of.
 */
import type { Finding } from '../core/finding.ts';
import { judgeShare, type Second, type ShareVerdict } from '../stats/share.ts';
import type { GeneratorFitness } from './generator.ts';
import type { Slot } from './series.ts';

/** Bad and counted samples of one second, apart from arrivals that nobody answered. */
export interface Judged {
  readonly count: number;
  readonly bad: number;
  readonly overLevel?: number | undefined;
}

export interface BlamedShare {
  readonly verdict: ShareVerdict;
  readonly status: ShareVerdict['status'];
  readonly undelivered: number;
  /** Why the status is not what the counts alone say; null when it is. */
  readonly reason: string | null;
}

/**
 * Dropped and unanswered arrivals count as bad. When the generator was fit they are the target's doing and may fail it; when that can't be
 * told they only keep it from passing. A starved generator turns a failed latency into an inconclusive one (`slowIsOurs`).
 */
export function judgeBlamed(
  slots: readonly Slot[],
  judged: (slot: Slot) => Judged,
  allowedShare: number,
  generator: GeneratorFitness,
  slowIsOurs: boolean,
): BlamedShare {
  const undelivered = slots.reduce((sum, slot) => sum + slot.dropped + slot.unanswered, 0);
  const verdict = judgeShare(
    slots.map((slot) => toSecond(slot, judged(slot), slot.dropped + slot.unanswered)),
    allowedShare,
  );
  const plain = { verdict, status: verdict.status, undelivered, reason: null };
  if (verdict.status !== 'fail' || generator.kind === 'fit') return plain;
  if (generator.kind === 'starved' && slowIsOurs) {
    return { ...plain, status: 'inconclusive', reason: `the generator was starved: ${generator.why}` };
  }
  if (undelivered === 0) return plain;
  const answered = judgeShare(
    slots.map((slot) => toSecond(slot, judged(slot), 0)),
    allowedShare,
  );
  if (answered.status === 'fail') return plain;
  const reason = `only arrivals without an answer put it over, and whether the target or the generator held them is not known: ${generator.why}`;
  return { ...plain, status: 'inconclusive', reason };
}

function toSecond(slot: Slot, { count, bad, overLevel }: Judged, undelivered: number): Second {
  return {
    count: count + undelivered,
    bad: bad + undelivered,
    overLevel: overLevel === undefined ? undefined : overLevel + undelivered,
    stratum: slot.stratum,
  };
}

/** The fields of a finding that a judged share fills. */
export function shareFields({ verdict, status }: BlamedShare, allowedShare: number) {
  return {
    status,
    samples: verdict.samples,
    effectiveSamples: verdict.effectiveSamples,
    bad: verdict.bad,
    interval: verdict.interval,
    allowedShare,
    furtherSamples: verdict.furtherSamples,
  } satisfies Partial<Finding>;
}
