import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drops, interval, PLAN, plain, recordsOf, SEED, samples, share } from '../../test/support/records.ts';
import type { IntervalRecord } from '../core/engine-protocol.ts';
import { EXIT_CODE } from '../core/error.ts';
import { failedCount } from '../core/recording.ts';
import { EncodedHistogram, encodeHistogram } from './histogram.ts';
import { Recorder } from './recorder.ts';

function recorded(records: readonly IntervalRecord[]): Recorder {
  const recorder = new Recorder(PLAN);
  for (const record of records) recorder.add(record);
  return recorder;
}

describe('a recorder', () => {
  test('counts each sample once, in its second', () => {
    fc.assert(
      fc.property(samples, drops, (list, dropped) => {
        const recording = recorded(recordsOf(list, dropped)).finish();
        for (const [endpoint, { seconds, total }] of recording.endpoints) {
          const ofEndpoint = list.filter((sample) => sample.endpoint === endpoint);
          const limitsUs = PLAN.limitsUs[endpoint] ?? [];
          const expected = seconds.map(({ second }) => {
            const ofSecond = ofEndpoint.filter((sample) => sample.second === second);
            const answered = ofSecond.filter(({ outcome }) => outcome === 'ok');
            return {
              second,
              count: ofSecond.length,
              sumUs: ofSecond.reduce((sum, { latencyUs }) => sum + latencyUs, 0),
              failed: ofSecond.length - answered.length,
              answered: answered.length,
              over: limitsUs.map((limit) => answered.filter(({ latencyUs }) => latencyUs > limit).length),
            };
          });
          // Compared at once, because a comparison takes longer than a recording.
          expect({
            answered: total.count,
            seconds: seconds.map(({ second, count, sumUs, failed, over, histogram }) => ({
              ...{ second, count, sumUs, over },
              failed: failedCount(failed),
              answered: histogram.count,
            })),
          }).toEqual({
            answered: ofEndpoint.filter(({ outcome }) => outcome === 'ok').length,
            seconds: expected.toSorted((a, b) => a.second - b.second),
          });
        }
      }),
      { seed: SEED },
    );
  });

  test('keeps one histogram of a second, whatever the engines, once no record of it has come for a while', () => {
    const values = Array.from({ length: 100 }, (_, engine) => 900 + engine * 7);
    const one = (value: number) => ({ count: 1, sumUs: value, over: [0, 0], histogram: encodeHistogram([value]) });
    const recordOf = (second: number, value: number) => interval(second, { endpoints: { health: one(value) } });
    const seconds = Array.from({ length: 60 }, (_, at) => at);
    const late = values.map((value) => recordOf(3, value));
    const recorder = recorded([
      ...seconds.flatMap((second) => values.map((value) => recordOf(second, value))),
      // An engine that had been silent sends what it has; these join what the others said of the same second.
      ...late,
      ...seconds.slice(0, 6).map((second) => recordOf(60 + second, 1)),
    ]);
    const histograms =
      recorder
        .finish()
        .endpoints.get('health')
        ?.seconds.map(({ histogram }) => histogram) ?? [];
    const kept = histograms.map((histogram) => histogram instanceof EncodedHistogram && histogram.parts.length);
    expect(kept.slice(0, 61)).toEqual(Array.from({ length: 61 }, () => 1));
    expect(histograms[2]?.buckets()).toEqual(new EncodedHistogram([encodeHistogram(values)]).buckets());
    expect(histograms[3]?.buckets()).toEqual(new EncodedHistogram([encodeHistogram([...values, ...values])]).buckets());
  });

  test('does not care in which order the records of a run come, nor how finely they are cut', () => {
    fc.assert(
      fc.property(samples, drops, fc.infiniteStream(fc.integer({ min: 0, max: 999 })), (list, dropped, dice) => {
        const fine = recordsOf(list, dropped);
        const keys = new Map(fine.map((record) => [record, dice.next().value]));
        const shuffled = fine.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
        const seconds = [...new Set(list.map(({ second }) => second))];
        const coarse = seconds.map((second) => {
          const ofSecond = list.filter((sample) => sample.second === second);
          const endpoints = [...new Set(ofSecond.map(({ endpoint }) => endpoint))];
          return interval(second, {
            endpoints: Object.fromEntries(
              endpoints.map((endpoint) => [
                endpoint,
                share(
                  endpoint,
                  ofSecond.filter((sample) => sample.endpoint === endpoint),
                ),
              ]),
            ),
          });
        });
        const expected = plain(recorded(fine).finish());
        expect(plain(recorded(shuffled).finish())).toEqual(expected);
        expect(plain(recorded([...coarse, ...recordsOf([], dropped)]).finish())).toEqual(expected);
      }),
      { seed: SEED },
    );
  });

  test('gives a dropped arrival to every endpoint that its journey owed, in its second', () => {
    const recording = recorded([
      interval(100, { dropped: { agents_0: 2, websocket_0: 1 } }),
      interval(101, { dropped: { agents_0: 1 } }),
    ]).finish();
    expect([...recording.endpoints.keys()]).toEqual(['debates-create', 'agent-response']);
    for (const { seconds } of recording.endpoints.values()) {
      expect(seconds.map(({ second, count, dropped }) => ({ second, count, dropped }))).toEqual([
        { second: 100, count: 0, dropped: 2 },
        { second: 101, count: 0, dropped: 1 },
      ]);
    }
    expect(recording.endpoints.get('agent-response')?.seconds[0]?.over).toEqual([0]);
    expect(recording.endpoints.get('agent-response')?.total.maxUs).toBeNull();
  });

  test('has nothing to say of a run without samples', () => {
    const recorder = recorded([interval(100), interval(101, { iterations: { health_0: 0 } })]);
    expect(recorder.finish().endpoints.size).toBe(0);
    expect(recorder.snapshot()).toEqual({
      endpoints: [],
      iterations: { health_0: 0 },
      dropped: {},
      cpuUs: null,
      peakRssBytes: null,
    });
  });

  test('reports at any moment what was recorded so far', () => {
    const recorder = new Recorder(PLAN);
    const health = {
      count: 4,
      failed: { status_500: 1 },
      over: [1, 0],
      sumUs: 100,
      histogram: encodeHistogram([1000, 2000, 20_000]),
    };
    recorder.add(
      interval(100, {
        endpoints: { health },
        iterations: { health_0: 4 },
        dropped: { health_0: 1 },
        cpuUs: 500,
        peakRssBytes: 9,
      }),
    );
    recorder.add(interval(101, { iterations: { health_0: 1 }, cpuUs: 700, peakRssBytes: 8 }));
    expect(recorder.snapshot()).toEqual({
      endpoints: [
        {
          endpoint: 'health',
          count: 4,
          failed: 1,
          dropped: 1,
          p50Us: 2000,
          p95Us: 20_000,
          p99Us: 20_000,
          maxUs: 20_000,
        },
      ],
      iterations: { health_0: 5 },
      dropped: { health_0: 1 },
      cpuUs: 700,
      peakRssBytes: 9,
    });
  });

  test('finishes more than once, and later records do not change an earlier recording', () => {
    const recorder = recorded([interval(100, { dropped: { health_0: 1 } })]);
    const early = recorder.finish();
    const before = plain(early);
    recorder.add(
      interval(100, {
        dropped: { health_0: 1 },
        endpoints: { health: { count: 1, over: [0, 0], sumUs: 5, histogram: encodeHistogram([5]) } },
      }),
    );
    expect(plain(early)).toEqual(before);
    expect(recorder.finish().endpoints.get('health')?.seconds[0]?.dropped).toBe(2);
  });
});

