/** Benchmark: memory over a long run. One load at saturation, measured each time after a given number of requests. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, fixed, mebibytes } from './bench.ts';
import { startLoad } from './offer.ts';
import { startServer } from './server.ts';
import { type Memory, memory } from './usage.ts';

const FULL = [250_000, 500_000, 1_000_000, 2_000_000, 4_000_000];
const QUICK = [20_000, 40_000, 80_000];
/** Ends the benchmark on a machine that is too slow for all marks; the table then says so. */
const LONGEST_SEC = 370;
const LOOK_MS = 100;

interface Mark {
  readonly requests: number;
  readonly k6: Memory;
  readonly node: Memory;
}

export const memoryOverRequests: Bench = async ({ engine, dir, quick, say }) => {
  const all = quick ? QUICK : FULL;
  const server = await startServer(dir);
  try {
    const load = startLoad({
      enginePath: engine.path,
      dir,
      httpUrl: server.url,
      script: 'kit.ts',
      output: 'hdr',
      ratePerSec: 0,
      vus: 20,
      durationSec: LONGEST_SEC,
    });
    // If it ends before the last mark, the table says so below; the last line throws what went wrong.
    let running = true;
    const ended = load.ended.finally(() => {
      running = false;
    });
    ended.catch(() => {});
    const marks: Mark[] = [];
    for (const mark of all) {
      while (running && (await server.count()) < mark) await sleep(LOOK_MS);
      if (!running) break;
      marks.push({ requests: mark, k6: memory(load.pid), node: memory(process.pid) });
      say(`${fixed(mark, 0)} requests`);
    }
    load.stop();
    await ended;
    const head = ['requests', 'k6 now', 'k6 peak', 'Node now', 'Node peak'];
    return [{ title: 'Memory', head, rows: marks.map(row), notes: [...NOTES, ...unreached(all, marks)] }];
  } finally {
    await server.stop();
  }
};

const NOTES = [
  'Resident memory of the k6 process and of the Node process that reads and keeps its records, in one run.',
  'Node keeps about 1 KB a second and endpoint: by the hour, not by the request.',
];

function row({ requests, k6, node }: Mark): string[] {
  const cells = [k6.rssBytes, k6.peakRssBytes, node.rssBytes, node.peakRssBytes].map(mebibytes);
  return [fixed(requests, 0), ...cells];
}

function unreached(all: readonly number[], marks: readonly Mark[]): string[] {
  const left = all.slice(marks.length).map((mark) => fixed(mark, 0));
  return left.length === 0 ? [] : [`**Not reached within ${LONGEST_SEC} s: ${left.join(', ')} requests.**`];
}
