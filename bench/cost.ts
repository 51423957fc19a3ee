/**
 * Benchmark: what one request costs. CPU of k6 and of the Node process that reads its records, compared with k6 alone.
 *
 * Each round runs every variant once, in another order each time, and a ratio always compares two runs of one round. Only the middle of a
 * run counts, between two readings of the server's count, so starting and ending are not part of a request.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type BenchContext, fixed, median, spread, type Table } from './bench.ts';
import { type Offer, startLoad } from './offer.ts';
import { type Server, startServer } from './server.ts';
import { cpuUs } from './usage.ts';

type Variant = Pick<Offer, 'script' | 'output'> & { readonly name: string };

const BARE = { name: 'bare `http.get(url)`, no output', script: 'bare.ts', output: 'none' } as const;
const UNRECORDED = { name: 'our scenario, no output', script: 'kit.ts', output: 'none' } as const;
const RECORDED = { name: '**our scenario, recorded (`hdr`)**', script: 'kit.ts', output: 'hdr' } as const;
const PARSED = { name: 'our scenario, `json=-` parsed in Node', script: 'kit.ts', output: 'json' } as const;
const VARIANTS: readonly Variant[] = [BARE, UNRECORDED, RECORDED, PARSED];

interface Regime {
  readonly name: string;
  readonly ratePerSec: number;
  readonly vus: number;
}

const REGIMES: readonly Regime[] = [
  { name: 'saturation, 20 users', ratePerSec: 0, vus: 20 },
  { name: '2,000 a second', ratePerSec: 2000, vus: 100 },
];

const WARM_UP_SEC = 1.5;
const FULL = { rounds: 5, windowSec: 3.5 };
const QUICK = { rounds: 1, windowSec: 2 };

interface Cost {
  readonly k6Us: number;
  readonly nodeUs: number;
  readonly sumUs: number;
  readonly perSec: number;
}

export const cost: Bench = async (context) => {
  const server = await startServer(context.dir);
  try {
    const { rounds, windowSec } = context.quick ? QUICK : FULL;
    const rows: string[][] = [];
    for (const regime of REGIMES) {
      const costs = new Map<Variant, Cost[]>(VARIANTS.map((variant) => [variant, []]));
      for (let round = 0; round < rounds; round++) {
        context.say(`${regime.name}, round ${round + 1} of ${rounds}`);
        for (const variant of rotated(VARIANTS, round)) {
          costs.get(variant)?.push(await costOf(variant, regime, { ...context, windowSec, server }));
        }
      }
      rows.push(...VARIANTS.map((variant) => row(regime, variant, costs)));
    }
    return [table(rows, rounds, windowSec)];
  } finally {
    await server.stop();
  }
};

/** Each round starts with another variant, and every second round runs backwards, so that no variant always follows the same one. */
function rotated<T>(list: readonly T[], round: number): readonly T[] {
  const at = Math.floor(round / 2) % list.length;
  const turned = [...list.slice(at), ...list.slice(0, at)];
  return round % 2 === 0 ? turned : turned.reverse();
}

interface Measuring extends BenchContext {
  readonly windowSec: number;
  readonly server: Server;
}

async function costOf(
  variant: Variant,
  { ratePerSec, vus }: Regime,
  { engine, dir, windowSec, server }: Measuring,
): Promise<Cost> {
  const before = await server.count();
  const durationSec = WARM_UP_SEC + windowSec + 0.5;
  const load = startLoad({
    ...variant,
    enginePath: engine.path,
    dir,
    httpUrl: server.url,
    ratePerSec,
    vus,
    durationSec,
  });
  await Promise.race([load.ended, begun(server, before)]);
  await sleep(WARM_UP_SEC * 1000);
  const start = await look(load.pid, server);
  await sleep(windowSec * 1000);
  const end = await look(load.pid, server);
  const recording = await load.ended;
  const [answered, recorded] = [(await server.count()) - before, count(recording?.endpoints.get('health')?.seconds)];
  if (recording !== undefined && recorded !== answered)
    throw new Error(`the server answered ${answered} requests, ${recorded} were recorded`);
  const requests = end.requests - start.requests;
  // Without an output nobody reads, so Node's CPU time is the benchmark's own.
  const nodeUs = variant.output === 'none' ? 0 : (end.nodeUs - start.nodeUs) / requests;
  const k6Us = (end.k6Us - start.k6Us) / requests;
  return { k6Us, nodeUs, sumUs: k6Us + nodeUs, perSec: requests / ((end.atMs - start.atMs) / 1000) };
}

async function begun(server: Server, before: number): Promise<void> {
  while ((await server.count()) === before) await sleep(20);
}

async function look(pid: number, server: Server) {
  const { user, system } = process.cpuUsage();
  return { k6Us: cpuUs(pid), nodeUs: user + system, requests: await server.count(), atMs: performance.now() };
}

function count(seconds: readonly { readonly count: number }[] = []): number {
  return seconds.reduce((sum, second) => sum + second.count, 0);
}

function row(regime: Regime, variant: Variant, costs: ReadonlyMap<Variant, readonly Cost[]>): string[] {
  const own = costs.get(variant) ?? [];
  const against = (baseline: Variant): string => {
    if (variant === baseline) return '1';
    const theirs = costs.get(baseline) ?? [];
    return spread(
      own.map(({ sumUs }, round) => sumUs / (theirs[round]?.sumUs ?? Number.NaN)),
      2,
    );
  };
  const middle = (field: keyof Cost, digits: number): string => fixed(median(own.map((one) => one[field])), digits);
  const unrecorded = variant === BARE ? '' : against(UNRECORDED);
  return [
    regime.name,
    variant.name,
    middle('perSec', 0),
    middle('k6Us', 1),
    middle('nodeUs', 1),
    unrecorded,
    against(BARE),
  ];
}

function table(rows: readonly string[][], rounds: number, windowSec: number): Table {
  return {
    title: 'CPU per request',
    head: [
      'load',
      'variant',
      'requests/s',
      'k6 µs/request',
      'Node µs/request',
      'against (a) no output',
      'against (b) bare',
    ],
    rows,
    notes: [
      `Ratios are of CPU time per request, k6 and Node together: median [least – largest] of ${rounds} pairs of ${windowSec} s each, interleaved.`,
      'In every recorded run the requests recorded equalled those the server had counted.',
    ],
  };
}
