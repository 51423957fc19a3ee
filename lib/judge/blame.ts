/** How dropped and unanswered arrivals, and an overloaded generator, change the verdict on a share. */
import type { Finding } from '../core/finding.ts';
import { judgeShare, type Second, type ShareVerdict } from '../stats/share.ts';
import type { Context } from './context.ts';
import type { Slot } from './series.ts';

/** Bad and counted samples of one second, without arrivals that nobody answered. */
export interface Judged {
  readonly count: number;
  readonly bad: number;
  /** Those of `bad` that an overloaded generator does not excuse: answered wrongly, or not at all. */
  readonly failed: number;
  readonly overLevel?: number | undefined;
}

export interface BlamedShare {
  readonly verdict: ShareVerdict;
  readonly status: ShareVerdict['status'];
  readonly undelivered: number;
  /** Why the status is not what the counts alone say; null when it is. */
  readonly reason: string | null;
}

export interface Blaming {
  readonly allowedShare: number;
  /**
   * Why the generator itself may have made samples slow, or stopped waiting for them. It turns a fail into inconclusive, unless other failures
   * alone are enough for a fail.
   */
  readonly slowIsOurs?: string | null;
}

/**
 * Dropped and unanswered arrivals count as bad. If the generator was fit, they are the target's fault and can fail it; if that is not
 * known, they can only keep it from passing.
 */
export function judgeBlamed(
  slots: readonly Slot[],
  judged: (slot: Slot) => Judged,
  { generator, confidence }: Pick<Context, 'generator' | 'confidence'>,
  { allowedShare, slowIsOurs = null }: Blaming,
): BlamedShare {
  const undelivered = slots.reduce((sum, slot) => sum + slot.dropped + slot.unanswered, 0);
  const seconds = (bad: (counts: Judged) => number, withUndelivered: boolean): Second[] =>
    slots.map((slot) => {
      const counts = judged(slot);
      return toSecond(slot, { ...counts, bad: bad(counts) }, withUndelivered ? slot.dropped + slot.unanswered : 0);
    });
  const verdict = judgeShare(
    seconds(({ bad }) => bad, true),
    allowedShare,
    confidence,
  );
  const plain = { verdict, status: verdict.status, undelivered, reason: null };
  if (verdict.status !== 'fail') return plain;
  const fails = (bad: (counts: Judged) => number, withUndelivered: boolean): boolean =>
    judgeShare(seconds(bad, withUndelivered), allowedShare, confidence).status === 'fail';
  const blameless = generator.kind === 'fit' || undelivered === 0;
  if (slowIsOurs !== null && !fails(({ failed }) => failed, blameless)) {
    return { ...plain, status: 'inconclusive', reason: `the generator was overloaded: ${slowIsOurs}` };
  }
  if (blameless || fails(({ bad }) => bad, false)) return plain;
  const reason = `only arrivals without an answer put it over the limit, and it is not known whether the target or the generator held them: ${generator.why}`;
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

/** The fields of a finding that come from a judged share. */
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
