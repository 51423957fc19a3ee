import { describe, expect, it } from 'vitest';
import type { EndpointRecording } from '../lib/core/recording.ts';
import { histogramOf } from '../test/support/histogram.ts';
import { answeredShare, overallPercentileUs } from './latency.ts';

function recordingOf(answered: readonly number[], failed: number, dropped: number): EndpointRecording {
  const histogram = histogramOf(answered);
  const second = {
    second: 1,
    count: answered.length + failed,
    failed: { status_500: failed },
    dropped,
    over: [],
    sumUs: 0,
    histogram,
  };
  return { endpoint: 'health', limitsUs: [], seconds: [second], total: histogram, traces: [] };
}
const hundred = Array.from({ length: 100 }, (_, at) => at + 1);

describe('a percentile over all samples', () => {
  it.each([
    ['is the histogram’s when all were answered', recordingOf(hundred, 0, 0), 95, 95],
    ['moves up by what failed', recordingOf(hundred, 5, 0), 50, 53],
    ['counts dropped ones as failed', recordingOf(hundred, 0, 5), 50, 53],
    ['is the slowest answer at the very share that was answered', recordingOf(hundred.slice(0, 95), 5, 0), 95, 95],
    ['falls among the unanswered beyond it', recordingOf(hundred.slice(0, 95), 5, 0), 96, 'unanswered'],
    ['falls among the unanswered when nothing was answered', recordingOf([], 3, 0), 50, 'unanswered'],
    ['is nothing without samples', recordingOf([], 0, 0), 50, null],
  ] as const)('%s', (_sentence, recording, percentile, expected) => {
    expect(overallPercentileUs(recording, percentile)).toBe(expected);
  });

  it('says what share was answered, none without samples', () => {
    expect(answeredShare(recordingOf(hundred, 0, 25))).toBe(0.8);
    expect(answeredShare(recordingOf([], 0, 0))).toBe(0);
  });
});
