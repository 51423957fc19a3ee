/**
 * Whether the buckets of a histogram come in the order of their bounds: "must appear in increasing numerical order" (text format 0.0.4),
 * "MUST be sorted in number increasing order of le" (OpenMetrics 1.0). Only neighbours are compared, so nothing has to be kept.
 */
import type { SampleLine } from './sample-line.ts';

const BOUND = /(^|,)le="[^"]*"/;

export class BucketOrder {
  #le = Number.NEGATIVE_INFINITY;
  #name = '';
  #labels = '';

  /** Whether it is a bucket that follows a higher one of the same series. */
  isBehind(line: SampleLine): boolean {
    const text = line.label('le');
    if (text === undefined) return false;
    const [le, labels] = [text === '+Inf' ? Infinity : Number(text), line.labelsText()];
    const isLower =
      le < this.#le && line.name === this.#name && labels.replace(BOUND, '') === this.#labels.replace(BOUND, '');
    [this.#le, this.#name, this.#labels] = [le, line.name, labels];
    return isLower;
  }
}
