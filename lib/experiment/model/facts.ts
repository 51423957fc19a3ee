/** The facts of an experiment: two targets loaded in turn, block by block, and how they differ. Written to experiment.json. */
import type { DifferenceVerdict } from '../../core/difference.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { SCHEMA_VERSION } from '../../core/schema-version.ts';

export type Side = 'a' | 'b';

/** One percentile of one endpoint, on both sides. */
export interface DifferenceRow {
  readonly endpoint: Endpoint;
  readonly percentile: number;
  /** Means of the blocks' percentiles; null where in some block the percentile fell among failed requests. */
  readonly aMs: number | null;
  readonly bMs: number | null;
  /** bMs − aMs. */
  readonly differenceMs: number | null;
  /** The interval that the verdict rests on; null with fewer than two pairs. */
  readonly interval: { readonly lowerMs: number; readonly upperMs: number } | null;
  /** The smallest difference that matters. */
  readonly smallestMs: number | null;
  readonly verdict: DifferenceVerdict;
}

export interface SideTotals {
  readonly samples: number;
  readonly failed: number;
  readonly dropped: number;
}

/** What ended the experiment. */
export type ExperimentEnd =
  | { readonly kind: 'sure' }
  /** All planned pairs are done. */
  | { readonly kind: 'maximum' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'gone'; readonly side: Side; readonly detail: string };

export interface ExperimentPair {
  readonly order: 'ab' | 'ba';
  /** Why the pair does not count, because its generator was not fit; null: it counts. */
  readonly setAside: string | null;
  /** Percentiles of each side's block in ms, by `endpoint pN`; null where the percentile fell among failed requests. */
  readonly aMs: Readonly<Record<string, number | null>>;
  readonly bMs: Readonly<Record<string, number | null>>;
}

export interface ExperimentFacts {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly aUrl: string;
  readonly bUrl: string;
  readonly profile: string;
  readonly blockSec: number;
  readonly seed: number;
  /** Numbers of pairs after which the result is looked at; the last is the maximum. */
  readonly looks: readonly number[];
  readonly smallest: { readonly share: number; readonly ms: number };
  readonly end: ExperimentEnd;
  readonly verdict: DifferenceVerdict;
  /** One sentence for a person. */
  readonly headline: string;
  readonly rows: readonly DifferenceRow[];
  readonly totals: Readonly<Record<Side, SideTotals>>;
  /** In order of time. */
  readonly pairs: readonly ExperimentPair[];
}