describe('a recorder refuses a record', () => {
  const histogram = encodeHistogram([1000]);
  const cases: Record<string, [Partial<IntervalRecord>, RegExp]> = {
    'whose histogram lacks a sample': [
      { endpoints: { health: { count: 2, over: [0, 0], sumUs: 1, histogram } } },
      /health in second 7 .*2 answered samples, got 1/,
    ],
    'without a histogram for its answered samples': [
      { endpoints: { health: { count: 2, over: [0, 0], sumUs: 1 } } },
      /2 answered samples, got 0/,
    ],
    'whose histogram cannot be read': [
      { endpoints: { health: { count: 1, over: [0, 0], sumUs: 1, histogram: 'AAAA' } } },
      /readable histogram, got not an HdrHistogram/,
    ],
    'with other limits than the plan': [
      { endpoints: { health: { count: 1, over: [0], sumUs: 1, histogram } } },
      /2 over-limit counts, got 1/,
    ],
    'with limits where the plan has none': [
      { endpoints: { 'ws-ping': { count: 1, over: [0], sumUs: 1, histogram } } },
      /0 over-limit counts, got 1/,
    ],
    'of an endpoint that no journey of the plan has': [
      { endpoints: { heath: { count: 1, sumUs: 1, histogram } } },
      /the endpoint "heath", which no journey of the plan declares \(health, /,
    ],
    'of a scenario that the plan does not have': [
      { dropped: { nap_0: 1 } },
      /a scenario of the plan \(health_0, agents_0, websocket_0\), got nap_0/,
    ],
  };
  test.each(Object.entries(cases))('%s', (_, [fields, message]) => {
    const adding = () => new Recorder(PLAN).add(interval(7, fields));
    expect(adding).toThrow(message);
    expect(adding).toThrow(expect.objectContaining({ code: 'prerequisite-missing', exitCode: EXIT_CODE.usage }));
  });
});
