/**
 * Decides whether a share of bad samples stays within the allowed share, from counts per second. Pure: no clock, no disk, no randomness.
 * docs/verdict.md explains it and has its calibration.
 */
import type { ShareInterval, Status } from '../core/finding.ts';
import { clopperPearson } from './binomial.ts';
import { designEffect } from './clustering.ts';

/** One-sided confidence of each bound. */
export const CONFIDENCE = 0.95;

/** One second. Seconds without samples belong in the series too, with zeros. */
export interface Second {
  /** Samples, ≥ 0. */
  readonly count: number;
  /** Bad samples, 0 … count; fractions are allowed (connected time). */
  readonly bad: number;
  /** Samples over the series' own reference level (see `referenceShare`), bad ones included. Absent: there is no such level. */
  readonly overLevel?: number | undefined;
  /** Seconds of one load step share a stratum. Absent: all seconds do. */
  readonly stratum?: number | undefined;
}

export interface ShareVerdict {
  readonly status: Exclude<Status, 'unavailable'>;
  readonly samples: number;
  readonly bad: number;
  /** bad / samples; null without samples. */
  readonly share: number | null;
  /** Clopper–Pearson bounds of the share, for the effective samples; null without samples. */
  readonly interval: ShareInterval | null;
  /** samples / designEffect; null without samples. */
  readonly effectiveSamples: number | null;
  /** ≥ 1: how many samples are worth one independent sample. */
  readonly designEffect: number;
  /** How many more samples would decide it, if share and clustering stay the same; null when decided, or when no number would. */
  readonly furtherSamples: number | null;
}

/**
 * pass: the upper bound is at most `allowedShare`; fail: the lower bound is above it; inconclusive: neither; no-data: no sample. The bounds
 * count effective samples. Their clustering is that of the bad samples or of those over the reference level, whichever is stronger.
 */
export function judgeShare(seconds: readonly Second[], allowedShare: number, confidence = CONFIDENCE): ShareVerdict {
  const samples = seconds.reduce((sum, second) => sum + second.count, 0);
  const bad = seconds.reduce((sum, second) => sum + second.bad, 0);
  if (samples === 0) return { ...NOTHING, samples, bad };
  const effect = Math.max(clusteringOfBad(seconds, confidence), clusteringOfLevel(seconds, confidence));
  const interval = boundsOf(bad, samples, effect, confidence);
  const status = statusOf(interval, allowedShare);
  return {
    status,
    samples,
    bad,
    share: bad / samples,
    interval,
    effectiveSamples: samples / effect,
    designEffect: effect,
    furtherSamples:
      status === 'inconclusive' ? furtherSamples({ bad, samples, effect, allowedShare, confidence }) : null,
  };
}

const NOTHING = {
  status: 'no-data',
  share: null,
  interval: null,
  effectiveSamples: null,
  designEffect: 1,
  furtherSamples: null,
} as const;

function clusteringOfBad(seconds: readonly Second[], confidence: number): number {
  const tallies = seconds.map(({ count, bad, stratum }) => ({ count, events: bad, stratum }));
  return designEffect(tallies, confidence);
}

function clusteringOfLevel(seconds: readonly Second[], confidence: number): number {
  if (!seconds.some((second) => second.overLevel !== undefined)) return 1;
  const tallies = seconds.map(({ count, overLevel = 0, stratum }) => ({ count, events: overLevel, stratum }));
  return designEffect(tallies, confidence);
}

function boundsOf(bad: number, samples: number, effect: number, confidence: number): ShareInterval {
  // After the division `bad` may be slightly larger than `samples` where both are equal.
  return clopperPearson({ bad: Math.min(bad, samples) / effect, samples: samples / effect, confidence });
}

function statusOf(interval: ShareInterval, allowedShare: number): 'pass' | 'fail' | 'inconclusive' {
  if (interval.upper <= allowedShare) return 'pass';
  return interval.lower > allowedShare ? 'fail' : 'inconclusive';
}

/** If it would take more samples than this, the share is practically at the limit, and no run decides it. */
const MOST_SAMPLES = 1e9;

interface Undecided {
  readonly bad: number;
  readonly samples: number;
  readonly effect: number;
  readonly allowedShare: number;
  readonly confidence: number;
}

function furtherSamples({ bad, samples, effect, allowedShare, confidence }: Undecided): number | null {
  const share = bad / samples;
  const decided = (total: number): boolean =>
    statusOf(boundsOf(share * total, total, effect, confidence), allowedShare) !== 'inconclusive';
  let enough = samples;
  while (!decided(enough)) {
    enough *= 2;
    if (enough > MOST_SAMPLES) return null;
  }
  let short = enough / 2;
  while (enough - short > 1) {
    const middle = Math.ceil((short + enough) / 2);
    if (middle >= enough) break;
    if (decided(middle)) enough = middle;
    else short = middle;
  }
  return Math.max(1, Math.ceil(enough - samples));
}

/** With fewer exceedances than this, their clustering can't be distinguished from chance. */
const REFERENCE_EVENTS = 30;

/**
 * The share of samples that should lie over the reference level. It is the allowed share, so the exceedances cluster as bad samples would
 * if the true share stood at the limit. It is larger where that would leave fewer than 30, and at most a half.
 */
export function referenceShare(samples: number, allowedShare: number): number {
  return Math.min(0.5, Math.max(allowedShare, REFERENCE_EVENTS / samples));
}

/** A limit is out of reach if it lies more than this many spreads (largest − median) above the median. */
const REACH = 3;

/**
 * Whether the limit belongs to the same tail as the samples seen. If it lies more than three spreads (largest − median) above the median,
 * going over it would be another kind of event than any seen (a stall). How the small variations cluster then says nothing about it.
 */
export function withinReach(values: { limit: number; median: number; max: number }): boolean {
  return values.limit <= values.median + REACH * (values.max - values.median);
}
