/**
 * Sample RunFacts for tests of the reports: one for each kind of outcome, seeded, the same on every machine. `findings.ts` judges them in a
 * simple way.
 */

import { type Endpoint, owedByArrival } from '../../lib/core/endpoint.ts';
import { ONLY_GENERATOR } from '../../lib/core/generators.ts';
import { type Journey, journeyArrivals, type Objective, type Plan } from '../../lib/core/plan.ts';
import type {
  EndpointRecording,
  EndpointSecond,
  JourneyLoad,
  LoadResult,
  Recording,
} from '../../lib/core/recording.ts';
import type { RunFacts } from '../../lib/core/run.ts';
import { SCHEMA_VERSION } from '../../lib/core/schema-version.ts';
import { WHOLE } from '../../lib/core/segment.ts';
import { ONLY_PHASE, onePhase, plannedJourneys } from '../../lib/core/timeline.ts';
import { exitCodeOf, outcomeOf } from '../../lib/core/verdict.ts';
import { agents } from '../../lib/journeys/agents.ts';
import { consensus } from '../../lib/journeys/consensus.ts';
import { debatesList } from '../../lib/journeys/debates.ts';
import { health } from '../../lib/journeys/health.ts';
import { websocket } from '../../lib/journeys/websocket.ts';
import { SYSTEMS } from '../../lib/systems/index.ts';
import { budgetOf, headlineOf, judge } from './findings.ts';
import { histogramOf, lognormalUs, seeded } from './histogram.ts';
import { objectives } from './objectives.ts';
import { type TelemetryKind, telemetryOf } from './telemetry.ts';

const START_SEC = 1_790_000_000;

/** How an endpoint behaves in a sample run. */
interface Behaviour {
  readonly perSec: number;
  readonly medianMs: number;
  readonly sigma: number;
  /** Share of samples that fail, by kind. */
  readonly failing?: Readonly<Record<string, number>>;
  /** Samples dropped in every second from `fromSec` on. */
  readonly dropped?: { readonly fromSec: number; readonly perSec: number };
  /** Every latency within these seconds is multiplied by `factor`. */
  readonly stall?: { readonly fromSec: number; readonly toSec: number; readonly factor: number };
}
export type Behaviours = Partial<Record<Endpoint, Behaviour>>;

export const HEALTHY: Behaviours = {
  health: { perSec: 50, medianMs: 1.9, sigma: 0.35 },
  'debates-list': { perSec: 30, medianMs: 14, sigma: 0.4 },
  'debates-create': { perSec: 12, medianMs: 22, sigma: 0.35 },
  'agent-response': { perSec: 12, medianMs: 310, sigma: 0.3 },
  consensus: { perSec: 20, medianMs: 8, sigma: 0.4 },
  'ws-connect': { perSec: 0.4, medianMs: 4, sigma: 0.3 },
  'ws-ping': { perSec: 20, medianMs: 0.8, sigma: 0.5 },
  'ws-order': { perSec: 12, medianMs: 1, sigma: 0.1 },
  'ws-uptime': { perSec: 20, medianMs: 1, sigma: 0.1 },
};

const BROKEN: Behaviours = {
  ...HEALTHY,
  health: { perSec: 50, medianMs: 7.6, sigma: 1 },
  'debates-list': {
    perSec: 30,
    medianMs: 95,
    sigma: 0.85,
    failing: { status_500: 0.004, timeout: 0.0025 },
    stall: { fromSec: 34, toSec: 39, factor: 9 },
  },
  'debates-create': {
    perSec: 12,
    medianMs: 24,
    sigma: 0.4,
    failing: { not_success: 0.01 },
    dropped: { fromSec: 50, perSec: 1 },
  },
  'ws-order': { perSec: 12, medianMs: 1, sigma: 0.1, failing: { out_of_order: 0.003 } },
};

export interface FactsOptions {
  readonly behaviours?: Behaviours;
  readonly durationSec?: number;
  readonly seed?: number;
  readonly reason?: LoadResult['reason'];
  /** Absent: the run did not look at the server's telemetry. */
  readonly telemetry?: TelemetryKind;
}

