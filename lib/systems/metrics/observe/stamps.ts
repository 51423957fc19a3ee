/** Whether the times that the samples of one series give themselves can be those of their values, scrape by scrape. */

export interface StampedSample {
  readonly value: number;
  /** Its own time, Unix ms; null: it has none. */
  readonly timestampMs: number | null;
  /** When it was scraped, Unix ms. */
  readonly atMs: number;
}

/** Clocks may be apart, and an exporter may collect what it shows some time before. */
const ALLOWED_MS = 60_000;
/** A time may be in whole seconds. */
const SAME_TIME_MS = 2000;

export class Stamps {
  #before: StampedSample | undefined;
  /** The first sample with the time that the last one has. */
  #first: StampedSample | undefined;

  problemOf(sample: StampedSample): string | undefined {
    const [before, first] = [this.#before, this.#first];
    this.#before = sample;
    if (first?.timestampMs !== sample.timestampMs) this.#first = sample;
    const { timestampMs, atMs, value } = sample;
    if (timestampMs === null || before === undefined) return undefined;
    const isMoved = !Object.is(before.value, value);
    const awayMs = Math.abs(timestampMs - atMs);
    // What is too far from any scrape is reported without a comparison.
    if (isMoved && awayMs > ALLOWED_MS)
      return `its value moved since the scrape before, and its timestamp is ${Math.round(awayMs / 1000)} s ${timestampMs < atMs ? 'before' : 'after'} the scrape`;
    if (first?.timestampMs === timestampMs && !Object.is(first.value, value) && atMs - first.atMs > SAME_TIME_MS)
      return 'it has the timestamp of an earlier scrape, and another value: Prometheus refuses it';
    return undefined;
  }
}
