/**
 * Owns what every metrics check may look at, and what a check is. Refuses to know the checks.
 */
import type { Finding } from '../../../core/finding.ts';
import type { Unavailable } from '../../../core/observation.ts';
import type { Plan } from '../../../core/plan.ts';
import type { LoadResult, Recording } from '../../../core/recording.ts';
import type { Check } from '../../finding.ts';
import type { MetricsObservation, MetricsObserved } from '../observation.ts';
import type { MetricContract, MetricSignal, MetricSignals } from '../signals.ts';
import { familyOf, numberAt, resetsOf } from './series.ts';

export interface MetricsInput {
  /** Undefined when nobody scraped. */
  readonly observation: MetricsObservation | undefined;
  readonly plan: Plan;
  readonly load: LoadResult;
  readonly recording: Recording;
  readonly signals: MetricSignals;
  readonly contract: MetricContract;
  /** Nothing but the load calls the server between the first scrape and the last: then a surplus is the server's own doing. */
  readonly exclusive: boolean;
}

export interface MetricFacts extends MetricsInput {
  readonly observed: MetricsObserved;
  /** The scrapes that found the server started anew. */
  readonly restarts: readonly number[];
}

/** A finding's frame and how it is reached; without evidence the frame alone makes the finding. */
export interface MetricCheck extends Check {
  readonly run: (facts: MetricFacts) => Finding;
  /** What it says when the evidence could not be had; that it is unavailable, when absent. */
  readonly without?: (observation: Unavailable<'metrics'>, input: MetricsInput) => Finding;
}

export function factsOf(input: MetricsInput, observed: MetricsObserved): MetricFacts {
  return { ...input, observed, restarts: restartsOf(observed) };
}

/** `aragora_requests_total` → `requests_total`. */
export function shortName({ name }: Pick<MetricSignal, 'name'>): string {
  return name.replace(/^aragora_/, '');
}

/** Unix ms of a scrape as a time of day in UTC would need a clock's words; seconds since the first say more. */
export function scrapeText({ atMs }: MetricsObserved, scrape: number): string {
  const sinceSec = ((atMs[scrape] ?? 0) - (atMs[0] ?? 0)) / 1000;
  return `scrape ${scrape + 1} of ${atMs.length} (${sinceSec.toFixed(1)} s after the first)`;
}

/**
 * The process says when it started; where it does not, everything that counts falling at once tells as much.
 */
function restartsOf(observed: MetricsObserved): number[] {
  const scrapes = observed.atMs.length;
  const start = familyOf(observed, 'process_start_time_seconds')?.series[0];
  if (start !== undefined) {
    return steps(scrapes).filter((scrape) => {
      const [before, after] = [numberAt(start, scrape - 1), numberAt(start, scrape)];
      return before !== null && after !== null && after > before + 0.5;
    });
  }
  const counting = observed.families.filter(({ type }) => type === 'counter' || type === 'histogram');
  return steps(scrapes).filter((scrape) => {
    const alive = counting.filter(({ series }) => series.some((one) => (numberAt(one, scrape - 1) ?? 0) > 0));
    const fell = alive.filter(({ series }) => resetsOf(series, scrapes).some((reset) => reset.scrape === scrape));
    return alive.length >= 2 && fell.length === alive.length;
  });
}

function steps(scrapes: number): number[] {
  return Array.from({ length: Math.max(0, scrapes - 1) }, (_, index) => index + 1);
}
