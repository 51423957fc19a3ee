/** The times that a debate's events give, against the time that the client waited for them. Pure. */

/** Hosts whose clocks differ a little, seconds. */
const CLOCK_SEC = 0.5;

/**
 * Whatever the server's clock shows: all that happens in a debate happens between the moment when its creation was sent and the arrival of its
 * last event.
 */
export class EventTimes {
  readonly #sentAtMs: number;
  #arrivedAtMs: number;
  #firstSec = Number.POSITIVE_INFINITY;
  #lastSec = Number.NEGATIVE_INFINITY;
  #isWhole = true;

  /** @param sentAtMs when the debate's creation was sent. */
  constructor(sentAtMs: number) {
    this.#sentAtMs = sentAtMs;
    this.#arrivedAtMs = sentAtMs;
  }

  /** @param timestamp of the event, Unix seconds. */
  event(timestamp: number | undefined, atMs: number): void {
    this.#arrivedAtMs = Math.max(this.#arrivedAtMs, atMs);
    if (timestamp === undefined) return;
    this.#firstSec = Math.min(this.#firstSec, timestamp);
    this.#lastSec = Math.max(this.#lastSec, timestamp);
    this.#isWhole &&= Number.isInteger(timestamp);
  }

  /** Whether the events lie no further apart than the client waited. */
  arePossible(): boolean {
    return (
      this.#firstSec === Number.POSITIVE_INFINITY || this.isPossible(this.#lastSec - this.#firstSec, this.#isWhole)
    );
  }

  /** Whether something of the debate can have lasted so long. */
  isPossible(lastedSec: number, isWhole = Number.isInteger(lastedSec)): boolean {
    return lastedSec <= (this.#arrivedAtMs - this.#sentAtMs) / 1000 + CLOCK_SEC + (isWhole ? 1 : 0);
  }
}
