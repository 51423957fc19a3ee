/**
 * Owns sample RunFacts for tests of the reports: one per kind of outcome, seeded, the same on every machine.
 * Refuses to be a judge: it counts, and takes Wilson bounds for the interval.
 */
import {
  type ErrorBudget,
  exitCodeOf,
  type Finding,
  type Outcome,
  outcomeOf,
  type Status,
} from '../../lib/core/finding.ts';
import {
  type Endpoint,
  type Journey,
  journeyArrivals,
  type Objective,
  OWED,
  type Plan,
  SCHEMA_VERSION,
} from '../../lib/core/plan.ts';
import type {
  EndpointRecording,
  EndpointSecond,
  JourneyLoad,
  LoadResult,
  Recording,
} from '../../lib/core/recording.ts';
import type { RunFacts } from '../../lib/core/run.ts';
import { histogramOf, lognormalUs, seeded } from './histogram.ts';
import { objectives } from './objectives.ts';

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
  /** Every latency times `factor` within these seconds. */
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
}

/** A whole run from how its endpoints behave. `{}` gives a healthy minute. */
export function makeFacts(options: FactsOptions = {}): RunFacts {
  const durationSec = options.durationSec ?? 60;
  const behaviours = options.behaviours ?? HEALTHY;
  const plan = makePlan(durationSec);
  const recording = makeRecording(behaviours, plan.objectives, durationSec, seeded(options.seed ?? 7));
  const load = makeLoad(plan, recording, durationSec, options.reason ?? { kind: 'finished' });
  const findings = plan.objectives.map((objective) => judge(objective, recording));
  const outcome = load.reason.kind === 'interrupted' ? 'interrupted' : outcomeOf(findings);
  return {
    plan,
    load,
    recording,
    observations: [
      {
        kind: 'status-page',
        status: 'unavailable',
        reason: 'no monitor is connected',
        hint: 'connect one with --status-page URL',
      },
    ],
    verdict: {
      schemaVersion: SCHEMA_VERSION,
      outcome,
      exitCode: exitCodeOf(outcome),
      headline: headlineOf(outcome, findings),
      findings,
      errorBudgets: findings
        .filter((finding) => finding.unit === 'ratio')
        .map((finding) => budgetOf(finding, durationSec)),
      blindSpots: [
        'Bursts rarer than one in 20 s may hide in a run of 60 s; the profile "load" sees down to one in 100 s.',
      ],
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

/** One sample per outcome and per way of having nothing to say. */
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
} as const satisfies Record<string, () => RunFacts>;

function makePlan(durationSec: number): Plan {
  const steps = (ratePerSec: number) => ({ steps: [{ ratePerSec, durationSec }], vus: 20, maxVus: 200 });
  const journeys: readonly Journey[] = [
    { name: 'health', ...steps(50) },
    { name: 'debates-list', ...steps(30) },
    { name: 'agents', ...steps(12) },
    { name: 'consensus', ...steps(20) },
    { name: 'websocket', sockets: 20, durationSec, pingEverySec: 1 },
  ];
  return {
    schemaVersion: SCHEMA_VERSION,
    runId: '20260921-141320-7f3a',
    profile: 'smoke',
    contract: 'documented',
    seed: 7,
    target: { httpUrl: 'http://127.0.0.1:8080', wsUrl: 'ws://127.0.0.1:8765/ws', embedded: true },
    journeys,
    objectives,
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
    const seconds = Array.from({ length: durationSec }, (_, at) => makeSecond(behaviour, at, limitsUs, values, random));
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

function makeSecond(
  behaviour: Behaviour,
  at: number,
  limitsUs: readonly number[],
  total: number[],
  random: () => number,
): EndpointSecond {
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
  const journeys = plan.journeys.map((journey): JourneyLoad => {
    const offered = recording.endpoints.size === 0 ? 0 : journeyArrivals(journey);
    const dropped = droppedAt(OWED[journey.name][0]);
    return { journey: journey.name, offered, delivered: offered - dropped, dropped };
  });
  return {
    schemaVersion: SCHEMA_VERSION,
    reason,
    startedAtMs: START_SEC * 1000,
    endedAtMs: (START_SEC + durationSec) * 1000 - 1,
    journeys,
    startLatenessUs: recording.endpoints.size === 0 ? null : { p50: 90, p99: 640, max: 3100 },
    generatorCpuShare: recording.endpoints.size === 0 ? null : 0.117,
    generatorPeakRssBytes: recording.endpoints.size === 0 ? null : 96_468_992,
    engine: { path: '.cache/engine/k6', version: 'v2.2.0', source: 'hdr' },
  };
}

interface Tally {
  readonly samples: number;
  readonly bad: number;
  readonly allowedShare: number;
}

function judge(objective: Objective, recording: Recording): Finding {
  const endpoints =
    objective.kind === 'external' ? [] : objective.kind === 'availability' ? objective.endpoints : [objective.endpoint];
  const recordings = endpoints.flatMap((endpoint) => recording.endpoints.get(endpoint) ?? []);
  const seconds = recordings.flatMap((one) => one.seconds);
  const failed = seconds.reduce(
    (sum, second) => sum + second.dropped + Object.values(second.failed).reduce((a, b) => a + b, 0),
    0,
  );
  const samples = seconds.reduce((sum, second) => sum + second.count + second.dropped, 0);
  const over =
    objective.kind === 'latency'
      ? recordings.reduce((sum, one) => sum + one.total.countOverUs(objective.limitMs * 1000), 0)
      : 0;
  const allowedShare =
    objective.kind === 'latency'
      ? 1 - objective.percentile / 100
      : objective.kind === 'protocol'
        ? 0
        : 1 - objective.target;
  const tally: Tally = { samples, bad: failed + over, allowedShare };
  const actual = actualOf(objective, tally, recordings, failed);
  const expected =
    objective.kind === 'latency' ? objective.limitMs : objective.kind === 'protocol' ? 0 : objective.target;
  const status = statusOf(objective, tally);
  const interval = samples === 0 ? null : wilson(tally.bad, samples);
  return {
    id: objective.id,
    subject: objective.subject,
    status,
    gating: objective.gating,
    operator: objective.kind === 'latency' ? '<=' : objective.kind === 'protocol' ? '==' : '>=',
    expected,
    actual,
    margin: actual === null || objective.kind === 'protocol' ? null : marginOf(objective, expected, actual),
    unit: objective.kind === 'latency' ? 'ms' : objective.kind === 'protocol' ? 'count' : 'ratio',
    samples,
    effectiveSamples: samples === 0 ? null : Math.round(samples * 0.8),
    bad: tally.bad,
    interval,
    allowedShare: objective.kind === 'protocol' ? null : allowedShare,
    furtherSamples: status === 'inconclusive' ? Math.max(1, Math.ceil(3 / allowedShare) - samples) : null,
    source: objective.source,
    summary: summaryOf(objective, status, tally),
    evidence: samples === 0 ? [] : [{ label: 'longest run of bad seconds', value: tally.bad === 0 ? 'none' : '5 s' }],
  };
}

function actualOf(
  objective: Objective,
  { samples, bad }: Tally,
  recordings: readonly EndpointRecording[],
  failed: number,
): number | null {
  if (samples === 0) return null;
  if (objective.kind === 'protocol') return bad;
  if (objective.kind !== 'latency') return 1 - bad / samples;
  const rank = (objective.percentile * samples) / (samples - failed);
  const valueUs = rank > 100 ? null : (recordings[0]?.total.percentileUs(rank) ?? null);
  return valueUs === null ? null : valueUs / 1000;
}

function statusOf(objective: Objective, { samples, bad, allowedShare }: Tally): Status {
  if (samples === 0) return 'no-data';
  if (objective.kind === 'protocol') return bad > 0 ? 'fail' : 'pass';
  const { lower, upper } = wilson(bad, samples);
  if (lower > allowedShare) return 'fail';
  return upper <= allowedShare ? 'pass' : 'inconclusive';
}

const marginOf = (objective: Objective, expected: number, actual: number): number =>
  objective.kind === 'latency' ? (expected - actual) / expected : (actual - expected) / (1 - expected);

function wilson(bad: number, samples: number): { lower: number; upper: number } {
  const z = 1.645;
  const share = bad / samples;
  const centre = share + (z * z) / (2 * samples);
  const spread = z * Math.sqrt((share * (1 - share)) / samples + (z * z) / (4 * samples * samples));
  const scale = 1 + (z * z) / samples;
  return { lower: Math.max(0, (centre - spread) / scale), upper: (centre + spread) / scale };
}

function summaryOf(objective: Objective, status: Status, { samples, bad }: Tally): string {
  switch (status) {
    case 'no-data':
      return objective.kind === 'external'
        ? 'No external monitor is connected, so nobody pinged the status page.'
        : 'Not one sample was recorded.';
    case 'inconclusive':
      return `${samples} samples are too few to tell: ${bad} of them were bad.`;
    default:
      return `${bad} of ${samples} samples were bad.`;
  }
}

function headlineOf(outcome: Outcome, findings: readonly Finding[]): string {
  const named = (status: Status): string =>
    findings
      .filter((finding) => finding.gating && finding.status === status)
      .map((finding) => finding.subject)
      .join(', ');
  switch (outcome) {
    case 'conforms':
      return 'All gating objectives hold with 95 % confidence.';
    case 'breaches':
      return `Breached: ${named('fail')}.`;
    case 'inconclusive':
      return `Undecided: ${named('inconclusive') || named('no-data')}.`;
    case 'interrupted':
      return 'SIGINT ended the load after 12 of 60 s; what was recorded is judged below and decides nothing.';
  }
}

function budgetOf(finding: Finding, durationSec: number): ErrorBudget {
  const monthlyBudgetMin = (1 - finding.expected) * 43_200;
  const burnRate = finding.samples === 0 ? null : finding.bad / finding.samples / (1 - finding.expected);
  return {
    objectiveId: finding.id,
    target: finding.expected,
    monthlyBudgetMin,
    burnRate,
    usedShare: burnRate === null ? null : (burnRate * durationSec) / (43_200 * 60),
  };
}
