/**
 * Which arrivals of a load one generator sends. Generators share a load like k6's execution segments of equal length: arrivals are dealt
 * out in turn, so generator k of N starts the arrivals k, k + N, k + 2N … of every scenario. That holds where each has as many virtual users
 * (lib/run/phase-plan.ts). No other code may assume how. Imports nothing, so that k6 and Node decide alike; the Go side is `slotMs` in
 * engine/hdr/plan.go.
 */

/** Generator number `index` (from 0) of `of`. */
export interface Segment {
  readonly index: number;
  readonly of: number;
}

/** The segment of the only generator. */
export const WHOLE: Segment = { index: 0, of: 1 };

/** The segments of `of` generators that share a load, in the order of their numbers. */
export function segmentsOf(of: number): Segment[] {
  return Array.from({ length: of }, (_, index) => ({ index, of }));
}

/** How many arrivals of one scenario the generator of a segment started. */
export interface StartedArrivals {
  readonly segment: Segment;
  readonly count: number;
}

/**
 * The number, in its whole scenario (from 0), of the `nth` arrival (from 0) that the generator started. k6 numbers what it starts, not what
 * it drops.
 */
export function arrivalNumber(nth: number, { index, of }: Segment): number {
  return index + nth * of;
}

/** The opposite of `arrivalNumber`, for an arrival of any generator of `of`. */
export function nthOfGenerator(arrival: number, of: number): number {
  return Math.floor(arrival / of);
}

/** ms between two arrivals of one scenario that one of `of` generators starts. `ratePerSec`: of all of them together, > 0. */
export function slotMs(ratePerSec: number, of: number): number {
  return (1000 * of) / ratePerSec;
}

/** The numbers of all arrivals that these generators started, in any order. */
export function* arrivalNumbers(started: readonly StartedArrivals[]): Generator<number> {
  for (const { segment, count } of started) for (let nth = 0; nth < count; nth++) yield arrivalNumber(nth, segment);
}
