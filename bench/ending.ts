/** Benchmark: how long a person waits after the last request until every report is written. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Endpoint, START_LATENESS } from '../lib/core/endpoint.ts';
import type { EndpointInterval, EnginePlan, IntervalRecord } from '../lib/core/engine-protocol.ts';
import { type LoadGenerator, ONLY_GENERATOR } from '../lib/core/generators.ts';
import type { Plan } from '../lib/core/plan.ts';
import { Random } from '../lib/core/random.ts';
import type { LoadResult } from '../lib/core/recording.ts';
import { SCHEMA_VERSION } from '../lib/core/schema-version.ts';
import { WHOLE } from '../lib/core/segment.ts';
import { startEmbeddedTarget } from '../lib/embedded/process.ts';
import { wsOrder, wsPing, wsUptime } from '../lib/journeys/websocket.ts';
import { encodeHistogram, Recorder, writeRecording } from '../lib/record/index.ts';
import { enginePlanOf } from '../lib/run/engine-plan.ts';
import { environmentOf, machine } from '../lib/run/environment.ts';
import { FILES, writeJson } from '../lib/run/folder.ts';
import { startLateness } from '../lib/run/generator.ts';
import { loadFigures } from '../lib/run/load-figures.ts';
import { makePlan } from '../lib/run/plan.ts';
import { sealRun } from '../lib/run/seal.ts';
import { judgeRun, writeReports } from '../lib/run/stages.ts';
import type { TruthReport } from '../lib/target/truth.ts';
import { PROFILES } from '../thresholds/profiles.ts';
import { DOCUMENTED_OBJECTIVES } from '../thresholds/slos.ts';
import { type Bench, type BenchContext, fixed, spread } from './bench.ts';

const COMMAND = fileURLToPath(new URL('../bin/aragora-slo.mjs', import.meta.url));
const REPORTS = [FILES.findings, FILES.html, FILES.markdown, FILES.junit];
const LOOK_MS = 50;

export const ending: Bench = async (context) => {
  const rows: string[][] = [];
  if (!context.quick) rows.push(['`smoke`, as a user runs it', fixed(await smokeMs(context), 0), '1']);
  const soaks: number[] = [];
  for (let round = 0; round < 3; round++) soaks.push(await soakMs(context, round));
  rows.push(['one hour of `soak`, synthetic recording: record, judge, report', spread(soaks, 0), String(soaks.length)]);
  return [
    {
      title: 'Last request to report written',
      head: ['run', 'ms', 'times'],
      rows,
      notes: [
        `\`smoke\` counts from the last change of the server’s own count (looked at every ${LOOK_MS} ms) to the last write of a report. It includes the end of k6.`,
      ],
    },
  ];
};

/** The whole command, against its own reference target. */
async function smokeMs({ dir, say }: BenchContext): Promise<number> {
  say('a whole smoke run');
  const target = await startEmbeddedTarget([], new AbortController().signal);
  try {
    const out = join(dir, 'smoke');
    const args = [
      'run',
      '--target',
      target.httpUrl,
      '--ws',
      target.wsUrl,
      '--profile',
      'smoke',
      '--out',
      out,
      '--quiet',
    ];
    const child = spawn(process.execPath, [COMMAND, ...args], { stdio: 'ignore' });
    const exited = once(child, 'exit');
    let last = { requests: 0, atMs: 0 };
    while (child.exitCode === null) {
      const requests = requestsOf(await truthOf(target.httpUrl));
      if (requests > last.requests) last = { requests, atMs: Date.now() };
      await sleep(LOOK_MS);
    }
    const [exitCode] = (await exited) as [number];
    const writtenAtMs = Math.max(...REPORTS.map((name) => statSync(join(out, name)).mtimeMs));
    if (exitCode === 2) throw new Error('the smoke run ended with exit code 2');
    return writtenAtMs - last.atMs;
  } finally {
    await target.stop();
  }
}

async function truthOf(httpUrl: string): Promise<TruthReport> {
  return (await (await fetch(`${httpUrl}/_reference/truth`)).json()) as TruthReport;
}

function requestsOf({ routes, sockets }: TruthReport): number {
  return routes.reduce((sum, { received }) => sum + received, sockets.pings);
}

