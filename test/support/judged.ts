/** Small made-up facts for the judge's tests. */
import type { Endpoint } from '../../lib/core/endpoint.ts';
import type { Finding } from '../../lib/core/finding.ts';
import { type LoadGenerator, ONLY_GENERATOR } from '../../lib/core/generators.ts';
import { limitsUsByEndpoint } from '../../lib/core/limits.ts';
import type { LatencyObjective, Objective, Plan } from '../../lib/core/plan.ts';
import {
  type EndpointRecording,
  type EndpointSecond,
  failedCount,
  type LatencyHistogram,
  type LoadResult,
  type Recording,
} from '../../lib/core/recording.ts';
import type { JudgeInput } from '../../lib/core/run.ts';
import { SCHEMA_VERSION } from '../../lib/core/schema-version.ts';
import { WHOLE } from '../../lib/core/segment.ts';
import { onePhase } from '../../lib/core/timeline.ts';
import type { Verdict } from '../../lib/core/verdict.ts';
import { health } from '../../lib/journeys/health.ts';
import { judge } from '../../lib/judge/judge.ts';
import { SYSTEMS } from '../../lib/systems/index.ts';

/** The second in which every made-up run starts. */
export const START_SECOND = 1_700_000_000;

export interface MadeSecond {
  /** Latencies of answered samples, ms. */
  readonly ms: readonly number[];
  readonly failed?: Readonly<Record<string, number>>;
  /** How long its failures took together, ms; default: no time. */
  readonly failedSumMs?: number;
  readonly dropped?: number;
}

/** Sixty seconds, each as `at` says. */
export function minute(at: (second: number) => MadeSecond): MadeSecond[] {
  return Array.from({ length: 60 }, (_, second) => at(second));
}

/** `count` latencies of `ms`. */
export function times(count: number, ms: number): number[] {
  return Array.from({ length: count }, () => ms);
}

export function histogramOf(valuesUs: readonly number[]): LatencyHistogram {
  const sorted = [...valuesUs].sort((a, b) => a - b);
  return {
    count: sorted.length,
    maxUs: sorted.at(-1) ?? null,
    percentileUs: (percentile) => sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length - 1e-9) - 1)] ?? null,
    countOverUs: (limitUs) => sorted.filter((value) => value > limitUs).length,
    buckets: () =>
      [...new Set(sorted)].map((valueUs) => ({ valueUs, count: sorted.filter((v) => v === valueUs).length })),
    spectrum: () => sorted.map((valueUs, at) => ({ percentile: (100 * (at + 1)) / sorted.length, valueUs })),
  };
}

export function recordingOf(
  endpoint: Endpoint,
  objectives: readonly Objective[],
  seconds: readonly MadeSecond[],
): EndpointRecording {
  const limitsUs = limitsUsByEndpoint(objectives)[endpoint] ?? [];
  const made = seconds.map(({ ms, failed = {}, failedSumMs = 0, dropped = 0 }, at): EndpointSecond => {
    const valuesUs = ms.map((value) => Math.round(value * 1000));
    const failures = failedCount(failed);
    return {
      second: START_SECOND + at,
      count: ms.length + failures,
      failed,
      dropped,
      over: limitsUs.map((limit) => valuesUs.filter((value) => value > limit).length),
      sumUs: valuesUs.reduce((sum, value) => sum + value, failedSumMs * 1000),
      histogram: histogramOf(valuesUs),
    };
  });
  const all = seconds.flatMap(({ ms }) => ms.map((value) => Math.round(value * 1000)));
  return {
    endpoint,
    limitsUs,
    seconds: made.filter(({ count, dropped }) => count + dropped > 0),
    total: histogramOf(all),
    traces: [],
  };
}

const SOURCE = { document: 'aragora-slo', section: 'test' } as const;

