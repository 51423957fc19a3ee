/** The answered samples of all blocks in ascending order, and the value at a rank when each block counts a given number of times. */
import type { LatencyBlock } from '../core/latency-blocks.ts';

/** Samples of one value in one block are one entry. */
export class Ordered {
  readonly #valuesUs: Float64Array;
  readonly #blocks: Int32Array;
  readonly #counts: Int32Array;
  /** Entries between two marks: as many as there are blocks. So a walk from one mark to the next costs as much as a sum over the blocks. */
  readonly #stride: number;
  /** One row for each mark: how many samples of each block lie in the entries before it. */
  readonly #before: Int32Array;
  readonly #marks: number;
  /** Samples between two marks, on average; > 0. */
  readonly #perMark: number;

  constructor(blocks: readonly LatencyBlock[]) {
    const many = blocks.length;
    // Value and block in one number, because typed arrays of numbers sort much faster than anything with a comparison function. Exact below
    // 2⁵³.
    const keys = Float64Array.from(
      blocks.flatMap(({ valuesUs }, block) => valuesUs.map((valueUs) => valueUs * many + block)),
    ).sort();
    const next = new Int32Array(many);
    this.#blocks = Int32Array.from(keys, (key) => key % many);
    this.#valuesUs = keys.map((key, at) => (key - (this.#blocks[at] ?? 0)) / many);
    this.#counts = this.#blocks.map((block) => {
      const own = next[block] ?? 0;
      next[block] = own + 1;
      return blocks[block]?.counts[own] ?? 0;
    });
    this.#stride = Math.max(1, many);
    this.#marks = Math.floor(keys.length / this.#stride) + 1;
    this.#before = this.#marked(many);
    this.#perMark = Math.max(1, this.#counts.reduce((sum, count) => sum + count, 0) / this.#marks);
  }

  /**
   * The smallest value that at least `rank` samples do not exceed, when each sample counts as often as its block in `times`. Infinity where
   * fewer than `rank` samples count; `rank` ≥ 1. `near` is where to look first, as a share of all samples, 0–1.
   */
  valueUs(rank: number, near: number, times: Int32Array): number {
    let mark = Math.min(this.#marks - 1, Math.floor(near * this.#marks));
    let before = this.#sumBefore(mark, times);
    // Moves towards the rank by the estimated number of marks, while the estimate gets smaller. The rest is walked.
    for (let last = Infinity; ; ) {
      const next = Math.min(this.#marks - 1, Math.max(0, mark + Math.floor((rank - 1 - before) / this.#perMark)));
      if (Math.abs(next - mark) >= last || next === mark) break;
      last = Math.abs(next - mark);
      mark = next;
      before = this.#sumBefore(mark, times);
    }
    return this.#walk(mark * this.#stride, before, rank, times);
  }

  /** For each of the blocks, the number of samples of at most that value. */
  atMost(valueUs: number, blocks: number): Int32Array {
    const counts = new Int32Array(blocks);
    for (let at = 0; (this.#valuesUs[at] ?? Infinity) <= valueUs; at++) this.#count(counts, at);
    return counts;
  }

  /** `before` samples count in the entries before `at`. */
  #walk(at: number, before: number, rank: number, times: Int32Array): number {
    let [entry, sum] = [at, before];
    while (sum >= rank) sum -= this.#counted(--entry, times);
    for (; entry < this.#counts.length; entry++) {
      sum += this.#counted(entry, times);
      if (sum >= rank) return this.#valuesUs[entry] ?? Infinity;
    }
    return Infinity;
  }

  #counted(entry: number, times: Int32Array): number {
    return (this.#counts[entry] ?? 0) * (times[this.#blocks[entry] ?? 0] ?? 0);
  }

  #sumBefore(mark: number, times: Int32Array): number {
    return product(times, this.#before, mark * times.length);
  }

  #marked(blocks: number): Int32Array {
    const before = new Int32Array(this.#marks * blocks);
    const counts = new Int32Array(blocks);
    for (let at = 0; at <= this.#counts.length; at++) {
      if (at % this.#stride === 0) before.set(counts, (at / this.#stride) * blocks);
      if (at < this.#counts.length) this.#count(counts, at);
    }
    return before;
  }

  #count(counts: Int32Array, entry: number): void {
    const block = this.#blocks[entry] ?? 0;
    counts[block] = (counts[block] ?? 0) + (this.#counts[entry] ?? 0);
  }
}

/** The sum of the products of `times` and as many `values`, starting at `from`. */
export function product(times: Int32Array, values: Int32Array, from: number): number {
  let sum = 0;
  for (let at = 0; at < times.length; at++) sum += (times[at] ?? 0) * (values[from + at] ?? 0);
  return sum;
}
