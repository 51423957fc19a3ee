import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { bucketOf, highestUs, lowestUs } from './buckets.ts';
import { EncodedHistogram, encodeHistogram, HistogramSum, mergedHistogram } from './histogram.ts';

const SEED = 20_261_122;
const LAYOUT = {
  lowestDiscernibleValue: 1,
  highestTrackableValue: 120_000_000,
  numberOfSignificantValueDigits: 4,
} as const;

/** Latencies of all magnitudes, small ones as often as large ones, with repetitions. */
const latencyUs = fc
  .double({ min: 0, max: Math.log(120_000_000), noNaN: true })
  .map((log) => Math.floor(Math.exp(log)));
const latencies = fc.array(latencyUs, { maxLength: 300 });
const PERCENTILES = [0.001, 1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100];

function facts(histogram: EncodedHistogram): unknown {
  const { count, maxUs } = histogram;
  return {
    count,
    maxUs,
    percentiles: PERCENTILES.map((p) => histogram.percentileUs(p)),
    spectrum: histogram.spectrum(),
  };
}

describe('a histogram', () => {
  test('says the same as hdr-histogram-js about the same values', () => {
    fc.assert(
      fc.property(latencies, (valuesUs) => {
        const reference = build({ ...LAYOUT, bitBucketSize: 32 });
        for (const valueUs of valuesUs) reference.recordValue(valueUs);
        const ours = new EncodedHistogram([encodeHistogram(valuesUs)]);
        expect(ours.count).toBe(valuesUs.length);
        for (const percentile of PERCENTILES) {
          expect(ours.percentileUs(percentile)).toBe(
            valuesUs.length === 0 ? null : reference.getValueAtPercentile(percentile),
          );
        }
        expect(ours.maxUs).toBe(valuesUs.length === 0 ? null : reference.getValueAtPercentile(100));
      }),
      { seed: SEED },
    );
  });

  test('is written bucket for bucket as hdr-histogram-js writes it, and read from either form', () => {
    fc.assert(
      fc.property(latencies, (valuesUs) => {
        const reference = build({ ...LAYOUT, bitBucketSize: 32 });
        for (const valueUs of valuesUs) reference.recordValue(Math.max(1, valueUs));
        const plain = encodeHistogram(valuesUs);
        const packed = mergedHistogram([plain]);
        expect(decodeFromCompressedBase64(packed).toJSON()).toEqual(
          decodeFromCompressedBase64(encodeIntoCompressedBase64(reference)).toJSON(),
        );
        for (const encoded of [plain, packed, encodeIntoCompressedBase64(reference)]) {
          const sum = new HistogramSum();
          expect(sum.add(encoded)).toBe(valuesUs.length);
          expect(sum.encode()).toBe(plain);
        }
        expect(mergedHistogram([packed])).toBe(packed);
      }),
      { seed: SEED },
    );
  });

  test('merged of two is the one of all values, whether added up or read as two parts', () => {
    fc.assert(
      fc.property(latencies, latencies, (a, b) => {
        const all = new EncodedHistogram([encodeHistogram([...a, ...b])]);
        const sum = new HistogramSum();
        sum.add(encodeHistogram(b));
        sum.add(encodeHistogram(a));
        expect(facts(new EncodedHistogram([sum.encode()]))).toEqual(facts(all));
        expect(facts(new EncodedHistogram([encodeHistogram(b), encodeHistogram(a)]))).toEqual(facts(all));
        expect(sum.percentileUs(95)).toBe(all.percentileUs(95));
      }),
      { seed: SEED },
    );
  });

  test('counts values over a limit as a list of them does, when the limit ends a bucket', () => {
    fc.assert(
      fc.property(latencies, latencyUs, (valuesUs, near) => {
        const limitUs = new EncodedHistogram([encodeHistogram([near])]).maxUs ?? 0;
        expect(new EncodedHistogram([encodeHistogram(valuesUs)]).countOverUs(limitUs)).toBe(
          valuesUs.filter((valueUs) => valueUs > limitUs).length,
        );
      }),
      { seed: SEED },
    );
  });

  test('distinguishes 199,960 µs from 200 ms', () => {
    const histogram = new EncodedHistogram([encodeHistogram([199_960])]);
    expect(histogram.countOverUs(200_000)).toBe(0);
    expect(histogram.percentileUs(50)).toBeLessThan(200_000);
  });

  test('without a value has no percentile, no maximum, no spectrum', () => {
    for (const empty of [new EncodedHistogram([]), new EncodedHistogram([encodeHistogram([])])]) {
      expect(empty.count).toBe(0);
      expect(empty.maxUs).toBeNull();
      expect(empty.percentileUs(50)).toBeNull();
      expect(empty.countOverUs(1)).toBe(0);
      expect(empty.spectrum()).toEqual([]);
    }
    expect(new HistogramSum().percentileUs(50)).toBeNull();
  });

  test('takes values outside its range as the nearest inside', () => {
    const histogram = new EncodedHistogram([encodeHistogram([0, -5, 600_000_000])]);
    expect(histogram.percentileUs(50)).toBe(1);
    expect(histogram.countOverUs(119_000_000)).toBe(1);
  });

  test('has each value in the bucket that spans it', () => {
    for (let index = 0; index < 180_000; index += 1) {
      const [low, high] = [lowestUs(index), highestUs(index)];
      if (low > 1 && high < 120_000_000 && (bucketOf(low) !== index || bucketOf(high) !== index))
        expect.fail(`bucket ${index} spans ${low} to ${high}`);
    }
  });

  test('keeps neighbouring buckets apart over the whole range', () => {
    for (let index = 0; index < 229_375; index += 1) {
      if (highestUs(index) + 1 !== lowestUs(index + 1)) expect.fail(`bucket ${index} does not border on the next`);
    }
  });

  test('counts past 2^32', () => {
    const reference = build({ ...LAYOUT, bitBucketSize: 64 });
    reference.recordValueWithCount(1000, 2 ** 40);
    const sum = new HistogramSum();
    sum.add(encodeIntoCompressedBase64(reference));
    expect(new EncodedHistogram([sum.encode()]).count).toBe(2 ** 40);
  });
});