/** A whole run, made from how its endpoints behave. `{}` gives a healthy minute. */
export function makeFacts(options: FactsOptions = {}): RunFacts {
  const durationSec = options.durationSec ?? 60;
  const behaviours = options.behaviours ?? HEALTHY;
  const plan = makePlan(durationSec);
  const recording = makeRecording(behaviours, plan.objectives, durationSec, seeded(options.seed ?? 7));
  const load = makeLoad(plan, recording, durationSec, options.reason ?? { kind: 'finished' });
  const objectiveFindings = plan.objectives.map((objective) => judge(objective, recording));
  const telemetry = options.telemetry === undefined ? undefined : telemetryOf(options.telemetry, recording);
  const findings = [...objectiveFindings, ...(telemetry?.findings ?? [])];
  const outcome = load.reason.kind === 'interrupted' ? 'interrupted' : outcomeOf(findings);
  return {
    plan,
    load,
    recording,
    observations: [
      {
        kind: 'monitor.status-page',
        status: 'unavailable',
        reason: 'no monitor is connected',
        hint: 'connect one with --status-page URL',
      },
      ...(telemetry?.observations ?? []),
    ],
    verdict: {
      schemaVersion: SCHEMA_VERSION,
      outcome,
      exitCode: exitCodeOf(outcome),
      headline: headlineOf(outcome, findings),
      causes: [],
      findings,
      systems: telemetry === undefined ? [] : SYSTEMS.map(({ id, title, page }) => ({ id, title, page })),
      errorBudgets: objectiveFindings
        .filter((finding) => finding.unit === 'ratio')
        .map((finding) => budgetOf(finding, durationSec)),
      blindSpots: [
        'Bursts rarer than one in 20 s may hide in a run of 60 s; the profile "load" sees down to one in 100 s.',
      ],
      checklist: telemetry?.checklist ?? [],
      comparison: telemetry?.comparison ?? null,
      coverage: null,
    },
    environment: {
      'aragora-slo': '0.1.0',
      k6: 'v2.2.0',
      node: 'v20.19.0',
      os: 'linux x64',
      cpus: '2',
      target: 'reference Aragora',
    },
  };
}

/** One sample for each outcome, for each way of having nothing to say, and for each state of the server's telemetry. */
export const SAMPLES = {
  conforming: () => makeFacts(),
  breaching: () => makeFacts({ behaviours: BROKEN }),
  inconclusive: () => makeFacts({ durationSec: 5, seed: 3 }),
  interrupted: () => makeFacts({ durationSec: 12, reason: { kind: 'interrupted', signal: 'SIGINT' } }),
  empty: () =>
    makeFacts({
      behaviours: {},
      reason: { kind: 'script-error', detail: 'dial tcp 127.0.0.1:8080: connection refused' },
    }),
  observed: () => makeFacts({ telemetry: 'passing' }),
  lying: () => makeFacts({ telemetry: 'failing' }),
  unobserved: () => makeFacts({ telemetry: 'missing' }),
} as const satisfies Record<string, () => RunFacts>;

function makePlan(durationSec: number): Plan {
  const steps = (ratePerSec: number) => ({ steps: [{ ratePerSec, durationSec }], vus: 20, maxVus: 200 });
  const journeys: readonly Journey[] = [
    { ...health, ...steps(50) },
    { ...debatesList, ...steps(30) },
    { ...agents, ...steps(12) },
    { ...consensus, ...steps(20) },
    { ...websocket, sockets: 20, durationSec, pingEverySec: 1 },
  ];
  return {
    schemaVersion: SCHEMA_VERSION,
    runId: '20260921-141320-7f3a',
    profile: 'smoke',
    contract: 'documented',
    seed: 7,
    target: { httpUrl: 'http://127.0.0.1:8080', wsUrl: 'ws://127.0.0.1:8765/ws', embedded: true },
    phases: onePhase(journeys),
    objectives,
    notes: [
      'WebSockets are at ws://127.0.0.1:8765/ws: ws://127.0.0.1:8080/ws refuses the WebSocket handshake with 404',
    ],
    command: 'npx aragora-slo run --profile smoke --seed 7',
  };
}