/** Everything that follows the last record of an hour: without k6, the same functions in the same order. */
async function soakMs({ dir, engine, say }: BenchContext, round: number): Promise<number> {
  const run = join(dir, `soak-${round}`);
  mkdirSync(run);
  const plan = makePlan({
    runId: 'bench-soak',
    profile: PROFILES.soak,
    contract: 'documented',
    objectives: DOCUMENTED_OBJECTIVES,
    seed: 1,
    target: { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', embedded: true },
    command: 'npm run bench',
  });
  const enginePlan = enginePlanOf(plan);
  const recorder = new Recorder(enginePlan);
  say(`an hour of soak, ${round + 1} of 3`);
  for (const record of hour(enginePlan)) recorder.add(record);
  writeJson(run, FILES.plan, plan);
  writeJson(run, FILES.environment, environmentOf(engine, machine()));
  writeJson(run, FILES.observations, []);
  writeFileSync(join(run, FILES.engineLog), '');
  const startedMs = performance.now();
  writeRecording(run, recorder.finish());
  writeJson(
    run,
    FILES.load,
    loadOf(plan, recorder, { path: engine.path, version: engine.version, source: engine.source }),
  );
  sealRun(run);
  await writeReports(run, judgeRun(run), { paint: (_, text) => text, env: {} });
  return performance.now() - startedMs;
}

const FIRST_SECOND = 1_700_000_000;
/** Only this many different seconds are made for an endpoint, and used in turn: encoding 40,000 would take longer than all the rest. */
const KINDS = 40;

/** What the engine would send in an hour of this plan: every endpoint at its rate, with log-normal latencies. */
function* hour(plan: EnginePlan): Generator<IntervalRecord> {
  const scenario = Object.entries(plan.scenarios);
  const perSec = new Map<Endpoint, number>([
    [START_LATENESS, 10],
    [wsPing.name, 20],
    [wsUptime.name, 20],
    [wsOrder.name, 12],
  ]);
  for (const [, { owed, ratePerSec }] of scenario) {
    for (const endpoint of owed) perSec.set(endpoint, (perSec.get(endpoint) ?? 0) + ratePerSec);
  }
  const kinds = [...perSec].map(([endpoint, count]) => [endpoint, secondsOf(endpoint, count, plan)] as const);
  const iterations = Object.fromEntries(scenario.map(([name, { ratePerSec }]) => [name, ratePerSec]));
  for (let at = 0; at < 3600; at++) {
    const endpoints = Object.fromEntries(
      kinds.flatMap(([endpoint, seconds]) => {
        const second = seconds[(at * 7) % KINDS];
        return second === undefined ? [] : [[endpoint, second]];
      }),
    );
    yield { type: 'interval', second: FIRST_SECOND + at, cpuUs: at * 50_000, endpoints, iterations, dropped: {} };
  }
}

function secondsOf(endpoint: Endpoint, count: number, plan: EnginePlan): EndpointInterval[] {
  const limitsUs = plan.limitsUs[endpoint] ?? [];
  const medianUs = (limitsUs[0] ?? 10_000) / 5;
  return Array.from({ length: KINDS }, (_, kind) => {
    const random = new Random(1, endpoint, kind);
    const values = Array.from({ length: count }, () => Math.round(medianUs * Math.exp(normal(random) / 2)) + 1);
    return {
      count,
      sumUs: values.reduce((sum, value) => sum + value, 0),
      ...(limitsUs.length > 0 && { over: limitsUs.map((limitUs) => values.filter((value) => value > limitUs).length) }),
      histogram: encodeHistogram(values),
      traces: [[random.hex(32), values[0] ?? 1, 'ok']],
    };
  });
}

/** Approximately standard normal: the sum of twelve uniforms minus their mean (Irwin–Hall). */
function normal(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.uint32() / 2 ** 32;
  return sum;
}

function loadOf(plan: Plan, recorder: Recorder, engine: LoadGenerator['engine']): LoadResult {
  const reason = { kind: 'finished' } as const;
  const known = { id: ONLY_GENERATOR, segment: WHOLE, engine, clockOffsetMs: null, cpuShare: 0.05 };
  const generators = [
    {
      ...known,
      peakRssBytes: null,
      startLatenessUs: startLateness(recorder.finish().endpoints.get(START_LATENESS)?.total),
    },
  ];
  return {
    schemaVersion: SCHEMA_VERSION,
    reason,
    startedAtMs: FIRST_SECOND * 1000,
    endedAtMs: (FIRST_SECOND + 3600) * 1000,
    ...loadFigures({ plan, reason, recorder, generators }),
  };
}