describe('a spectrum', () => {
  test('ascends in percentile and value, from the smallest value to the largest, with the named percentiles', () => {
    const valuesUs = Array.from({ length: 20_000 }, (_, at) => at + 1);
    const points = new EncodedHistogram([encodeHistogram(valuesUs)]).spectrum();
    expect(points[0]).toEqual({ percentile: 0, valueUs: 1 });
    expect(points.at(-1)).toEqual({ percentile: 100, valueUs: 20_000 });
    for (const percentile of [50, 75, 90, 95, 99, 99.9, 99.99]) {
      expect(points).toContainEqual({ percentile, valueUs: Math.ceil(percentile * 200 - 1e-6) });
    }
    for (const [at, point] of points.entries()) {
      const next = points[at + 1] ?? { percentile: 101, valueUs: Number.POSITIVE_INFINITY };
      expect(point.percentile).toBeLessThan(next.percentile);
      expect(point.valueUs).toBeLessThanOrEqual(next.valueUs);
    }
  });

  test('goes no finer than its samples tell', () => {
    const percentiles = new EncodedHistogram([encodeHistogram([10, 20, 30, 40])])
      .spectrum()
      .map((point) => point.percentile);
    expect(percentiles.at(-1)).toBe(100);
    expect(percentiles.at(-2)).toBe(75);
    expect(new EncodedHistogram([encodeHistogram([7])]).spectrum()).toEqual([
      { percentile: 0, valueUs: 7 },
      { percentile: 100, valueUs: 7 },
    ]);
  });
});

describe('an encoded histogram is refused', () => {
  const good = mergedHistogram([encodeHistogram([1000, 2000, 300_000])]);
  const outer = Buffer.from(good, 'base64');
  const packed = (payload: Buffer): string => {
    const bytes = deflateSync(payload);
    const head = Buffer.alloc(8);
    head.writeInt32BE(0x1c849314, 0);
    head.writeInt32BE(bytes.length, 4);
    return Buffer.concat([head, bytes]).toString('base64');
  };
  const payload = (): Buffer => inflateSync(outer.subarray(8));
  const edited = (edit: (bytes: Buffer) => void): string => {
    const bytes = payload();
    edit(bytes);
    return packed(bytes);
  };
  const numbers = (...bytes: number[]): string => {
    const whole = Buffer.concat([payload().subarray(0, 40), Buffer.from(bytes)]);
    whole.writeInt32BE(bytes.length, 4);
    return packed(whole);
  };
  const cases: Record<string, [string, RegExp]> = {
    'when it is empty': ['', /not an HdrHistogram/],
    'when it is other base64': [Buffer.from('no histogram at all').toString('base64'), /not an HdrHistogram/],
    'when it is cut': [good.slice(0, -8), /is cut/],
    'when it is cut and not compressed': [encodeHistogram([1000, 2000, 300_000]).slice(0, -4), /another length/],
    'when its compressed bytes are damaged': [
      Buffer.concat([outer.subarray(0, 8), Buffer.alloc(outer.length - 8, 7)]).toString('base64'),
      /cannot be decompressed/,
    ],
    'when what is inside is none': [edited((bytes) => bytes.writeInt32BE(42, 0)), /not an HdrHistogram/],
    'when it says another length': [edited((bytes) => bytes.writeInt32BE(3, 4)), /another length/],
    'when it has 3 digits': [edited((bytes) => bytes.writeInt32BE(3, 12)), /with 4 digits, got .* with 3/],
    'when it spans another range': [edited((bytes) => bytes.writeBigInt64BE(60_000_000n, 24)), /got 1…60000000/],
    'when it ends inside a number': [numbers(0x80), /ends inside a number/],
    'when it has a value over its range': [numbers(0xff, 0xff, 0xff, 0xff, 0x0f, 0x02), /over its range/],
  };
  test.each(Object.entries(cases))('%s', (_, [encoded, problem]) => {
    expect(() => new HistogramSum().add(encoded)).toThrow(problem);
  });
});
