/** A load in progress: what its lines say, and that they fit. */
import { describe, expect, it } from 'vitest';
import type { Progress } from '../core/run.ts';
import { type ProgressPaint, progressLines } from './progress-lines.ts';

const same = (text: string): string => text;
const PLAIN: ProgressPaint = { done: same, todo: same, bad: same, faint: same };
const RUNNING: Progress = {
  elapsedSec: 12.4,
  totalSec: 30,
  offeredPerSec: 124,
  deliveredPerSec: 123.2,
  failed: 1204,
  dropped: 0,
  endpoints: [
    {
      endpoint: 'debates-create',
      count: 1204,
      p50Us: 900,
      p95Us: 612_000,
      p99Us: null,
      limitsMs: [
        { percentile: 50, limitMs: 100 },
        { percentile: 95, limitMs: 500 },
      ],
    },
  ],
};

describe('a load in progress', () => {
  it('has a bar that shows without colour, how long it takes yet, and a sign at what is over its limit', () => {
    expect(progressLines(RUNNING, 100, PLAIN)).toEqual([
      '█████████████████░░░░░░░░░░░░░░░░░░░░░░░  12/30 s  18 s left',
      'offered 124/s  delivered 123/s  failed 1,204  dropped 0',
      'debates-create      1,204  p50 0.9 ms ≤ 100 ms  p95 612 ms > 500 ms  p99 –',
    ]);
  });

  it('says what it waits for past the end', () => {
    const [bar] = progressLines({ ...RUNNING, elapsedSec: 33.2 }, 120, PLAIN);
    expect(bar).toBe(`${'█'.repeat(40)}  30/30 s  all is sent; waiting 3 s for the last answers`);
  });

  it.each([40, 60, 80, 200])('fits %i columns', (width) => {
    for (const elapsedSec of [0, 12, 33]) {
      const lines = progressLines({ ...RUNNING, elapsedSec }, width, PLAIN);
      expect(lines.filter((line) => [...line].length > width)).toEqual([]);
    }
  });
});
