import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EndpointBlocks } from '../core/latency-blocks.ts';
import { decodeBlocks, encodeBlocks } from './blocks-codec.ts';

describe('blocks', () => {
  const block = fc
    .record({
      values: fc.uniqueArray(fc.integer({ min: 1, max: 120_000_000 }), { maxLength: 30 }),
      failed: fc.nat(1000),
      dropped: fc.nat(1000),
      count: fc.integer({ min: 1, max: 1_000_000 }),
    })
    .map(({ values, failed, dropped, count }) => {
      const valuesUs = values.sort((a, b) => a - b);
      return { valuesUs, counts: valuesUs.map(() => count), failed, dropped };
    });

  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), fc.integer({ min: 1, max: 900 }), (blocks, blockSec) => {
        const all: EndpointBlocks[] = [{ endpoint: 'health', blockSec, blocks }];
        expect(decodeBlocks(encodeBlocks(all))).toEqual(all);
      }),
      { seed: 21 },
    );
    expect(decodeBlocks(encodeBlocks([]))).toEqual([]);
  });

  it('made coarser to fit stay in order, and as near as they claim', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 8 }), (blocks) => {
        const encoded = encodeBlocks([{ endpoint: 'health', blockSec: 1, blocks }], 1);
        const [decoded] = decodeBlocks(encoded);
        decoded?.blocks.forEach(({ valuesUs, counts }, at) => {
          const own = blocks[at]?.valuesUs ?? [];
          expect(valuesUs).toEqual([...new Set(valuesUs)].sort((a, b) => a - b));
          expect(counts.reduce((a, b) => a + b, 0)).toBe(blocks[at]?.counts.reduce((a, b) => a + b, 0));
          const nearest = (us: number) => Math.min(...valuesUs.map((value) => Math.abs(value - us)));
          for (const us of own) expect(nearest(us)).toBeLessThanOrEqual(us * encoded.resolution);
        });
      }),
      { seed: 22, numRuns: 50 },
    );
  });

  it.each([
    ['an endpoint of another version', { blockSec: 1, resolution: 0, endpoints: { 'no-such': '' } }],
    ['no length', { blockSec: 0, resolution: 0, endpoints: {} }],
    ['no deflated bytes', { blockSec: 1, resolution: 0, endpoints: { health: '////' } }],
  ])('with %s are refused', (_, encoded) => {
    expect(() => decodeBlocks(encoded)).toThrow();
  });
});
