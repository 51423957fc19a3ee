/** A few latencies of clients that are too short accuse no server. */
import { beforeAll, describe, expect, test } from 'vitest';
import { histogramOf } from '../../../../test/support/histogram.ts';
import type { MetricsInput } from '../../../../test/support/judge-metrics.ts';
import { changedRun, DURATION, family, findingOf } from '../../../../test/support/metrics-changes.ts';
import { sharedRun } from '../../../../test/support/metrics-run.ts';
import type { EndpointRecording } from '../../../core/recording.ts';

let run: MetricsInput;
beforeAll(async () => {
  run = await sharedRun();
});

const SERVED_SEC = 0.06;
const PERCENTILES = 'request_duration_seconds.percentiles';
const MEAN = 'request_duration_seconds.mean';

/** A server that holds each consensus for 60 ms, and clients that measured this. */
function held(
  clientsMs: readonly number[],
  latenessMs: readonly number[] = [],
  sumSec = SERVED_SEC * clientsMs.length,
) {
  const input = changedRun(run, (copy) => {
    for (const { name, labels, values } of family(copy, DURATION).series) {
      if (labels['endpoint'] !== '/api/debates/{id}/convergence') continue;
      const isUnder = labels['le'] !== undefined && labels['le'] !== '+Inf' && Number(labels['le']) < SERVED_SEC;
      values.fill(0);
      values[values.length - 1] = isUnder ? 0 : name.endsWith('_sum') ? sumSec : clientsMs.length;
    }
  });
  const endpoints = new Map(input.recording.endpoints);
  endpoints.set('consensus', recorded('consensus', clientsMs));
  endpoints.set('start-lateness', recorded('start-lateness', latenessMs));
  return { ...input, recording: { ...input.recording, endpoints } };
}

function recorded(endpoint: string, ms: readonly number[]): EndpointRecording {
  const total = histogramOf(ms.map((one) => one * 1000));
  const sumUs = ms.reduce((sum, one) => sum + one * 1000, 0);
  const second = { second: 1, count: ms.length, failed: {}, dropped: 0, over: [], sumUs, histogram: total };
  return { endpoint, limitsUs: [], seconds: [second], total, traces: [] };
}

/** Of 200 answers. */
const withShort = (short: number) => [...Array<number>(short).fill(2), ...Array<number>(200 - short).fill(90)];

describe('answers that reached clients before the server says that it gave them', () => {
  test('are allowed where they are a few', () => {
    for (const short of [0, 2]) expect(findingOf(held(withShort(short)), PERCENTILES)?.status).toBe('pass');
  });

  test('accuse a server where they are many', () => {
    expect(findingOf(held(withShort(40)), PERCENTILES)).toMatchObject({
      status: 'fail',
      evidence: expect.arrayContaining([
        expect.objectContaining({ value: expect.stringContaining('40 answers reached clients within 10 ms') }),
      ]),
    });
  });

  test('accuse none where arrivals were as often as late as its answers', () => {
    const standing = [...Array<number>(40).fill(100), ...Array<number>(60).fill(1)];
    const finding = findingOf(held(withShort(40), standing), PERCENTILES);
    expect(finding?.status).toBe('inconclusive');
    expect(finding?.summary).toContain('the generator stood still at times');
    const quick = [...Array<number>(40).fill(4), ...Array<number>(60).fill(1)];
    expect(findingOf(held(withShort(40), quick), PERCENTILES)?.status).toBe('fail');
  });

  test('are missing from the sum of what clients waited', () => {
    const one = [2, ...Array<number>(20).fill(61)];
    expect(findingOf(held(one), MEAN)?.status).toBe('pass');
    expect(findingOf(held(one, [], 1.6 * SERVED_SEC * one.length), MEAN)?.status).toBe('fail');
    const standing = [...Array<number>(60).fill(200), ...Array<number>(40).fill(1)];
    expect(findingOf(held(one, standing, 1.6 * SERVED_SEC * one.length), MEAN)?.status).toBe('inconclusive');
  });

  test('are not looked for without any answer', () => {
    const none = { ...run, recording: { ...run.recording, endpoints: new Map() } };
    expect(findingOf(none, PERCENTILES)?.status).toBe('no-data');
  });
});

describe('a server that was interrupted between its answer and its look at the clock', () => {
  /** Of 100 consensus checks of 60 ms, which reached their clients in 61 ms, so many seem to take 0.9 s. */
  const interrupted = (long: number) => {
    const input = held(Array<number>(100).fill(61), [], SERVED_SEC * (100 - long) + 0.9 * long);
    const copy = changedRun(input, (mutable) => {
      for (const { labels, values } of family(mutable, DURATION).series) {
        const le = Number(labels['le']?.replace('+Inf', 'Infinity'));
        if (labels['endpoint'] === '/api/debates/{id}/convergence' && le >= SERVED_SEC && le < 0.9)
          values[values.length - 1] = 100 - long;
      }
    });
    return findingOf(copy, MEAN);
  };

  test('is not accused where that is seldom', () => {
    expect(interrupted(0)?.status).toBe('pass');
    expect(interrupted(2)).toMatchObject({ status: 'inconclusive', summary: expect.stringContaining('interrupted') });
  });

  test('can not have been interrupted at one answer in five', () => {
    expect(interrupted(20)?.status).toBe('fail');
  });
});
