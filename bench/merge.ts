/** Benchmark: taking the records of many engines, from the text that arrives to the recording, and what is kept of them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { START_LATENESS } from '../lib/core/endpoint.ts';
import type { EndpointInterval, EnginePlan, EngineRecord, IntervalRecord } from '../lib/core/engine-protocol.ts';
import { PROTOCOL } from '../lib/core/engine-record.ts';
import { Random } from '../lib/core/random.ts';
import type { LoadReason } from '../lib/core/recording.ts';
import type { Engine } from '../lib/engine/ensure.ts';
import type { EngineRequest, Engines } from '../lib/load/engines.ts';
import { NumberedReader } from '../lib/load/sources/numbered.ts';
import { encodeHistogram, Recorder } from '../lib/record/index.ts';
import { enginePlanOf } from '../lib/run/engine-plan.ts';
import { measure } from '../lib/run/measure.ts';
import { makePlan } from '../lib/run/plan.ts';
import { DOCUMENTED_OBJECTIVES } from '../thresholds/slos.ts';
import { type Bench, fixed, mebibytes, median, spread } from './bench.ts';

interface Size {
  readonly engines: number;
  readonly seconds: number;
}

const FULL: readonly Size[] = [
  { engines: 10, seconds: 600 },
  { engines: 100, seconds: 60 },
  { engines: 100, seconds: 3600 },
  { engines: 1000, seconds: 60 },
];
const QUICK: readonly Size[] = [
  { engines: 10, seconds: 30 },
  { engines: 100, seconds: 30 },
];
const FIRST_SECOND = 1_700_000_000;
/** Of an endpoint, in a second of one engine. */
const SAMPLES = 30;
const ROUNDS = 3;
/** Only this many different seconds are made for an endpoint, and used in turn. */
const KINDS = 40;

export const merge: Bench = async (context) => {
  const rows: string[][] = [];
  for (const size of context.quick ? QUICK : FULL) {
    const taken: Taken[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      context.say(`${size.engines} engines, ${size.seconds} s, ${round} of ${ROUNDS}`);
      taken.push(await take(size, join(context.dir, `${size.engines}-${size.seconds}-${round}`), context.engine));
    }
    rows.push(rowOf(size, taken));
  }
  return [
    {
      title: 'Records of many engines',
      head: ['engines', 'seconds', 'records', 'µs a record', 'of them to add up', 's in all', 'kept', 'kept a second'],
      rows,
      notes: [
        `CPU time of the harness for the text of a record with three endpoints of ${SAMPLES} samples: read, checked, written to the journal, added up. "To add up": the same records once more, by the recorder alone. The engines are synthetic, and nothing is sent over a network. Median [least – largest] of ${ROUNDS} rounds.`,
        'Kept: how much the heap and what belongs to it have grown at the end of the load, after a garbage collection. Kept a second: how much they grew in the second half, divided by its seconds.',
      ],
    },
  ];
};

interface Taken {
  readonly eachUs: number;
  readonly addUs: number;
  readonly keptBytes: number;
  readonly keptBytesPerSec: number;
}

function rowOf({ engines, seconds }: Size, taken: readonly Taken[]): string[] {
  const records = engines * seconds;
  const each = taken.map(({ eachUs }) => eachUs);
  return [
    ...[engines, seconds, records].map((value) => fixed(value, 0)),
    spread(each, 0),
    spread(
      taken.map(({ addUs }) => addUs),
      1,
    ),
    fixed((median(each) * records) / 1e6, 1),
    mebibytes(median(taken.map(({ keptBytes }) => keptBytes))),
    `${fixed(median(taken.map(({ keptBytesPerSec }) => keptBytesPerSec)) / 1024, 1)} KiB`,
  ];
}

