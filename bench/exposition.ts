/** Owns the benchmark of the exposition reader: a large made-up exposition, read several times. Refuses to know who prints the figures. */
import { countExposition } from '../lib/observe/metrics/exposition.ts';
import { largeExposition } from '../test/support/large-exposition.ts';

export interface ExpositionFigures {
  readonly bytes: number;
  readonly samples: number;
  /** Megabytes (10⁶) per second, one for each reading: of wall time and of CPU time. */
  readonly wallMbPerSec: readonly number[];
  readonly cpuMbPerSec: readonly number[];
  /** Heap above what the text itself takes, after the readings. */
  readonly heapBytes: number;
}

/** Reads about `bytes` (50 MB) of histograms `times` times. A few seconds. */
export function benchExposition(bytes = 50_000_000, times = 5): ExpositionFigures {
  // Through a buffer, as a scrape comes: one flat string.
  const text = Buffer.from(largeExposition(bytes)).toString('utf8');
  const heapBefore = process.memoryUsage().heapUsed;
  let samples = 0;
  const readings = Array.from({ length: times }, () => {
    const [startedMs, cpu] = [performance.now(), process.cpuUsage()];
    samples = countExposition(text).samples;
    const { user, system } = process.cpuUsage(cpu);
    return { wall: text.length / 1000 / (performance.now() - startedMs), cpu: text.length / (user + system) };
  });
  return {
    bytes: text.length,
    samples,
    wallMbPerSec: readings.map(({ wall }) => wall),
    cpuMbPerSec: readings.map(({ cpu }) => cpu),
    heapBytes: process.memoryUsage().heapUsed - heapBefore,
  };
}
