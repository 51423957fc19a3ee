/** Sample facts of capacity searches, for tests of their reports. */
import type { CapacityAnswer, CapacityFacts, CapacityStep, StepResult } from '../../lib/capacity/model/facts.ts';
import { SCHEMA_VERSION } from '../../lib/core/schema-version.ts';

function step(ratePerSec: number, result: StepResult, p95Ms: number | null): CapacityStep {
  const broke = [{ id: 'latency.health.p95', subject: 'health p95', summary: 'measured 812 ms (+1,524 %)' }];
  return {
    ratePerSec,
    result,
    tookSec: 30,
    measuredSec: 21,
    why:
      result === 'holds' ? 'all of 7 gating findings pass' : 'no gating finding fails, but 1 of 7 lacks the evidence',
    broke: result === 'breaks' ? broke : [],
    latencies: [{ endpoint: 'health', samples: 4000, p50Ms: p95Ms === null ? null : p95Ms / 2, p95Ms, p99Ms: null }],
    generatorCpuShare: result === 'unfit' ? null : ratePerSec / 10_000,
    lateP99Ms: 0.4,
    dropped: 0,
    folder: `steps/01-${ratePerSec}`,
  };
}

export function capacityFacts(answer: CapacityAnswer, headline: string, steps: readonly CapacityStep[]): CapacityFacts {
  return {
    schemaVersion: SCHEMA_VERSION,
    startedAtMs: Date.UTC(2026, 8, 21, 14, 13, 20),
    endedAtMs: Date.UTC(2026, 8, 21, 14, 19, 2),
    target: { httpUrl: 'http://127.0.0.1:8080', wsUrl: 'ws://127.0.0.1:8080/ws', embedded: false },
    shape: 'smoke',
    shares: { health: 0.6, agents: 0.4 },
    seed: 7,
    bounds: { startPerSec: 112, minPerSec: 32, maxPerSec: 5000, resolution: 0.1, maxSec: 900 },
    answer,
    headline,
    knees: steps.length > 3 ? [{ endpoint: 'health', ratePerSec: 448, p95Ms: 12 }] : [],
    steps,
    limits: [{ endpoint: 'health', percentile: 95, limitMs: 50 }],
  };
}

export const SEARCHES: Readonly<Record<string, CapacityFacts>> = {
  found: capacityFacts(
    { kind: 'found', holdsPerSec: 448, breaksPerSec: 490 },
    'every gating objective holds at 448/s; at 490/s health p95 breaks',
    [
      step(112, 'holds', 4),
      step(224, 'holds', 5),
      step(448, 'holds', 12),
      step(896, 'breaks', null),
      step(490, 'breaks', 812),
      step(470, 'undecided', 60),
      step(448, 'holds', 14),
    ],
  ),
  limited: capacityFacts(
    { kind: 'at-least', holdsPerSec: 112, breaksPerSec: null, why: 'generator' },
    'at least 112/s: the generator was at its limit',
    [step(112, 'holds', 4), step(224, 'unfit', 5)],
  ),
  'not-known': capacityFacts({ kind: 'not-known', why: 'time' }, 'no rate is known to hold: the time was up', []),
};