async function take(size: Size, folder: string, engine: Engine): Promise<Taken> {
  mkdirSync(folder);
  const steps = [{ ratePerSec: size.engines, durationSec: size.seconds }];
  const plan = makePlan({
    runId: 'bench-merge',
    profile: {
      name: 'merge',
      description: 'two journeys',
      journeys: { health: { steps }, 'debates-list': { steps } },
      gates: 'all',
    },
    contract: 'documented',
    objectives: DOCUMENTED_OBJECTIVES,
    seed: 1,
    target: { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', embedded: false },
    command: 'npm run bench',
    runners: size.engines,
  });
  const enginePlan = enginePlanOf(plan);
  const engines = new SyntheticEngines(size, enginePlan);
  const { signal } = new AbortController();
  await measure({ dir: folder, plan, enginePlan, engine, engines, script: '', onProgress: () => {}, signal });
  const records = size.engines * size.seconds;
  return {
    eachUs: engines.cpuUs / records,
    addUs: engines.addUpUs(new Recorder(enginePlan)) / records,
    keptBytes: engines.keptBytes,
    keptBytesPerSec: engines.keptBytesPerSec,
  };
}

/** Hands each engine's records on second by second, as fast as they are taken. */
class SyntheticEngines implements Engines {
  readonly #size: Size;
  readonly #seconds: readonly (readonly [string, readonly EndpointInterval[]])[];
  /** Each makes the text of a record, and returns what takes it. */
  readonly #readers: ((record: object) => () => void)[] = [];
  #all: Promise<void> | undefined;
  cpuUs = 0;
  keptBytes = 0;
  keptBytesPerSec = 0;

  constructor(size: Size, plan: EnginePlan) {
    this.#size = size;
    const names = [START_LATENESS, ...new Set(Object.values(plan.scenarios).flatMap(({ owed }) => owed))];
    this.#seconds = names.map((name) => [name, secondsOf(name, plan.limitsUs[name] ?? [])]);
  }

  async run({ onRecord }: EngineRequest): Promise<LoadReason> {
    const reader = new NumberedReader();
    const head = JSON.stringify({ engine: 'synthetic', nowMs: FIRST_SECOND * 1000 });
    let seq = 0;
    this.#readers.push((record) => {
      seq += 1;
      const text = `${head}\n${JSON.stringify({ seq, record })}\n`;
      return () => void reader.take({ text, sentAtMs: 0, arrivedAtMs: 0 }, onRecord);
    });
    if (this.#readers.length === this.#size.engines) this.#all = this.#send();
    while (this.#all === undefined) await turn();
    await this.#all;
    return { kind: 'finished' };
  }

  async close(): Promise<void> {}

  /** CPU time for the same records once more, without reading, checking and writing them. */
  addUpUs(recorder: Recorder): number {
    const cpu = process.cpuUsage();
    for (let at = 0; at < this.#size.seconds; at++)
      for (let engine = 0; engine < this.#size.engines; engine++) recorder.add(this.#record(at, engine));
    recorder.finish();
    const { user, system } = process.cpuUsage(cpu);
    return user + system;
  }

  async #send(): Promise<void> {
    const start: EngineRecord = {
      type: 'start',
      protocol: PROTOCOL,
      engineVersion: 'k6 v2.2.0',
      atMs: FIRST_SECOND * 1000,
    };
    for (const reader of this.#readers) reader(start)();
    const before = kept();
    const half = Math.floor(this.#size.seconds / 2);
    let atHalf = 0;
    for (let at = 0; at < this.#size.seconds; at++) {
      if (at === half) atHalf = kept();
      const arrived = this.#readers.map((reader, engine) => reader(this.#record(at, engine)));
      const cpu = process.cpuUsage();
      for (const take of arrived) take();
      const { user, system } = process.cpuUsage(cpu);
      this.cpuUs += user + system;
      await turn();
    }
    const atEnd = kept();
    this.keptBytes = Math.max(0, atEnd - before);
    this.keptBytesPerSec = Math.max(0, atEnd - atHalf) / (this.#size.seconds - half);
  }

  #record(at: number, engine: number): IntervalRecord {
    const endpoints = Object.fromEntries(
      this.#seconds.flatMap(([name, seconds]) => {
        const second = seconds[(at * 7 + engine) % KINDS];
        return second === undefined ? [] : [[name, second]];
      }),
    );
    return { type: 'interval', second: FIRST_SECOND + at, cpuUs: at * 50_000, endpoints, iterations: {}, dropped: {} };
  }
}

function kept(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function secondsOf(endpoint: string, limitsUs: readonly number[]): EndpointInterval[] {
  return Array.from({ length: KINDS }, (_, kind) => {
    const random = new Random(1, endpoint, kind);
    const values = Array.from({ length: SAMPLES }, () => 1000 + (random.uint32() % 20_000));
    return {
      count: SAMPLES,
      sumUs: values.reduce((sum, value) => sum + value, 0),
      ...(limitsUs.length > 0 && { over: limitsUs.map((limitUs) => values.filter((value) => value > limitUs).length) }),
      histogram: encodeHistogram(values),
    };
  });
}
