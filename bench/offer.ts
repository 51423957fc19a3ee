/** Runs one k6 for a benchmark, started as the harness starts it; its records are read as the harness reads them, or not at all. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { owedByArrival, START_LATENESS } from '../lib/core/endpoint.ts';
import type { EnginePlan } from '../lib/core/engine-protocol.ts';
import { limitsUsByEndpoint } from '../lib/core/limits.ts';
import type { Recording } from '../lib/core/recording.ts';
import { onePhase } from '../lib/core/timeline.ts';
import { health } from '../lib/journeys/health.ts';
import { hdrSource } from '../lib/load/sources/hdr.ts';
import { jsonSource } from '../lib/load/sources/json.ts';
import { type SampleSource, SYSTEM_TAGS } from '../lib/load/sources/source.ts';
import { encodeHistogram, openJournal, Recorder } from '../lib/record/index.ts';
import { ProgressMeter } from '../lib/run/progress.ts';
import { DOCUMENTED_OBJECTIVES } from '../thresholds/slos.ts';

export interface Offer {
  readonly enginePath: string;
  /** Where temporary files go. */
  readonly dir: string;
  readonly httpUrl: string;
  /** A script of bench/load. */
  readonly script: 'bare.ts' | 'kit.ts';
  /** How samples leave k6; `none`: k6 without any output. */
  readonly output: 'none' | 'hdr' | 'json';
  /** 0: as fast as `vus` users can, each waiting for its answer. Otherwise arrivals per second. */
  readonly ratePerSec: number;
  readonly vus: number;
  readonly durationSec: number;
}

export interface RunningLoad {
  readonly pid: number;
  /** Ends the load early; that counts as a good end. */
  stop(): void;
  /** Resolves when k6 has ended well, with what was recorded; undefined without an output. Rejects when it did not end well. */
  readonly ended: Promise<Recording | undefined>;
}

const FLAGS = [
  '--summary-mode=disabled',
  '--no-thresholds',
  '--no-usage-report',
  '--no-color',
  '--quiet',
  '--address',
  '',
];

/** Exit code of a k6 that was asked to end: errext/exitcodes of v2.2.0. */
const INTERRUPTED = 105;

export function startLoad(offer: Offer): RunningLoad {
  const dir = mkdtempSync(join(offer.dir, 'load-'));
  const planPath = join(dir, 'engine.json');
  const enginePlan = planOf(offer);
  writeFileSync(planPath, JSON.stringify(enginePlan));
  const source = sourceOf(offer, planPath, enginePlan);
  const script = fileURLToPath(new URL(`load/${offer.script}`, import.meta.url));
  // All variants use the same k6 tags, so only what is compared differs.
  const logPath = join(dir, 'engine.log');
  const log = ['--log-output', `file=${logPath}`];
  const child = spawn(offer.enginePath, ['run', ...FLAGS, ...log, ...(source?.args ?? SYSTEM_TAGS), script], {
    env: {
      ...process.env,
      PLAN: planPath,
      TARGET: offer.httpUrl,
      VUS: String(offer.vus),
      RATE_PER_SEC: String(offer.ratePerSec),
      DURATION_SEC: String(offer.durationSec),
      // Answers are searched for it, as in a run.
      ARAGORA_SLO_CANARY: 'canary-of-the-benchmark',
    },
    stdio: ['ignore', source?.fd === 1 ? 'pipe' : 'ignore', 'ignore', source?.fd === 3 ? 'pipe' : 'ignore'],
  });
  const exited = once(child, 'exit');
  const recorded = source && record(offer, { source, stream: child.stdio[source.fd] as Readable, dir, enginePlan });
  let good = 0;
  const ended = Promise.all([exited, recorded]).then(([[exitCode], recording]) => {
    if (exitCode !== good) throw new Error(`k6 ended with exit code ${exitCode}: ${readFileSync(logPath, 'utf8')}`);
    return recording;
  });
  const stop = (): void => {
    good = INTERRUPTED;
    child.kill('SIGINT');
  };
  return { pid: child.pid ?? 0, stop, ended };
}

/** One scenario, whose rate only decides which arrivals are traced. Nothing is dropped, so no value needs correction. */
function planOf({ httpUrl, vus, durationSec, ratePerSec }: Offer): EnginePlan {
  const owed = owedByArrival(health);
  const scenario = {
    journey: health.name,
    kind: health.kind,
    startSec: 0,
    durationSec,
    vus,
    maxVus: vus,
    owed,
  } as const;
  return {
    httpUrl,
    wsUrl: httpUrl,
    seed: 1,
    subprotocol: '',
    distinctClients: false,
    endpoints: [...health.endpoints.map(({ name }) => name), START_LATENESS],
    limitsUs: limitsUsByEndpoint(DOCUMENTED_OBJECTIVES),
    generators: 1,
    scenarios: {
      health_0: { ...scenario, ratePerSec: ratePerSec || 2000, fromDue: [...owed, START_LATENESS] },
    },
  };
}

function sourceOf(offer: Offer, planPath: string, plan: EnginePlan): SampleSource | undefined {
  switch (offer.output) {
    case 'none':
      return undefined;
    case 'hdr':
      return hdrSource(planPath);
    case 'json':
      return jsonSource({ plan, encodeHistogram, engineVersion: 'of the benchmark' });
  }
}

/** A k6 whose records are read. */
interface Started {
  readonly source: SampleSource;
  readonly stream: Readable;
  readonly dir: string;
  readonly enginePlan: EnginePlan;
}

/** As in lib/run/measure.ts: journal, recorder, and a look at the progress once a second. */
async function record(
  { ratePerSec, vus, durationSec }: Offer,
  { source, stream, dir, enginePlan }: Started,
): Promise<Recording> {
  const recorder = new Recorder(enginePlan);
  const journal = openJournal(dir);
  const steps = [{ ratePerSec, durationSec }];
  const phases = onePhase([{ ...health, steps, vus, maxVus: vus }]);
  const plan = { phases, objectives: DOCUMENTED_OBJECTIVES };
  const meter = new ProgressMeter({ plan, look: () => recorder.snapshot(), onProgress: () => {} });
  try {
    const end = await source.read(stream, (record) => {
      if (record.type !== 'interval') return;
      journal.append(record);
      recorder.add(record);
    });
    if (!end.complete) throw new Error(`the records are not whole: ${end.detail}`);
    return recorder.finish();
  } finally {
    meter.stop();
    journal.close();
  }
}
