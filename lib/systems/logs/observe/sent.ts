/** Which of the trace ids that the load sent have appeared: one bit for each arrival, so ten million need little more than a megabyte. */
import { arrivalNumbers, WHOLE } from '../../../core/segment.ts';
import type { TraceIds } from '../../../core/trace-ids.ts';
import type { SentArrivals } from '../../../observe/sent.ts';

/** Arrivals of one scenario above this number are not distinguished: 16 MiB of bits. */
const MOST_ARRIVALS = 2 ** 27;
const FIRST_BYTES = 1024;

export class SeenArrivals {
  readonly #ids: TraceIds;
  readonly #seen = new Map<string, { bits: Uint8Array; count: number; end: number }>();

  constructor(ids: TraceIds) {
    this.#ids = ids;
  }

  /** Whether it is a trace id that the load can have sent. */
  see(traceId: string): boolean {
    const located = this.#ids.locate(traceId);
    if (located === undefined || located.arrival >= MOST_ARRIVALS) return false;
    const { scenario, arrival } = located;
    const seen = this.#seen.get(scenario) ?? { bits: new Uint8Array(FIRST_BYTES), count: 0, end: 0 };
    this.#seen.set(scenario, seen);
    const [byte, mask] = [arrival >>> 3, 1 << (arrival & 7)];
    if (byte >= seen.bits.length) seen.bits = grown(seen.bits, byte);
    const before = seen.bits[byte] ?? 0;
    if ((before & mask) === 0) seen.count += 1;
    seen.bits[byte] = before | mask;
    seen.end = Math.max(seen.end, arrival + 1);
    return true;
  }

  has(traceId: string): boolean {
    const located = this.#ids.locate(traceId);
    return located !== undefined && this.#hasArrival(located.scenario, located.arrival);
  }

  /** Distinct arrivals of these scenarios that were seen, at most as many as were sent. */
  found({ scenarios, arrivals }: SentArrivals): number {
    const count = scenarios.reduce((sum, scenario) => sum + (this.#seen.get(scenario)?.count ?? 0), 0);
    return Math.min(count, arrivals);
  }

  /**
   * Up to `most` trace ids that were sent and not seen. For scenarios that are counted together, only those below one that was seen,
   * because it is not known how many each of them sent.
   */
  missing({ scenarios, arrivals, started }: SentArrivals, most: number): string[] {
    const missing: string[] = [];
    for (const scenario of scenarios) {
      const known = started ?? [{ segment: WHOLE, count: arrivals }];
      const guessed = [{ segment: WHOLE, count: this.#seen.get(scenario)?.end ?? 1 }];
      for (const arrival of arrivalNumbers(scenarios.length === 1 ? known : guessed)) {
        if (missing.length >= most) return missing;
        const id = this.#hasArrival(scenario, arrival) ? undefined : this.#ids.idOf(scenario, arrival);
        if (id !== undefined) missing.push(id);
      }
    }
    return missing;
  }

  #hasArrival(scenario: string, arrival: number): boolean {
    const bits = this.#seen.get(scenario)?.bits;
    return ((bits?.[arrival >>> 3] ?? 0) & (1 << (arrival & 7))) !== 0;
  }
}

function grown(bits: Uint8Array, byte: number): Uint8Array {
  const larger = new Uint8Array(Math.max(2 * bits.length, byte + 1));
  larger.set(bits);
  return larger;
}
