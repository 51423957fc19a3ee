/** What a person sees of a load while it runs. */
import { afterEach, expect, test, vi } from 'vitest';
import { makeFacts } from '../../test/support/facts.ts';
import type { Progress } from '../core/run.ts';
import { ProgressMeter } from './progress.ts';

afterEach(() => void vi.useRealTimers());

/** So many failed samples of each endpoint, after a second. */
function shownOf(failed: Readonly<Record<string, number>>): Progress | undefined {
  vi.useFakeTimers();
  const figures = { count: 100, p50Us: null, p95Us: null, p99Us: null, maxUs: null };
  const endpoints = Object.entries(failed).map(([endpoint, count]) => ({
    endpoint,
    failed: count,
    dropped: 0,
    ...figures,
  }));
  let shown: Progress | undefined;
  const meter = new ProgressMeter({
    plan: makeFacts().plan,
    look: () => ({ endpoints, iterations: {}, dropped: {}, cpuUs: null, peakRssBytes: null }),
    onProgress: (progress) => {
      shown = progress;
    },
  });
  vi.advanceTimersByTime(1_000);
  meter.stop();
  return shown;
}

test('requests, pings and seconds without a socket fail', () => {
  expect(shownOf({ health: 1, 'agent-response': 2, 'ws-ping': 4, 'ws-uptime': 8 })?.failed).toBe(15);
});

/** Aragora 2.11.1 answers the list from a cache of 30 s, so that each answer at first has no debate of the load: an innocent one. */
test('what a client notices of an answer is no failed request', () => {
  expect(shownOf({ health: 0, 'list-holding': 453, 'start-lateness': 1 })?.failed).toBe(0);
});
