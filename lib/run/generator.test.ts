/** What is kept of each generator's records, beside what is recorded of all of them together. */
import { expect, test } from 'vitest';
import { START_LATENESS } from '../core/endpoint.ts';
import type { IntervalRecord } from '../core/engine-protocol.ts';
import { encodeHistogram } from '../record/index.ts';
import { GeneratorTally } from './generator.ts';

const ENGINE = { path: '/k6', version: 'v2.2.0', source: 'hdr' } as const;
const samples = (values: readonly number[]) => ({
  count: values.length,
  sumUs: values.reduce((sum, value) => sum + value, 0),
  histogram: encodeHistogram(values),
});

function recordOf(second: number, lateUs: readonly number[]): IntervalRecord {
  const endpoints = { health: samples([900, 900]), [START_LATENESS]: samples(lateUs) };
  return { type: 'interval', second, peakRssBytes: 5000, endpoints, iterations: { health_0: 2 }, dropped: {} };
}

const EMPTY: IntervalRecord = { type: 'interval', second: 99, endpoints: {}, iterations: {}, dropped: {} };

/** As a run gives them. @returns whether it is kept. */
function given(tally: GeneratorTally, record: IntervalRecord): boolean {
  const isKept = tally.heard(record);
  if (isKept) tally.add(record);
  return isKept;
}

test('has its own lateness, arrivals and seconds', () => {
  const tally = new GeneratorTally({ index: 1, of: 2 }, 0);
  expect([tally.id, tally.reportedSec]).toEqual(['2', -Infinity]);
  expect([EMPTY, recordOf(100, [10]), recordOf(101, [30])].map((record) => given(tally, record))).toEqual([
    true,
    true,
    true,
  ]);
  expect(tally.iterations).toEqual({ health_0: 4 });
  expect(tally.reportedSec).toBe(101);
  expect(tally.figures(ENGINE)).toEqual({
    id: '2',
    segment: { index: 1, of: 2 },
    engine: ENGINE,
    clockOffsetMs: null,
    cpuShare: null,
    firstArrivalSec: 100,
    peakRssBytes: 5000,
    startLatenessUs: { p50: 10, p99: 30, max: 30 },
  });
});

test('leaves out its warm-up, which says when its load began', () => {
  const tally = new GeneratorTally({ index: 0, of: 2 }, 1);
  expect([EMPTY, recordOf(100, [10]), recordOf(101, [30])].map((record) => given(tally, record))).toEqual([
    false,
    false,
    true,
  ]);
  expect(tally.figures(ENGINE)).toMatchObject({ firstArrivalSec: 100, startLatenessUs: { max: 30 } });
  expect(tally.iterations).toEqual({ health_0: 2 });
});

test('of one that sent nothing nothing is known', () => {
  const { firstArrivalSec, startLatenessUs } = new GeneratorTally({ index: 0, of: 3 }, 0).figures(ENGINE);
  expect([firstArrivalSec, startLatenessUs]).toEqual([null, null]);
});

test('says of itself which version it is, on how many cores', () => {
  const tally = new GeneratorTally({ index: 0, of: 2 }, 0);
  tally.began({ type: 'start', protocol: 1, engineVersion: 'k6 v2.3.1', atMs: 1, cores: 3 });
  tally.clockOffsetMs = 250;
  expect(tally.figures(ENGINE)).toMatchObject({ engine: { path: '/k6', version: 'v2.3.1' }, clockOffsetMs: 250 });
});
