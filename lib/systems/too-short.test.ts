/** Which latencies may be too short to accuse a server. */
import { expect, test } from 'vitest';
import { histogramOf } from '../../test/support/histogram.ts';
import type { EndpointRecording } from '../core/recording.ts';
import { excuseOf, isSumExcused, missingSec, shareByLatency } from './too-short.ts';

/** A generator that started so many of 100 arrivals 100 ms late. */
function standing(late: number) {
  const total = histogramOf([...Array<number>(late).fill(100_000), ...Array<number>(100 - late).fill(1000)]);
  const lateness: EndpointRecording = { endpoint: 'start-lateness', limitsUs: [], seconds: [], total, traces: [] };
  return { endpoints: new Map([['start-lateness', lateness]]) };
}

test('one in a hundred always, and as many as arrivals were late by as much', () => {
  const idle = { endpoints: new Map() };
  expect(excuseOf({ bad: 2, samples: 228, leastMs: 10 }, idle)).toBe('few');
  expect(excuseOf({ bad: 20, samples: 228, leastMs: 10 }, idle)).toBeNull();
  expect(excuseOf({ bad: 20, samples: 228, leastMs: 10 }, standing(10))).toBe('stood-still');
  expect(excuseOf({ bad: 20, samples: 228, leastMs: 200 }, standing(10))).toBeNull();
  expect(excuseOf({ bad: 100, samples: 228, leastMs: 10 }, standing(10))).toBeNull();
});

test('so does a share of requests', () => {
  const judged = (bad: number) =>
    Array.from({ length: 100 }, (_, at) => ({
      ...{ traceId: String(at), group: 'health' },
      problems: at < bad ? ['too long'] : [],
    }));
  const share = (bad: number, late: number) =>
    shareByLatency(judged(bad), 0.05, { recording: standing(late), saidMs: [50, 60, 0] });
  expect(share(2, 0)).toMatchObject({ status: 'pass', isExcused: false });
  expect(share(30, 0)).toMatchObject({ status: 'fail', isExcused: false });
  expect(share(30, 40)).toMatchObject({ status: 'inconclusive', isExcused: true });
  expect(share(90, 40)).toMatchObject({ status: 'fail', isExcused: false });
});

test('a sum may lack a hundredth, or the longest', () => {
  expect(missingSec(100, { maxUs: 2_000_000 })).toBe(2);
  expect(missingSec(1000, { maxUs: 2_000_000 })).toBe(10);
  expect(missingSec(0, { maxUs: null })).toBe(0);
  const halved = { sumSec: 1, lackingSec: 1, meanMs: 50 };
  expect([40, 60].map((late) => isSumExcused(halved, standing(late)))).toEqual([false, true]);
});
