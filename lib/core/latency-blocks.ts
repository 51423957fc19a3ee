/** Latency as a series of blocks of seconds: two runs are compared by it, and a history stores it. */
import type { Endpoint } from './endpoint.ts';

/** What ended in one stretch of whole seconds. */
export interface LatencyBlock {
  /** Highest values of the HDR buckets that have answered samples: integer µs, ascending. */
  readonly valuesUs: readonly number[];
  /** How many samples each of them has, parallel to `valuesUs`; > 0. */
  readonly counts: readonly number[];
  /** Samples that completed and failed. */
  readonly failed: number;
  /** Arrivals for which no virtual user was free. */
  readonly dropped: number;
}

export interface EndpointBlocks {
  readonly endpoint: Endpoint;
  /** Whole seconds that one block spans, ≥ 1; the same for all endpoints of a run. */
  readonly blockSec: number;
  /** In order of time from the run's first second; stretches without samples are there too, empty. */
  readonly blocks: readonly LatencyBlock[];
}
