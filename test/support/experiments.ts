/** Sample facts of experiments, for tests of their reports. */
import type { DifferenceVerdict } from '../../lib/core/difference.ts';
import { SCHEMA_VERSION } from '../../lib/core/schema-version.ts';
import type { DifferenceRow, ExperimentFacts } from '../../lib/experiment/model/facts.ts';

function row(percentile: number, differenceMs: number, verdict: DifferenceVerdict): DifferenceRow {
  const interval = { lowerMs: differenceMs - 1.5, upperMs: differenceMs + 1.5 };
  const aMs = percentile * 1.25;
  return {
    endpoint: 'debates-list',
    percentile,
    aMs,
    bMs: aMs + differenceMs,
    differenceMs,
    interval,
    smallestMs: 5,
    verdict,
  };
}

const FAILED: DifferenceRow = {
  endpoint: 'consensus',
  percentile: 99,
  aMs: null,
  bMs: null,
  differenceMs: null,
  interval: null,
  smallestMs: null,
  verdict: 'cannot-tell',
};

export function experimentFacts(
  verdict: DifferenceVerdict,
  headline: string,
  rows: readonly DifferenceRow[],
): ExperimentFacts {
  const pair = { order: 'ab', aMs: {}, bMs: {} } as const;
  return {
    schemaVersion: SCHEMA_VERSION,
    startedAtMs: Date.UTC(2026, 8, 21, 14, 13, 20),
    endedAtMs: Date.UTC(2026, 8, 21, 14, 19, 2),
    aUrl: 'http://127.0.0.1:8080',
    bUrl: 'http://127.0.0.1:8081',
    profile: 'smoke',
    blockSec: 8,
    seed: 7,
    looks: [6, 9],
    smallest: { share: 0.05, ms: 2 },
    end: { kind: 'sure' },
    verdict,
    headline,
    rows,
    totals: { a: { samples: 4812, failed: 0, dropped: 0 }, b: { samples: 4810, failed: 3, dropped: 1 } },
    pairs: [
      { ...pair, setAside: null },
      { ...pair, setAside: 'it stood still itself' },
    ],
  };
}

export const EXPERIMENTS: Readonly<Record<string, ExperimentFacts>> = {
  slower: experimentFacts('slower', 'B is slower than A in debates-list p50, after 1 pair', [
    row(50, 8.2, 'slower'),
    row(95, -0.4, 'same'),
    row(99, -12, 'faster'),
    FAILED,
  ]),
  'not-known': experimentFacts('cannot-tell', 'no endpoint was answered by both sides, after 1 pair', []),
};
