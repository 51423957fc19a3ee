/**
 * How much bad samples cluster in time: the design effect, that is how many correlated samples are worth one independent sample.
 * docs/verdict.md explains why it is computed this way.
 */
import { chiSquareRatioQuantile, studentQuantile } from './binomial.ts';

/** One second of a series. Seconds without samples belong in it too, with zeros: a stall leaves such seconds. */
export interface Tally {
  /** Samples, ≥ 0. */
  readonly count: number;
  /** Events among them, 0 … count; fractions are allowed. */
  readonly events: number;
  /** Seconds with the same stratum share an expected share (one step of the load). Absent: all seconds do. */
  readonly stratum?: number | undefined;
}

/** Seconds that are summed into one block. Longer blocks see slower waves, but there are fewer of them. */
const BLOCK_LENGTHS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
/** Fewer blocks than this say too little about a variance. */
const MIN_BLOCKS = 6;
/** Clustering counts only if independent samples would show as much in at most one of a hundred series. */
const GATE = 0.99;
/** How many more degrees of freedom overlapping blocks give than separate ones (Meketon and Schmeiser, WSC 1984). */
const OVERLAP_GAIN = 1.5;

/**
 * Variance of the number of events, divided by that of independent samples; ≥ 1. The largest over block lengths from 1 s to a sixth of the
 * series. Widened by Student's t over the normal, because it rests on few blocks. 1 when there are no events, only events, less than two
 * seconds, or no more clustering than chance would bring.
 */
export function designEffect(series: readonly Tally[], confidence: number): number {
  const seconds = series.length;
  const samples = series.reduce((sum, tally) => sum + tally.count, 0);
  const events = series.reduce((sum, tally) => sum + tally.events, 0);
  const share = samples > 0 ? events / samples : 0;
  if (!(share > 0 && share < 1)) return 1;
  const { cumulative, strata } = cumulativeResiduals(series);
  const independent = samples * share * (1 - share);
  let effect = 1;
  for (const length of BLOCK_LENGTHS) {
    const blocks = seconds / length;
    if (length > 1 && blocks < MIN_BLOCKS) break;
    const degrees = (length === 1 ? 1 : OVERLAP_GAIN) * blocks - strata;
    if (degrees < 1) break;
    const dispersion = blockVariance(cumulative, length, strata) / independent;
    if (dispersion < chiSquareRatioQuantile(GATE, degrees)) continue;
    const widening = studentQuantile(confidence, degrees) / studentQuantile(confidence, Infinity);
    effect = Math.max(effect, dispersion * widening ** 2);
  }
  return effect;
}

/** Running sum of events − expected events. The residuals of each stratum sum to zero. */
function cumulativeResiduals(series: readonly Tally[]): { cumulative: Float64Array; strata: number } {
  const totals = new Map<number, { count: number; events: number }>();
  for (const { count, events, stratum = 0 } of series) {
    const total = totals.get(stratum) ?? { count: 0, events: 0 };
    total.count += count;
    total.events += events;
    totals.set(stratum, total);
  }
  const cumulative = new Float64Array(series.length + 1);
  let sum = 0;
  series.forEach(({ count, events, stratum = 0 }, index) => {
    const total = totals.get(stratum);
    if (total !== undefined && total.count > 0) sum += events - (count * total.events) / total.count;
    cumulative[index + 1] = sum;
  });
  return { cumulative, strata: totals.size };
}

/** Variance of the whole series' sum, estimated from all blocks of `length` seconds, overlapping and wrapped around the end. */
function blockVariance(cumulative: Float64Array, length: number, strata: number): number {
  const seconds = cumulative.length - 1;
  const at = (index: number): number => cumulative[index] ?? 0;
  let squares = 0;
  for (let start = 0; start < seconds; start++) {
    const end = start + length;
    const sum = end <= seconds ? at(end) - at(start) : at(seconds) - at(start) + at(end - seconds);
    squares += sum * sum;
  }
  const blocks = seconds / length;
  return (squares / length) * (blocks / (blocks - strata));
}