export const LATENCY: LatencyObjective = {
  kind: 'latency',
  id: 'latency.health.p95',
  subject: 'health p95',
  gating: true,
  source: SOURCE,
  endpoint: 'health',
  percentile: 95,
  limitMs: 50,
};
export const AVAILABILITY: Objective = {
  kind: 'availability',
  id: 'availability.api',
  subject: 'API availability',
  gating: true,
  source: SOURCE,
  endpoints: ['health', 'debates-list'],
  target: 0.999,
};
export const UPTIME: Objective = {
  kind: 'uptime',
  id: 'availability.websocket',
  subject: 'WebSocket uptime',
  gating: true,
  source: SOURCE,
  endpoint: 'ws-uptime',
  target: 0.995,
};
export const PROTOCOL: Objective = {
  kind: 'protocol',
  id: 'websocket.order',
  subject: 'event order',
  gating: true,
  source: SOURCE,
  endpoint: 'ws-order',
};
export const HANDSHAKE: Objective = {
  kind: 'protocol',
  id: 'websocket.connect',
  subject: 'WebSocket handshake',
  gating: true,
  source: SOURCE,
  endpoint: 'ws-connect',
};
export const EXTERNAL: Objective = {
  kind: 'external',
  id: 'availability.status-page',
  subject: 'status page',
  gating: false,
  source: SOURCE,
  monitor: 'status-page',
  target: 0.9999,
};

/** A fit generator, with these changes. */
export function generatorOf(changes: Partial<LoadGenerator> = {}): LoadGenerator {
  return {
    id: ONLY_GENERATOR,
    segment: WHOLE,
    engine: { path: 'k6', version: '2.2.0', source: 'hdr' },
    clockOffsetMs: null,
    cpuShare: 0.2,
    peakRssBytes: null,
    startLatenessUs: { p50: 200, p99: 900, max: 4000 },
    ...changes,
  };
}

/** A finished minute: health at `ratePerSec` (0: only sockets) on a fit generator. */
export function factsOf(
  objectives: readonly Objective[],
  series: Partial<Record<Endpoint, readonly MadeSecond[]>>,
  changes: {
    readonly load?: Partial<LoadResult>;
    readonly generator?: Partial<LoadGenerator>;
    readonly plan?: Partial<Plan>;
    readonly observations?: JudgeInput['observations'];
  } = {},
): JudgeInput {
  const endpoints = Object.entries(series) as [Endpoint, readonly MadeSecond[]][];
  const recording: Recording = {
    schemaVersion: SCHEMA_VERSION,
    endpoints: new Map(endpoints.map(([endpoint, seconds]) => [endpoint, recordingOf(endpoint, objectives, seconds)])),
  };
  const load: LoadResult = {
    schemaVersion: SCHEMA_VERSION,
    reason: { kind: 'finished' },
    startedAtMs: START_SECOND * 1000,
    endedAtMs: (START_SECOND + 60) * 1000,
    journeys: [],
    generators: [generatorOf(changes.generator)],
    ...changes.load,
  };
  const plan: Plan = {
    schemaVersion: SCHEMA_VERSION,
    runId: 'test',
    profile: 'test',
    contract: 'documented',
    seed: 1,
    target: { httpUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1/ws', embedded: true },
    phases: onePhase([]),
    objectives,
    command: 'aragora-slo run',
    ...changes.plan,
  };
  return { plan, load, recording, observations: changes.observations ?? [] };
}

/** The verdict, as this program gives it. */
export function judged(input: JudgeInput): Verdict {
  return judge(input, SYSTEMS);
}

/** 50 a second with some variation, so that the histogram has a shape. */
export const healthy = minute((at) => ({
  ms: Array.from({ length: 50 }, (_, i) => 3 + ((i * 7 + at * 13) % 50) / 25),
}));
export const withSlow = (perSecond: number) =>
  minute((at) => ({ ms: [...times(50 - perSecond, 3 + (at % 5) / 10), ...times(perSecond, 61.2)] }));

export const find = (findings: readonly Finding[], id: string): Finding => {
  const finding = findings.find((candidate) => candidate.id === id);
  if (finding === undefined) throw new Error(`no finding ${id}`);
  return finding;
};
export const only = (...input: Parameters<typeof factsOf>): Finding => {
  const { findings } = judged(factsOf(...input));
  return find(findings, input[0][0]?.id ?? '');
};

/** A minute of the journey `health`, 50 a second. */
export const HEALTH_PLAN = {
  phases: onePhase([{ ...health, steps: [{ ratePerSec: 50, durationSec: 60 }], vus: 5, maxVus: 50 }]),
} as const;
