/** How clients saw a fault: the samples of HTTP requests, and how many of them were hit. */
import type { EndpointSecond } from '../core/recording.ts';
import { sampleOutcome } from '../core/sample-outcome.ts';
import { plannedJourneys } from '../core/timeline.ts';
import type { Context } from './context.ts';

export type Requests = readonly EndpointSecond[];

interface Which {
  /** A stretch of time, Unix ms; absent: all of the phase. */
  readonly fromMs?: number;
  readonly untilMs?: number;
  /** Endpoints that do not count. */
  readonly without?: ReadonlySet<string>;
}

/** The samples of HTTP requests, second by second. */
export function requestsOf(
  { plan, recording }: Context,
  { fromMs = -Infinity, untilMs = Infinity, without = new Set() }: Which = {},
): Requests {
  const asked = new Set(
    plannedJourneys(plan).flatMap(({ endpoints }) =>
      endpoints.filter(({ http }) => http !== undefined).map(({ name }) => name),
    ),
  );
  const [from, until] = [Math.floor(fromMs / 1000), Math.floor(untilMs / 1000)];
  return [...recording.endpoints.values()]
    .filter(({ endpoint }) => asked.has(endpoint) && !without.has(endpoint))
    .flatMap(({ seconds }) => seconds.filter(({ second }) => second >= from && second <= until));
}

/** Without a whole answer: dropped ones, too, since all virtual users waited. */
export function lostOf({ failed, dropped }: EndpointSecond): number {
  const lost = Object.entries(failed).filter(([outcome]) => sampleOutcome(outcome).lost);
  return dropped + lost.reduce((total, [, count]) => total + count, 0);
}

export function failedAs(requests: Requests, isSuch: (outcome: string) => boolean): number {
  return sum(requests, ({ failed }) =>
    Object.entries(failed).reduce((total, [outcome, count]) => total + (isSuch(outcome) ? count : 0), 0),
  );
}

/** Histograms have four digits. */
const DIGITS = 1 - 1e-3;

/** Answers that took at least so long, and failed ones. */
export function slowOf(requests: Requests, ms: number): number {
  return sum(requests, ({ count, histogram }) => count - histogram.count + histogram.countOverUs(ms * 1000 * DIGITS));
}

export function sum(requests: Requests, of: (second: EndpointSecond) => number): number {
  return requests.reduce((total, second) => total + of(second), 0);
}
