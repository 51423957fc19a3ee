/**
 * How many latencies of HTTP requests may be too short, so that they are no upper bound of what the server says.
 *
 * k6 measures from when it wrote a request. If the system takes the CPU from it just then, for longer than the answer takes, k6 learns too
 * late that it wrote the request, and counts only the last part of the answer. Times that a journey takes by its own clock are whole.
 */
import { START_LATENESS } from '../core/endpoint.ts';
import type { LatencyHistogram, Recording } from '../core/recording.ts';
import { clopperPearson } from '../stats/binomial.ts';
import { type Judged, type Share, shareOf } from './shares.ts';

/** Of a generator that is not known to stand still. */
const FEW = 0.01;
const CONFIDENCE = 0.95;

/** What a finding says of clients that contradict the server. */
export const TOO_SHORT = 'the generator stood still at times, so it may have measured only a part of these answers';

export interface Contradicting {
  readonly bad: number;
  /** Of so many that may have been measured too short. */
  readonly samples: number;
  /** Each answer took at least so long, if the server is right. */
  readonly leastMs: number;
}

/**
 * `few`: so many may always be too short. `stood-still`: arrivals started late so often that it may have happened to all of these. null: the
 * server is wrong.
 */
export function excuseOf(
  { bad, samples, leastMs }: Contradicting,
  recording: Pick<Recording, 'endpoints'>,
): 'few' | 'stood-still' | null {
  const { lower } = clopperPearson({ bad: Math.min(bad, samples), samples, confidence: CONFIDENCE });
  if (lower <= FEW) return 'few';
  return lower <= shareStoodStill(recording, leastMs) ? 'stood-still' : null;
}

export interface ByLatency {
  readonly recording: Pick<Recording, 'endpoints'>;
  /** How long the server says that those took which their clients rule out; the middle one counts. */
  readonly saidMs: readonly number[];
}

/** Like `shareOf`, where the latencies of clients show what is wrong. */
export function shareByLatency(
  all: readonly Judged[],
  allowed: number,
  { recording, saidMs }: ByLatency,
): Share & { readonly isExcused: boolean } {
  const share = shareOf(all, allowed);
  const ascending = saidMs.filter((ms) => ms > 0).sort((a, b) => a - b);
  const stoodStill = shareStoodStill(recording, ascending[Math.floor(ascending.length / 2)] ?? Infinity);
  const isExcused = share.status === 'fail' && stoodStill > allowed && shareOf(all, stoodStill).status !== 'fail';
  return { ...share, status: isExcused ? 'inconclusive' : share.status, isExcused };
}

/** How much may be missing from the sum of latencies: a few of them, or the longest one. */
export function missingSec(sumSec: number, { maxUs }: Pick<LatencyHistogram, 'maxUs'>): number {
  return Math.max(sumSec * FEW, (maxUs ?? 0) / 1e6);
}

/** Whether a sum may lack so much because the generator stood still as often and as long as answers took, which is `meanMs`. */
export function isSumExcused(
  { sumSec, lackingSec, meanMs }: Readonly<Record<'sumSec' | 'lackingSec' | 'meanMs', number>>,
  recording: Pick<Recording, 'endpoints'>,
): boolean {
  return lackingSec <= (sumSec + lackingSec) * shareStoodStill(recording, meanMs);
}

/** A generator that stands still for so long starts the arrivals late that are due meanwhile. */
function shareStoodStill({ endpoints }: Pick<Recording, 'endpoints'>, forMs: number): number {
  const lateness = endpoints.get(START_LATENESS)?.total;
  return lateness === undefined || lateness.count === 0 ? 0 : lateness.countOverUs(forMs * 1000) / lateness.count;
}
