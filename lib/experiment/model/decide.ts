/**
 * What the blocks of both sides say: a verdict for each endpoint and percentile, and for all together. The errors of all looks are added
 * up. Pure.
 */

import type { DifferenceVerdict } from '../../core/difference.ts';
import { type Endpoint, endpointsOf } from '../../core/endpoint.ts';
import type { EndpointBlocks, LatencyBlock } from '../../core/latency-blocks.ts';
import { JOURNEYS } from '../../journeys/index.ts';
import { pairedDifference } from '../../stats/paired.ts';
import type { DifferenceRow, Side, SideTotals } from './facts.ts';

export const PERCENTILES = [50, 95, 99] as const;
/** Only these are needed for "same": in blocks of seconds a P99 rests on one or two samples, and would make every experiment run to its maximum. */
const DECIDING: readonly number[] = [50, 95];
/** Chance that an experiment with equal sides reports a difference, over all looks and rows. */
const RISK = 0.05;
/** If more requests fail than the availability objective allows, latency is not the question. */
const MOST_FAILED = 0.001;

export interface Blocks {
  /** Block i of a side belongs to pair i. */
  readonly a: readonly EndpointBlocks[];
  readonly b: readonly EndpointBlocks[];
}

export interface Smallest {
  /** Share of A's percentile, 0–1. */
  readonly share: number;
  readonly ms: number;
}

/**
 * One row for each percentile of each endpoint that both sides answered. The risk is divided by the number of looks (Bonferroni). For a
 * difference it is also divided by the number of rows, because one row is enough to report it. For sameness it is not, because all rows
 * must be the same together (intersection–union, Berger, Technometrics 24, 1982).
 */
export function rowsOf({ a, b }: Blocks, smallest: Smallest, looks: number): DifferenceRow[] {
  const common = comparedEndpoints().flatMap((endpoint) => {
    const [ofA, ofB] = [answered(a, endpoint), answered(b, endpoint)];
    return ofA === undefined || ofB === undefined ? [] : [{ endpoint, ofA, ofB }];
  });
  const rows = common.length * PERCENTILES.length;
  const risk = { differ: RISK / looks / rows, same: RISK / looks };
  return common.flatMap(({ endpoint, ofA, ofB }) =>
    PERCENTILES.map((percentile): DifferenceRow => {
      const values = (blocks: EndpointBlocks): (number | null)[] =>
        blocks.blocks.map((block) => percentileMs(block, percentile));
      const [valuesA, valuesB] = [values(ofA), values(ofB)];
      const pairs = valuesA.flatMap((value, at) => {
        const other = valuesB[at] ?? null;
        return value === null || other === null ? [] : [{ a: value, b: other }];
      });
      if (pairs.length === 0 || pairs.length < valuesA.length) return { endpoint, percentile, ...UNDECIDED };
      const said = pairedDifference(pairs, { share: smallest.share, amount: smallest.ms }, risk);
      const interval = said.interval === null ? null : { lowerMs: said.interval.lower, upperMs: said.interval.upper };
      const { a: aMs, b: bMs, difference: differenceMs, smallest: smallestMs, verdict } = said;
      return { endpoint, percentile, aMs, bMs, differenceMs, interval, smallestMs, verdict };
    }),
  );
}

/** What arrivals owe: HTTP requests, then what they lead to. */
function comparedEndpoints(): Endpoint[] {
  const owed = endpointsOf(JOURNEYS).filter((endpoint) => endpoint.owed.by === 'arrival');
  const [http, others] = [owed.filter((one) => one.http !== undefined), owed.filter((one) => one.http === undefined)];
  return [...http, ...others].map(({ name }) => name);
}

const UNDECIDED = {
  aMs: null,
  bMs: null,
  differenceMs: null,
  interval: null,
  smallestMs: null,
  verdict: 'cannot-tell',
} as const;

function answered(side: readonly EndpointBlocks[], endpoint: Endpoint): EndpointBlocks | undefined {
  return side.find((one) => one.endpoint === endpoint && one.blocks.some(({ counts }) => counts.length > 0));
}

/** The percentile in ms. Failed and dropped samples count as slower than any answer; null where it falls among them, or without samples. */
export function percentileMs({ valuesUs, counts, failed, dropped }: LatencyBlock, percentile: number): number | null {
  const samples = counts.reduce((sum, count) => sum + count, failed + dropped);
  if (samples === 0) return null;
  let left = Math.ceil((percentile / 100) * samples);
  for (const [at, count] of counts.entries()) {
    left -= count;
    if (left <= 0) return (valuesUs[at] ?? 0) / 1000;
  }
  return null;
}

export function totalsOf(side: readonly EndpointBlocks[]): SideTotals {
  const compared = comparedEndpoints();
  const blocks = side.filter(({ endpoint }) => compared.includes(endpoint)).flatMap((one) => one.blocks);
  const sum = (of: (block: LatencyBlock) => number): number => blocks.reduce((total, block) => total + of(block), 0);
  const [failed, dropped] = [sum((block) => block.failed), sum((block) => block.dropped)];
  const answered = sum(({ counts }) => counts.reduce((total, count) => total + count, 0));
  return { samples: answered + failed + dropped, failed, dropped };
}

/** The side where too many requests failed to compare latencies; null: neither. */
export function failingSide(totals: Readonly<Record<Side, SideTotals>>): Side | null {
  const fails = ({ samples, failed, dropped }: SideTotals): boolean => failed + dropped > MOST_FAILED * samples;
  return fails(totals.b) ? 'b' : fails(totals.a) ? 'a' : null;
}

/** Slower if any row is. Otherwise faster or the same, once P50 and P95 of every endpoint are decided. Without rows, no answer. */
export function overall(rows: readonly DifferenceRow[], totals: Readonly<Record<Side, SideTotals>>): DifferenceVerdict {
  if (rows.some(({ verdict }) => verdict === 'slower')) return 'slower';
  const deciding = rows.filter(({ percentile }) => DECIDING.includes(percentile));
  const isDecided = deciding.length > 0 && deciding.every(({ verdict }) => verdict !== 'cannot-tell');
  if (!isDecided || failingSide(totals) !== null) return 'cannot-tell';
  return rows.some(({ verdict }) => verdict === 'faster') ? 'faster' : 'same';
}