function makeRecording(
  behaviours: Behaviours,
  all: readonly Objective[],
  durationSec: number,
  random: () => number,
): Recording {
  const endpoints = new Map<Endpoint, EndpointRecording>();
  for (const [endpoint, behaviour] of Object.entries(behaviours) as [Endpoint, Behaviour][]) {
    const limitsUs = all.flatMap((objective) =>
      objective.kind === 'latency' && objective.endpoint === endpoint ? [objective.limitMs * 1000] : [],
    );
    const values: number[] = [];
    const madeUp = { behaviour, limitsUs, total: values, random };
    const seconds = Array.from({ length: durationSec }, (_, at) => makeSecond(at, madeUp));
    endpoints.set(endpoint, {
      endpoint,
      limitsUs,
      seconds: seconds.filter((second) => second.count + second.dropped > 0),
      total: histogramOf(values),
      traces: [],
    });
  }
  return { schemaVersion: SCHEMA_VERSION, endpoints };
}

interface MadeUp {
  readonly behaviour: Behaviour;
  readonly limitsUs: readonly number[];
  /** All latencies, to which those of a second are added. */
  readonly total: number[];
  readonly random: () => number;
}

function makeSecond(at: number, { behaviour, limitsUs, total, random }: MadeUp): EndpointSecond {
  const arrivals = Math.floor((at + 1) * behaviour.perSec) - Math.floor(at * behaviour.perSec);
  const failed: Record<string, number> = {};
  const answered: number[] = [];
  const { stall } = behaviour;
  const factor = stall !== undefined && at >= stall.fromSec && at < stall.toSec ? stall.factor : 1;
  for (let i = 0; i < arrivals; i++) {
    const kind = failureKind(behaviour.failing ?? {}, random());
    if (kind !== null) failed[kind] = (failed[kind] ?? 0) + 1;
    else answered.push(lognormalUs(random, behaviour.medianMs * 1000 * factor, behaviour.sigma));
  }
  for (const value of answered) total.push(value);
  const { dropped } = behaviour;
  return {
    second: START_SEC + at,
    count: arrivals,
    failed,
    dropped: dropped !== undefined && at >= dropped.fromSec ? dropped.perSec : 0,
    over: limitsUs.map((limitUs) => answered.filter((value) => value > limitUs).length),
    sumUs: answered.reduce((sum, value) => sum + value, 0),
    histogram: histogramOf(answered),
  };
}

function failureKind(failing: Readonly<Record<string, number>>, draw: number): string | null {
  let below = 0;
  for (const [kind, share] of Object.entries(failing)) {
    below += share;
    if (draw < below) return kind;
  }
  return null;
}

function makeLoad(plan: Plan, recording: Recording, durationSec: number, reason: LoadResult['reason']): LoadResult {
  const droppedAt = (endpoint: Endpoint | undefined): number =>
    (endpoint === undefined ? undefined : recording.endpoints.get(endpoint))?.seconds.reduce(
      (sum, second) => sum + second.dropped,
      0,
    ) ?? 0;
  const measured = recording.endpoints.size > 0;
  const journeys = plannedJourneys(plan).map((journey): JourneyLoad => {
    const offered = measured ? journeyArrivals(journey) : 0;
    const dropped = droppedAt(owedByArrival(journey)[0]);
    return { phase: ONLY_PHASE, journey: journey.name, offered, delivered: offered - dropped, dropped };
  });
  return {
    schemaVersion: SCHEMA_VERSION,
    reason,
    startedAtMs: START_SEC * 1000,
    endedAtMs: (START_SEC + durationSec) * 1000 - 1,
    journeys,
    generators: [
      {
        id: ONLY_GENERATOR,
        segment: WHOLE,
        engine: { path: '.cache/engine/k6', version: 'v2.2.0', source: 'hdr' },
        clockOffsetMs: null,
        cpuShare: measured ? 0.117 : null,
        peakRssBytes: measured ? 96_468_992 : null,
        startLatenessUs: measured ? { p50: 90, p99: 640, max: 3100 } : null,
      },
    ],
  };
}
