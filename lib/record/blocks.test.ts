import { expect, test } from 'vitest';
import type { Endpoint } from '../core/endpoint.ts';
import type { EndpointSecond, Recording } from '../core/recording.ts';
import { SCHEMA_VERSION } from '../core/schema-version.ts';
import { blocksOf } from './blocks.ts';
import { EncodedHistogram, encodeHistogram } from './histogram.ts';

function second(at: number, valuesUs: readonly number[], failed = 0, dropped = 0): EndpointSecond {
  const histogram = new EncodedHistogram([encodeHistogram(valuesUs)]);
  const sumUs = valuesUs.reduce((sum, value) => sum + value, 0);
  return {
    second: at,
    count: valuesUs.length + failed,
    failed: failed === 0 ? {} : { status_500: failed },
    dropped,
    over: [],
    sumUs,
    histogram,
  };
}

function recording(endpoints: Readonly<Record<Endpoint, readonly EndpointSecond[]>>): Recording {
  const entries = Object.entries(endpoints).map(([endpoint, seconds]) => {
    return [endpoint, { endpoint, limitsUs: [], seconds, total: new EncodedHistogram([]), traces: [] }] as const;
  });
  return { schemaVersion: SCHEMA_VERSION, endpoints: new Map(entries) };
}

test('seconds without samples are there, and both endpoints share one axis', () => {
  const both = recording({ health: [second(100, [5, 7, 5]), second(102, [9])], consensus: [second(101, [8], 2, 1)] });
  const empty = { valuesUs: [], counts: [], failed: 0, dropped: 0 };
  expect(blocksOf(both, 60)).toEqual([
    {
      endpoint: 'health',
      blockSec: 1,
      blocks: [
        { valuesUs: [5, 7], counts: [2, 1], failed: 0, dropped: 0 },
        empty,
        { valuesUs: [9], counts: [1], failed: 0, dropped: 0 },
      ],
    },
    {
      endpoint: 'consensus',
      blockSec: 1,
      blocks: [empty, { valuesUs: [8], counts: [1], failed: 2, dropped: 1 }, empty],
    },
  ]);
});

test('a long recording comes in at most as many blocks as asked for, the last one shorter', () => {
  const long = recording({ health: Array.from({ length: 125 }, (_, at) => second(at, [at + 1])) });
  const [health] = blocksOf(long, 60);
  expect(health?.blockSec).toBe(3);
  expect(health?.blocks.map(({ counts }) => counts.length)).toEqual([...Array(41).fill(3), 2]);
});

test('a recording without samples has no blocks', () => {
  expect(blocksOf(recording({}), 60)).toEqual([]);
});
