/** A line that is kept does not hold the exposition that it stood in. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ExpositionReader } from './exposition.ts';

const MIB = 2 ** 20;

test.each([
  ['short', 'no sample at all\n', '#'.repeat(100)],
  ['long', '', 'x'.repeat(100)],
])('broken lines that are %s leave the rest of their exposition', (_, first, filling) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = (): number => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  const kept = Array.from({ length: 20 }, () => {
    const reader = new ExpositionReader('prometheus', { sample: () => undefined });
    reader.push(Buffer.from(first + filling.repeat((4 * MIB) / 100)).toString());
    return reader.end().problems;
  });
  expect(used() - before).toBeLessThan(20 * MIB);
  expect(kept.every(([problem]) => problem?.kind === 'malformed')).toBe(true);
});
