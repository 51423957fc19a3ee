/**
 * Synthetic histories for tests: one run each night, seeded, with changes planted where a test wants them. Statuses follow directly from
 * the values.
 */

import type { EndpointBlocks } from '../../lib/core/latency-blocks.ts';
import type { Objective } from '../../lib/core/plan.ts';
import type { HistoryEntry, HistoryFinding, Machine, RunRecord } from '../../lib/history/model/record.ts';
import { health } from '../../lib/journeys/health.ts';
import { lognormalUs, seeded } from './histogram.ts';
import { objectives as ALL } from './objectives.ts';

export const DAY_MS = 86_400_000;
/** Ten in the evening on the 16th of October 2026, UTC. */
export const NOW_MS = Date.UTC(2026, 9, 16, 22);

export const MACHINE: Machine = {
  cpu: 'AMD EPYC 7763 64-Core Processor',
  cores: 4,
  memoryGiB: 16,
  os: 'linux',
  arch: 'x64',
  engine: 'v2.2.0 (hdr)',
};

/** One endpoint's objectives, availability, uptime, one that nobody can measure, and one of the protocol. */
export const OBJECTIVES: readonly Objective[] = ALL.filter(
  (one) => one.kind !== 'latency' || one.endpoint === 'health' || one.endpoint === 'debates-list',
);

export interface RecordOptions {
  readonly startedAtMs: number;
  /** The run id; absent: made from the start time. */
  readonly runId?: string;
  readonly seed?: number;
  readonly durationSec?: number;
  /** Factor for every latency. */
  readonly slower?: number;
  /** Failed responses of 10,000. */
  readonly failed?: number;
  readonly profile?: string;
  readonly machine?: Machine | null;
  readonly commit?: string | null;
  readonly ref?: string | null;
  readonly loadEnded?: HistoryEntry['loadEnded'];
  readonly blocks?: number;
}

export function runIdOf(startedAtMs: number, profile = 'nightly'): string {
  return `${new Date(startedAtMs).toISOString().replace(/[:.]/g, '-')}-${profile}`;
}

/** A whole run. Latencies vary by a few percent from run to run. */
export function makeRecord(options: RecordOptions): RunRecord {
  const { startedAtMs, profile = 'nightly', durationSec = 900, loadEnded = 'finished' } = options;
  const random = seeded(options.seed ?? Math.floor(startedAtMs / 1000) % 2 ** 31);
  const findings = OBJECTIVES.map((objective) => findingOf(objective, options, random));
  const broken = findings.some(({ gating, status }) => gating && status === 'fail');
  return {
    runId: options.runId ?? runIdOf(startedAtMs, profile),
    startedAtMs,
    endedAtMs: startedAtMs + durationSec * 1000,
    outcome: loadEnded === 'interrupted' ? 'interrupted' : broken ? 'breaches' : 'conforms',
    loadEnded,
    plan: {
      profile,
      contract: 'documented',
      embedded: false,
      seed: options.seed ?? 7,
      journeys: [{ ...health, steps: [{ ratePerSec: 50, durationSec }], vus: 20, maxVus: 200 }],
      objectives: OBJECTIVES,
    },
    findings,
    versions: { 'aragora-slo': '0.1.0', engine: 'v2.2.0 (hdr)' },
    machine: options.machine === undefined ? MACHINE : options.machine,
    server: { commit: options.commit ?? null, ref: options.ref ?? null },
    latency: [blocksOf(random, options.blocks ?? 6)],
  };
}

const TYPICAL_MS: Readonly<Record<string, number>> = { health: 3, 'debates-list': 30 };
const FACTOR: Readonly<Record<number, number>> = { 50: 1, 95: 2.4, 99: 4 };

function findingOf(objective: Objective, options: RecordOptions, random: () => number): HistoryFinding {
  const { id, subject, gating } = objective;
  const base = { id, subject, gating, interval: null } as const;
  switch (objective.kind) {
    case 'latency': {
      const typical = (TYPICAL_MS[objective.endpoint] ?? 10) * (FACTOR[objective.percentile] ?? 1);
      const actual = (lognormalUs(random, typical * 1000, 0.05) / 1000) * (options.slower ?? 1);
      const allowedShare = 1 - objective.percentile / 100;
      const over = actual > objective.limitMs;
      const bad = Math.round(45_000 * allowedShare * (over ? 1.4 : 0.1));
      const status = over ? 'fail' : 'pass';
      return {
        ...base,
        status,
        operator: '<=',
        unit: 'ms',
        actual,
        expected: objective.limitMs,
        samples: 45_000,
        bad,
        allowedShare,
      };
    }
    case 'availability':
    case 'uptime': {
      const samples = 10_000;
      const bad = objective.kind === 'availability' ? (options.failed ?? 0) : 0;
      const allowedShare = 1 - objective.target;
      const status = bad / samples > allowedShare ? 'fail' : 'pass';
      const actual = 1 - bad / samples;
      return {
        ...base,
        status,
        operator: '>=',
        unit: 'ratio',
        actual,
        expected: objective.target,
        samples,
        bad,
        allowedShare,
      };
    }
    case 'external':
      return {
        ...base,
        status: 'no-data',
        operator: '>=',
        unit: 'ratio',
        actual: null,
        expected: objective.target,
        samples: 0,
        bad: 0,
        allowedShare: null,
      };
    case 'protocol':
      return {
        ...base,
        status: 'pass',
        operator: '==',
        unit: 'count',
        actual: 0,
        expected: 0,
        samples: 900,
        bad: 0,
        allowedShare: 0,
      };
  }
}

function blocksOf(random: () => number, blocks: number): EndpointBlocks {
  const one = () => {
    const values = Array.from({ length: 40 }, () => Math.round(lognormalUs(random, 3000, 0.4))).sort((a, b) => a - b);
    const valuesUs = [...new Set(values)];
    return {
      valuesUs,
      counts: valuesUs.map((us) => values.filter((value) => value === us).length),
      failed: 1,
      dropped: 0,
    };
  };
  return { endpoint: 'health', blockSec: 15, blocks: Array.from({ length: blocks }, one) };
}

/** One run each night; the last is 20 hours before `NOW_MS`. */
export function nights(count: number, of: (night: number) => Partial<RecordOptions> = () => ({})): RunRecord[] {
  return Array.from({ length: count }, (_, night) => {
    const startedAtMs = NOW_MS - 20 * 3_600_000 - (count - 1 - night) * DAY_MS;
    return makeRecord({
      startedAtMs,
      commit: `${(night + 1).toString(16).padStart(7, '0')}`.repeat(2),
      ref: 'main',
      ...of(night),
    });
  });
}
