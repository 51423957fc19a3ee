/**
 * How the latencies of two runs differ: for each endpoint and percentile a difference, its interval and a verdict. A whole comparison
 * reports a difference where there is none in at most 5 % of cases. Pure; the draws are seeded. docs/compare.md explains it and has its
 * calibration.
 */
import {
  type ComparedPercentile,
  type EndpointDifference,
  type FailureDifference,
  COMPARED_PERCENTILES as PERCENTILES,
  type PercentileDifference,
  type Smallest,
} from '../core/difference.ts';
import type { Endpoint } from '../core/endpoint.ts';
import type { LatencyBlock } from '../core/latency-blocks.ts';
import { Random } from '../core/random.ts';
import { type Contrast, contrast, holm, widening } from './contrast.ts';
import { judgeContrast, undecided } from './difference-verdict.ts';
import { type Draw, Side } from './resampling.ts';
import { type Deviations, type Waves, wavesOf, waveWidening } from './waves.ts';

/** One endpoint of both runs; [] for a run in which it was not measured. */
export interface BlockPair {
  readonly endpoint: Endpoint;
  readonly a: readonly LatencyBlock[];
  readonly b: readonly LatencyBlock[];
  /** Length of the shorter run; `secondsToTell` is scaled from it. */
  readonly seconds: number;
}

export interface DifferenceOptions {
  readonly smallest: Smallest;
  /** Only these percentiles are compared. */
  readonly percentiles: readonly ComparedPercentile[];
  /** A 32-bit unsigned integer. */
  readonly seed: number;
}

/** How often a whole comparison may report a difference where there is none. */
const FAMILY_ERROR = 0.05;
/** A larger share of failures matters from this difference on: it is what an availability of 99.9 % allows in all. */
const SMALLEST_FAILED_SHARE = 0.001;
/** A percentile needs this many samples beyond it on each side. Fewer don't show where it could lie. */
const LEAST_BEYOND = 20;
/** Fewer blocks don't show how one second differs from another. */
const LEAST_BLOCKS = 10;
const TOO_SLOW = 'it comes in waves that are slow compared with the run; longer runs may be enough';
/** Enough for p-values far below 5 % over the number of comparisons. */
const DRAWS = 1999;

/** The same blocks and seed give the same answer. [] for no pairs. */
export function differences(pairs: readonly BlockPair[], options: DifferenceOptions): EndpointDifference[] {
  const sides = pairs.map((pair) => ({ pair, a: new Side(pair.a), b: new Side(pair.b) }));
  const waves = wavesOf(sides.map(({ a, b }) => comparedFigures(a, b)));
  const measured = sides.map((one, at) => measure(one, waves[at] ?? 'none', options));
  const family = measured.flatMap(({ failures, rows }) => [failures, ...rows].filter(({ contrast }) => contrast));
  const beyondChance = holm(
    family.map(({ contrast }) => contrast?.chance ?? 1),
    FAMILY_ERROR,
  );
  const called = new Set(family.filter((_, at) => beyondChance[at]));
  const context = { smallest: options.smallest, perCall: FAMILY_ERROR / family.length };
  return measured.map(({ pair, a, b, waves, failures, rows }) => {
    const failing = failureDifference(failures, called.has(failures));
    return {
      endpoint: pair.endpoint,
      aSamples: a.samples,
      bSamples: b.samples,
      failures: failing,
      percentiles: rows.map((row) => {
        const judged = percentileDifference(row, pair.seconds, waves, { ...context, beyondChance: called.has(row) });
        const hidden = failing.verdict === 'more' && judged.verdict !== 'slower';
        return hidden ? { ...judged, ...undecided('B fails more often', null) } : judged;
      }),
    };
  });
}

/** Those of `percentiles` for which A's blocks have enough samples. They must be decided, whatever B has. [] for no blocks. */
export function gatingPercentiles(
  blocks: readonly LatencyBlock[],
  percentiles: readonly ComparedPercentile[],
): ComparedPercentile[] {
  const side = new Side(blocks);
  return percentiles.filter((percentile) => lackOf(side, side, percentile) === null);
}

/** One figure of both sides. Percentiles in ms, shares 0–1; Infinity among failed samples, NaN without samples. */
interface Row {
  readonly percentile: number;
  readonly a: number;
  readonly b: number;
  /** null where there is too little to decide; `lack` says what is missing. */
  readonly contrast: Contrast | null;
  readonly lack: Lack | null;
  readonly gating: boolean;
}

interface Sides {
  readonly pair: BlockPair;
  readonly a: Side;
  readonly b: Side;
}

interface Measured extends Sides {
  readonly waves: Waves;
  readonly failures: Row;
  readonly rows: readonly Row[];
}

/** In the order of the percentiles, with the failures last. A figure without enough samples to compare does not vary. */
function comparedFigures(a: Side, b: Side): Deviations[] {
  return [...PERCENTILES, 0].map((percentile, at) =>
    lackOf(a, b, percentile) === null ? deviationsOf(a, b, at) : { a: [], b: [] },
  );
}

