/** How the latencies of two runs differ. Written to comparison.json. */
import type { Endpoint } from './endpoint.ts';
import { EXIT_CODE, type ExitCode } from './error.ts';
import type { SCHEMA_VERSION } from './schema-version.ts';
import type { Outcome } from './verdict.ts';

/** Of B compared with A. `cannot-tell` is none of the others, and never an answer. */
export type DifferenceVerdict = 'faster' | 'same' | 'slower' | 'cannot-tell';

/** The smallest difference that matters: the larger of a share of A's percentile (0.05 is 5 %) and some ms. */
export interface Smallest {
  readonly share: number;
  readonly ms: number;
}

/** The percentiles that can be compared, ascending. */
export const COMPARED_PERCENTILES = [50, 95, 99] as const;
export type ComparedPercentile = (typeof COMPARED_PERCENTILES)[number];

export const DEFAULT_SMALLEST: Smallest = { share: 0.05, ms: 2 };

/** One percentile of one endpoint. */
export interface PercentileDifference {
  /** 50, 95 or 99. */
  readonly percentile: number;
  /** Failed and dropped samples count as slower than every latency; null when the percentile falls among them, or without samples. */
  readonly aMs: number | null;
  readonly bMs: number | null;
  /** B − A; null if either is missing. */
  readonly differenceMs: number | null;
  /** Of the difference, two-sided 95 %; null where there is too little data. A bound that lies among failed samples is null. */
  readonly interval: { readonly lowerMs: number | null; readonly upperMs: number | null } | null;
  /** The difference that would matter here. */
  readonly smallestMs: number;
  readonly verdict: DifferenceVerdict;
  /** Whether its interval stays below what would matter: then B is surely not slower, even if it is not known to be the same. */
  readonly notSlower: boolean;
  /** Whether A has enough samples to compare it. If so, the whole is "not slower" only if this percentile is. */
  readonly gating: boolean;
  /** About how long both runs must be to decide it, at the same rates; null when it is decided, or when no length would do. */
  readonly secondsToTell: number | null;
  /** Why it can't be decided, one clause; '' when it is decided. */
  readonly reason: string;
}

/** Failed and dropped samples of one endpoint, as shares (0–1) of all its samples. */
export interface FailureDifference {
  /** null without samples. */
  readonly aShare: number | null;
  readonly bShare: number | null;
  /** Of B − A, two-sided 95 %; null where nothing failed, or where there is too little data. */
  readonly interval: { readonly lower: number; readonly upper: number } | null;
  /** `more`: B fails clearly more often. `not-more`: this is not seen, which does not prove that it is not so. */
  readonly verdict: 'more' | 'not-more';
}

export interface EndpointDifference {
  readonly endpoint: Endpoint;
  readonly aSamples: number;
  readonly bSamples: number;
  readonly failures: FailureDifference;
  /** Ascending. */
  readonly percentiles: readonly PercentileDifference[];
}

export type ComparisonOutcome = 'not-slower' | 'slower' | 'cannot-tell';

/** Which run a side is. */
export interface SideSummary {
  /** As the user named it. */
  readonly label: string;
  readonly runId: string;
  /** null where only the history knows the run: it stores no addresses. */
  readonly httpUrl: string | null;
  /** The outcome of that run by its own objectives. */
  readonly verdict: Outcome;
  /** Unix ms. */
  readonly startedAtMs: number;
}

/** B compared with A. */
export interface RunComparison {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** `gate`: B is a candidate, which must also conform. */
  readonly purpose: 'compare' | 'gate';
  readonly profile: string;
  readonly a: SideSummary;
  readonly b: SideSummary;
  readonly smallest: Smallest;
  /** The percentiles that were compared; ascending, at least one. */
  readonly percentiles: readonly ComparedPercentile[];
  readonly outcome: ComparisonOutcome;
  /** One sentence: why this outcome. */
  readonly headline: string;
  /** What makes the sides less similar than they should be, one sentence each. */
  readonly warnings: readonly string[];
  readonly endpoints: readonly EndpointDifference[];
  /** About how long both runs must be for an outcome; null when there is one, or when no length would do. */
  readonly secondsToTell: number | null;
}

/** A candidate is green only when it conforms and is not slower. */
export function comparisonExitCode({ purpose, outcome, b }: RunComparison): ExitCode {
  const verdict = purpose === 'gate' ? b.verdict : 'conforms';
  if (verdict === 'interrupted') return EXIT_CODE.interrupted;
  if (verdict === 'breaches' || outcome === 'slower') return EXIT_CODE.breaches;
  return verdict === 'conforms' && outcome === 'not-slower' ? EXIT_CODE.conforms : EXIT_CODE.inconclusive;
}
