/** Benchmark: reading a large made-up exposition, several times. */
import { ExpositionReader } from '../lib/systems/metrics/observe/exposition.ts';
import { largeExposition } from '../test/support/large-exposition.ts';
import { type Bench, mebibytes, spread } from './bench.ts';

const BYTES = { full: 50_000_000, quick: 5_000_000 };
const READINGS = 7;

export const exposition: Bench = async ({ quick }) => {
  // Through a buffer, as a scrape arrives: one flat string.
  const text = Buffer.from(largeExposition(quick ? BYTES.quick : BYTES.full)).toString('utf8');
  const heapBefore = process.memoryUsage().heapUsed;
  let samples = 0;
  const readings = Array.from({ length: READINGS }, () => {
    const [startedMs, cpu] = [performance.now(), process.cpuUsage()];
    samples = counted(text);
    const { user, system } = process.cpuUsage(cpu);
    return { wall: text.length / 1000 / (performance.now() - startedMs), cpu: text.length / (user + system) };
  });
  const heapBytes = Math.max(0, process.memoryUsage().heapUsed - heapBefore);
  const size = `${(text.length / 1e6).toFixed(0)} MB, ${samples.toLocaleString('en')} samples`;
  const speeds = [readings.map(({ wall }) => wall), readings.map(({ cpu }) => cpu)].map((values) => spread(values, 0));
  return [
    {
      title: 'Reading an exposition',
      head: ['exposition', 'MB a second', 'MB a second of CPU', 'heap above the text'],
      rows: [[size, ...speeds, mebibytes(heapBytes)]],
      notes: [
        `Histograms in the text format, read whole and checked by its rules: median [least – largest] of ${READINGS} readings, the first of them cold.`,
      ],
    },
  ];
};

/** How many samples the text has. Nothing of it is kept. */
function counted(text: string): number {
  const reader = new ExpositionReader('prometheus', { sample: () => {} });
  reader.push(text);
  return reader.end().samples;
}