function deviationsOf(a: Side, b: Side, at: number): Deviations {
  return { a: a.deviations[at] ?? [], b: b.deviations[at] ?? [] };
}

function measure({ pair, a, b }: Sides, waves: Waves, { seed, percentiles }: DifferenceOptions): Measured {
  const random = new Random(seed, pair.endpoint, 0);
  // Nothing is drawn from sides that are too small for the least demanding figure.
  const many = lackOf(a, b, 0) === null ? DRAWS : 0;
  const drawn = Array.from({ length: many }, () => ({ a: a.draw(random), b: b.draw(random) }));
  const few = Math.max(widening(a.blocks, a.length), widening(b.blocks, b.length));
  const lengths = { a: a.length, b: b.length };
  const rowOf = (figure: (draw: Draw) => number, percentile: number, at: number, idle = false): Row => {
    const whole = { a: figure(a.whole), b: figure(b.whole) };
    const lack = lackOf(a, b, percentile);
    const figures = lack === null ? drawn.map((draw) => ({ a: figure(draw.a), b: figure(draw.b) })) : [];
    const wider = Math.max(few, waveWidening(waves, deviationsOf(a, b, at), lengths));
    return {
      percentile,
      ...whole,
      contrast: lack === null && !idle ? contrast(whole, figures, wider) : null,
      lack,
      gating: lackOf(a, a, percentile) === null,
    };
  };
  // Where nothing failed on either side, no difference could be reported, so it is not part of the family (Tarone, Biometrics 46, 1990).
  const idle = a.whole.failedShare === 0 && b.whole.failedShare === 0;
  const failures = rowOf((draw) => draw.failedShare, 0, PERCENTILES.length, idle);
  const rows = PERCENTILES.flatMap((percentile, at) =>
    percentiles.includes(percentile)
      ? [rowOf((draw) => (draw.percentilesUs[at] ?? Number.NaN) / 1000, percentile, at)]
      : [],
  );
  return { pair, a, b, waves, failures, rows };
}

interface Lack {
  readonly reason: string;
  /** How many times longer both runs must be; Infinity when length would not help. */
  readonly longer: number;
}

/** What there is too little of for this percentile (0: for a share); null when there is enough. */
function lackOf(a: Side, b: Side, percentile: number): Lack | null {
  const needed = Math.ceil(LEAST_BEYOND / (1 - percentile / 100) - 1e-9);
  const [samples, blocks] = [Math.min(a.samples, b.samples), Math.min(a.blocks, b.blocks)];
  if (samples >= needed && blocks >= LEAST_BLOCKS) return null;
  const reason =
    samples < needed
      ? `${a.samples < needed ? 'A' : 'B'} has ${a.samples < needed ? a.samples : b.samples} of the ${needed} samples that are needed`
      : `it needs ${LEAST_BLOCKS} s and more`;
  return { reason, longer: Math.max(needed / samples, LEAST_BLOCKS / blocks) };
}

function failureDifference({ a, b, contrast }: Row, beyondChance: boolean): FailureDifference {
  const more = beyondChance && contrast !== null && contrast.difference >= SMALLEST_FAILED_SHARE;
  return {
    aShare: finite(a),
    bShare: finite(b),
    interval: contrast === null ? null : { lower: contrast.lower, upper: contrast.upper },
    verdict: more ? 'more' : 'not-more',
  };
}

interface Judging {
  readonly smallest: Smallest;
  /** The error that a single comparison may have, approximately. */
  readonly perCall: number;
  readonly beyondChance: boolean;
}

function percentileDifference(
  row: Row,
  seconds: number,
  waves: Waves,
  { smallest, ...judging }: Judging,
): PercentileDifference {
  const { percentile, a, b, contrast, gating, lack } = row;
  const smallestMs = Math.max(Number.isFinite(a) ? smallest.share * a : 0, smallest.ms);
  const known = { percentile, aMs: finite(a), bMs: finite(b), differenceMs: finite(b - a), smallestMs, gating };
  if (contrast === null)
    return { ...known, interval: null, ...undecided(lack?.reason ?? '', seconds * (lack?.longer ?? Infinity)) };
  const interval = { lowerMs: finite(contrast.lower), upperMs: finite(contrast.upper) };
  if (!Number.isFinite(a) && !Number.isFinite(b))
    return { ...known, interval: null, ...undecided('it falls among failed samples on both sides', null) };
  const judged = judgeContrast(contrast, { smallestMs, seconds, ...judging });
  // Runs that don't show how a figure varies can't be scaled to the length that would decide it.
  const lost = waves === 'too-slow' && judged.verdict === 'cannot-tell';
  return { ...known, interval, ...judged, ...(lost ? { reason: TOO_SLOW, secondsToTell: null } : {}) };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
