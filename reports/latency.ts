/** Percentiles over all samples of an endpoint; a failed or dropped sample counts as slower than any answer. */
import type { EndpointRecording } from '../lib/core/recording.ts';
import { endpointTotals } from './summary.ts';

/** Latency in µs; `unanswered` when the percentile falls among samples that never got an answer; null without samples. */
export type OverallPercentile = number | 'unanswered' | null;

/** Share (0–1) of an endpoint's samples that were answered; 0 without samples. */
export function answeredShare(recording: EndpointRecording): number {
  const { samples } = endpointTotals(recording);
  return samples === 0 ? 0 : Math.min(1, recording.total.count / samples);
}

/** `percentile` (0–100] of all samples. Its rank among the answered samples is higher by the share that was not answered. */
export function overallPercentileUs(recording: EndpointRecording, percentile: number): OverallPercentile {
  const answered = answeredShare(recording);
  if (endpointTotals(recording).samples === 0) return null;
  const rank = percentile / answered;
  return rank > 100 + 1e-9 ? 'unanswered' : recording.total.percentileUs(Math.min(100, rank));
}
