/** Benchmark of truth: what clients recorded, compared with what the reference target itself counted and timed. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoint } from '../lib/core/endpoint.ts';
import { mostLateness } from '../lib/core/generators.ts';
import type { LoadResult, Recording } from '../lib/core/recording.ts';
import { plannedJourneys, plannedSec } from '../lib/core/timeline.ts';
import { startEmbeddedTarget } from '../lib/embedded/process.ts';
import { agentResponse } from '../lib/journeys/agents.ts';
import { type BuiltInEndpoint, type BuiltInJourney, endpointNamed } from '../lib/journeys/index.ts';
import { entryScript } from '../lib/load/entry.ts';
import { prepareDebate } from '../lib/preflight/prepare.ts';
import { readRecording } from '../lib/record/index.ts';
import { enginePlanOf } from '../lib/run/engine-plan.ts';
import { EnginesHere } from '../lib/run/engines-here.ts';
import { FILES, readObject } from '../lib/run/folder.ts';
import { measure } from '../lib/run/measure.ts';
import { makePlan } from '../lib/run/plan.ts';
import type { Multiset, TruthReport } from '../lib/target/truth.ts';
import type { Profile } from '../thresholds/profiles.ts';
import { DOCUMENTED_OBJECTIVES } from '../thresholds/slos.ts';
import { type Bench, fixed, type Table } from './bench.ts';

/** Seeded latency laws whose percentiles lie well apart. */
const LAWS = ['health=lognormal(5ms,0.5)', 'debates-list=lognormal(20ms,0.5)', 'consensus=lognormal(10ms,0.8)'];
const TARGET_ARGS = ['--seed', '1', ...LAWS.flatMap((law) => ['--latency', law])];
const RATES: readonly (readonly [BuiltInJourney, number])[] = [
  ['health', 100],
  ['debates-list', 50],
  ['consensus', 50],
  ['agents', 2],
];
const TIMED: readonly BuiltInEndpoint[] = ['health', 'debates-list', 'consensus'];
const PERCENTILES = [50, 95, 99];

export const truth: Bench = async (context) => {
  const observed = await observe(context);
  return [percentiles(observed), counts(observed)];
};

function percentiles({ recording, truth, load }: Observed): Table {
  const { p50, p99, max } = mostLateness(load.generators) ?? { p50: 0, p99: 0, max: 0 };
  return {
    title: 'Percentiles against the server’s own',
    head: ['endpoint', 'percentile', 'server µs', 'client µs', 'difference µs', 'difference'],
    rows: TIMED.flatMap((endpoint) =>
      PERCENTILES.map((percentile) => errorRow(endpoint, percentile, recording, truth)),
    ),
    notes: [
      'The server times from the arrival of the headers to handing over the answer. The client times from the due time to the complete answer. The difference includes ' +
        'the way there and back, connecting, waiting for a CPU on either side, a start that was late by more than 1 ms, and the rounding of the histogram (less than 0.01 %).',
      `Starts were late by ${fixed(p50, 0)} µs (median), ${fixed(p99, 0)} µs (p99), ${fixed(max, 0)} µs (largest).`,
    ],
  };
}

function counts({ recording, truth }: Observed): Table {
  const rows = [...recording.endpoints.values()].flatMap(({ endpoint, seconds }): string[][] => {
    const counted = countedBy(truth, endpoint);
    const recorded = seconds.reduce((sum, { count }) => sum + count, 0);
    if (counted === undefined) return [];
    const verdict = recorded === counted ? 'equal' : `**off by ${recorded - counted}**`;
    return [[endpoint, fixed(recorded, 0), fixed(counted, 0), verdict]];
  });
  return { title: 'Requests counted', head: ['endpoint', 'recorded', 'counted by the server', ''], rows, notes: [] };
}

interface Observed {
  readonly recording: Recording;
  readonly load: LoadResult;
  readonly truth: TruthReport;
}

