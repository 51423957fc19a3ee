/**
 * The best that could be found in a pair of synthetic runs. The oracle knows how much each percentile of the law differs between two runs
 * of one length, which no run shows. It tests the differences of the logarithms at the same 5 %, against the same smallest difference.
 */
import { COMPARED_PERCENTILES, DEFAULT_SMALLEST } from '../../lib/core/difference.ts';
import type { Endpoint } from '../../lib/core/endpoint.ts';
import { holm } from '../../lib/stats/contrast.ts';
import { normalCdf } from './processes.ts';

/** One endpoint of both runs, ascending. */
export interface SortedPair {
  readonly endpoint: Endpoint;
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/** How much longer an endpoint takes; 1: no longer. */
export type Factor = (endpoint: Endpoint) => number;

/** As for comparisons: a percentile with fewer samples beyond it is not part of the family. */
const LEAST_BEYOND = 20;
const FAMILY_ERROR = 0.05;
/** With this many runs, the standard deviation of a percentile is known to about 4 %. */
const RUNS = 400;

interface Row {
  readonly endpoint: Endpoint;
  readonly share: number;
  /** Standard deviation of B − A, for the percentile's logarithm. */
  readonly deviation: number;
}

export class Oracle {
  readonly #rows: readonly Row[];

  /** `latencies` draws an endpoint's latencies of one run. */
  constructor(endpoints: readonly Endpoint[], latencies: (endpoint: Endpoint) => Float64Array) {
    this.#rows = endpoints.flatMap((endpoint) => {
      const runs = Array.from({ length: RUNS }, () => latencies(endpoint).sort());
      const samples = runs[0]?.length ?? 0;
      const shares = COMPARED_PERCENTILES.map((percentile) => percentile / 100);
      return shares
        .filter((share) => samples * (1 - share) >= LEAST_BEYOND - 1e-9)
        .map((share) => ({ endpoint, share, deviation: Math.SQRT2 * deviation(runs.map((run) => logOf(run, share))) }));
    });
  }

  /** The endpoints with a percentile that is surely slower, and by at least what matters, all percentiles considered (Holm, 1979). */
  slower(pairs: readonly SortedPair[], factor: Factor): Endpoint[] {
    const differences = this.#differences(pairs, factor);
    const called = holm(
      differences.map(({ size, deviation }) => 2 * normalCdf(-Math.abs(size) / deviation)),
      FAMILY_ERROR,
    );
    return differences.filter(({ size }, at) => called[at] && matters(size)).map(({ endpoint }) => endpoint);
  }

  /** One test of the medians of all endpoints together, each weighted by how precisely it is known. It says whether all is slower, not what is. */
  slowerTogether(pairs: readonly SortedPair[], factor: Factor): boolean {
    const medians = this.#differences(pairs, factor).filter(({ share }) => share === 0.5);
    const weights = medians.reduce((sum, { deviation }) => sum + deviation ** -2, 0);
    const size = medians.reduce((sum, { size, deviation }) => sum + size * deviation ** -2, 0) / weights;
    return 2 * normalCdf(-Math.abs(size) * Math.sqrt(weights)) <= FAMILY_ERROR && matters(size);
  }

  #differences(pairs: readonly SortedPair[], factor: Factor): (Row & { readonly size: number })[] {
    return this.#rows.flatMap((row) => {
      const pair = pairs.find(({ endpoint }) => endpoint === row.endpoint);
      if (pair === undefined) return [];
      return [{ ...row, size: logOf(pair.b, row.share) + Math.log(factor(row.endpoint)) - logOf(pair.a, row.share) }];
    });
  }
}

function matters(size: number): boolean {
  return Math.exp(size) - 1 >= DEFAULT_SMALLEST.share;
}

function logOf(sorted: Float64Array, share: number): number {
  return Math.log(sorted[Math.ceil(share * sorted.length - 1e-9) - 1] ?? Number.NaN);
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
