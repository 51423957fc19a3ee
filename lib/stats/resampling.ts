/** One side of a comparison, to draw from: blocks of seconds, drawn together with their neighbours, and the percentiles of a draw. */
import { COMPARED_PERCENTILES as PERCENTILES } from '../core/difference.ts';
import { mostOf } from '../core/extent.ts';
import type { LatencyBlock } from '../core/latency-blocks.ts';
import type { Random } from '../core/random.ts';
import { blockLength } from './block-length.ts';
import { Ordered, product } from './ordered.ts';

/** The figures of one draw. */
export interface Draw {
  /** µs, parallel to COMPARED_PERCENTILES; Infinity where the percentile falls among failed and dropped samples, NaN for a draw without samples. */
  readonly percentilesUs: readonly number[];
  /** Failed and dropped samples, 0–1; NaN for a draw without samples. */
  readonly failedShare: number;
}

/** Failed and dropped samples count as slower than every latency. */
export class Side {
  readonly #ordered: Ordered;
  readonly #total: Int32Array;
  readonly #failed: Int32Array;
  /** How often each block occurs in the present draw. */
  readonly #times: Int32Array;
  /** Blocks drawn together, so that the correlation between neighbours is kept. */
  readonly length: number;
  /**
   * Parallel to the percentiles, with one more for failed and dropped samples. How many of a block's samples lie beyond, less the number
   * expected from the whole side, as a share of all samples.
   */
  readonly deviations: readonly (readonly number[])[];
  /** The figures of the blocks as they are. */
  readonly whole: Draw;

  constructor(blocks: readonly LatencyBlock[]) {
    this.#ordered = new Ordered(blocks);
    this.#failed = Int32Array.from(blocks, ({ failed, dropped }) => failed + dropped);
    this.#total = Int32Array.from(
      blocks,
      ({ counts, failed, dropped }) => counts.reduce((sum, count) => sum + count, 0) + failed + dropped,
    );
    this.#times = new Int32Array(blocks.length).fill(1);
    this.whole = this.#drawn();
    const beyond = this.whole.percentilesUs.map((percentileUs) => this.#beyond(percentileUs));
    this.deviations = [...beyond, this.#failed].map((counts) => this.#deviationsOf(counts));
    this.length = Math.ceil(mostOf(beyond.map((_, at) => blockLength(this.deviations[at] ?? []))));
  }

  get blocks(): number {
    return this.#total.length;
  }

  get samples(): number {
    return this.#total.reduce((sum, count) => sum + count, 0);
  }

  /** As many blocks as there are, in runs of `length` neighbours; the last block is followed by the first (Politis and Romano, 1992). */
  draw(random: Random): Draw {
    const { blocks } = this;
    const times = this.#times.fill(0);
    for (let drawn = 0; drawn < blocks; drawn += this.length) {
      const start = random.uint32() % blocks;
      const most = Math.min(this.length, blocks - drawn);
      for (let at = start; at < start + most; at++) {
        const block = at < blocks ? at : at - blocks;
        times[block] = (times[block] ?? 0) + 1;
      }
    }
    return this.#drawn();
  }

  #drawn(): Draw {
    const total = product(this.#times, this.#total, 0);
    const failed = product(this.#times, this.#failed, 0);
    return {
      percentilesUs: PERCENTILES.map((percentile) => this.#percentileUs(percentile, total)),
      failedShare: failed / total,
    };
  }

  #percentileUs(percentile: number, total: number): number {
    if (total === 0) return Number.NaN;
    const position = (percentile / 100) * total;
    // Corrected for the rounding error of the product, as everywhere else.
    const rank = Math.max(1, Math.ceil(position - position * Number.EPSILON));
    return this.#ordered.valueUs(rank, percentile / 100, this.#times);
  }

  /** For each block, the number of samples above the value. */
  #beyond(valueUs: number): Int32Array {
    if (!Number.isFinite(valueUs)) return this.#failed;
    const atMost = this.#ordered.atMost(valueUs, this.blocks);
    return this.#total.map((total, block) => total - (atMost[block] ?? 0));
  }

  #deviationsOf(counts: Int32Array): number[] {
    const samples = Math.max(1, this.samples);
    const share = counts.reduce((sum, count) => sum + count, 0) / samples;
    return Array.from(this.#total, (total, block) => ((counts[block] ?? 0) - share * total) / samples);
  }
}