/** One run of the harness against the reference target; the target's truth for the load alone. */
async function observe({ engine, dir, quick, say }: Parameters<Bench>[0]): Promise<Observed> {
  const signal = new AbortController().signal;
  const target = await startEmbeddedTarget(TARGET_ARGS, signal);
  try {
    const { httpUrl, wsUrl } = target;
    const plan = makePlan({
      runId: 'bench',
      profile: profile(quick ? 5 : 30),
      contract: 'documented',
      objectives: DOCUMENTED_OBJECTIVES,
      seed: 1,
      target: { httpUrl, wsUrl, embedded: true },
      command: 'npm run bench',
    });
    const { debateId } = await prepareDebate({ httpUrl, token: undefined }, signal);
    const before = await truthOf(httpUrl);
    const run = join(dir, 'run');
    mkdirSync(run);
    say('a run against the reference target');
    const enginePlan = { ...enginePlanOf(plan), debateId };
    const engines = new EnginesHere({ dir: run, engine, enginePlan, durationSec: plannedSec(plan), token: undefined });
    const script = await entryScript(plannedJourneys(plan));
    await measure({ dir: run, plan, enginePlan, engine, engines, script, onProgress: () => {}, signal });
    const load = readObject(run, FILES.load) as unknown as LoadResult;
    if (load.reason.kind !== 'finished') throw new Error(`the load did not finish: ${JSON.stringify(load.reason)}`);
    return { recording: readRecording(run), load, truth: since(before, await truthOf(httpUrl)) };
  } finally {
    await target.stop();
  }
}

function profile(durationSec: number): Profile {
  const journeys = RATES.map(([name, ratePerSec]) => [name, { steps: [{ ratePerSec, durationSec }] }]);
  return { name: 'bench', description: '', journeys: Object.fromEntries(journeys), gates: 'all' };
}

async function truthOf(httpUrl: string): Promise<TruthReport> {
  return (await (await fetch(`${httpUrl}/_reference/truth`)).json()) as TruthReport;
}

/** Subtracts what was there before: the requests of the preparation. */
function since(before: TruthReport, after: TruthReport): TruthReport {
  const routes = after.routes.map((route) => {
    const known = before.routes.find(({ endpoint, method }) => endpoint === route.endpoint && method === route.method);
    if (known === undefined) return route;
    return {
      ...route,
      received: route.received - known.received,
      latencyUs: without(known.latencyUs, route.latencyUs),
    };
  });
  return { ...after, routes, agentResponseUs: without(before.agentResponseUs, after.agentResponseUs) };
}

function without(before: Multiset, after: Multiset): Multiset {
  const known = new Map(before);
  return after.map(([valueUs, count]) => [valueUs, count - (known.get(valueUs) ?? 0)] as const);
}

function routeOf(truth: TruthReport, endpoint: Endpoint) {
  const http = endpointNamed(endpoint)?.http;
  return truth.routes.find((route) => route.method === http?.method && route.endpoint === http.path);
}

function countedBy(truth: TruthReport, endpoint: Endpoint): number | undefined {
  if (endpoint === agentResponse.name) return truth.agentResponseUs.reduce((sum, [, count]) => sum + count, 0);
  return routeOf(truth, endpoint)?.received;
}

function errorRow(endpoint: Endpoint, percentile: number, recording: Recording, truth: TruthReport): string[] {
  const client = recording.endpoints.get(endpoint)?.total.percentileUs(percentile);
  const server = percentileOf(routeOf(truth, endpoint)?.latencyUs ?? [], percentile);
  if (client === null || client === undefined || server === undefined) throw new Error(`no latencies of ${endpoint}`);
  const off = client - server;
  const sign = off < 0 ? '' : '+';
  const share = `${sign}${fixed((100 * off) / server, 2)} %`;
  return [endpoint, `p${percentile}`, fixed(server, 0), fixed(client, 0), `${sign}${fixed(off, 0)}`, share];
}

/** Nearest rank: the smallest value that `percentile` % of all values do not exceed. */
function percentileOf(values: Multiset, percentile: number): number | undefined {
  const rank = Math.ceil((percentile / 100) * values.reduce((sum, [, count]) => sum + count, 0));
  let seen = 0;
  return values.find(([, count]) => {
    seen += count;
    return seen >= rank;
  })?.[0];
}
