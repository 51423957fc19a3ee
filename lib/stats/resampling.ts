/**
 * Owns one side of a comparison as something to draw from: blocks of seconds, drawn with their neighbours, and the percentiles of a draw.
 * Refuses to know what the draws are for.
 */
import { COMPARED_PERCENTILES as PERCENTILES } from '../core/difference.ts';
import type { LatencyBlock } from '../core/latency-blocks.ts';
import type { Random } from '../core/random.ts';
import { blockLength } from './block-length.ts';

/** What a draw looked like. */
export interface Draw {
  /** µs, parallel to COMPARED_PERCENTILES; Infinity where it falls among failed and dropped samples, NaN for a draw without samples. */
  readonly percentilesUs: readonly number[];
  /** Failed and dropped ones, 0–1; NaN for a draw without samples. */
  readonly failedShare: number;
}

/** Failed and dropped samples lie above every latency. */
export class Side {
  readonly #valuesUs: Float64Array;
  /** For each value a row: how many samples of each block are at most that value. */
  readonly #atMost: Int32Array;
  readonly #total: Int32Array;
  readonly #failed: Int32Array;
  /** Indexes of the blocks of the present draw. */
  readonly #drawnBlocks: Int32Array;
  /** Blocks drawn together, so that correlation between neighbours is kept. */
  readonly length: number;
  /** Parallel to the percentiles, and one more of failed and dropped samples: how many more of a block's samples lie beyond than the side's share, over all samples. */
  readonly deviations: readonly (readonly number[])[];
  /** Of the blocks as they are. */
  readonly whole: Draw;

  constructor(blocks: readonly LatencyBlock[]) {
    const values = new Set<number>();
    for (const block of blocks) for (const valueUs of block.valuesUs) values.add(valueUs);
    this.#valuesUs = Float64Array.from(values).sort();
    this.#failed = Int32Array.from(blocks, ({ failed, dropped }) => failed + dropped);
    this.#atMost = cumulative(blocks, this.#valuesUs);
    this.#total = Int32Array.from(
      blocks,
      ({ counts, failed, dropped }) => counts.reduce((sum, count) => sum + count, 0) + failed + dropped,
    );
    this.#drawnBlocks = Int32Array.from(blocks, (_, at) => at);
    this.whole = this.#drawn();
    const beyond = PERCENTILES.map((_, at) => this.#beyond(at));
    this.deviations = [...beyond, this.#failed].map((counts) => this.#deviationsOf(counts));
    this.length = Math.ceil(Math.max(...beyond.map((_, at) => blockLength(this.deviations[at] ?? []))));
  }

  get blocks(): number {
    return this.#total.length;
  }

  get samples(): number {
    return this.#total.reduce((sum, count) => sum + count, 0);
  }

  /** As many blocks as there are, in runs of `length` neighbours, the last one being followed by the first (Politis and Romano, 1992). */
  draw(random: Random): Draw {
    const { blocks } = this;
    for (let drawn = 0; drawn < blocks; drawn += this.length) {
      const start = random.uint32() % blocks;
      const most = Math.min(this.length, blocks - drawn);
      for (let at = 0; at < most; at++) this.#drawnBlocks[drawn + at] = (start + at) % blocks;
    }
    return this.#drawn();
  }

  #drawn(): Draw {
    const total = this.#sum(this.#total, 0);
    const failed = this.#sum(this.#failed, 0);
    return {
      percentilesUs: PERCENTILES.map((percentile) => this.#percentileUs(percentile, total)),
      failedShare: failed / total,
    };
  }

  #percentileUs(percentile: number, total: number): number {
    if (total === 0) return Number.NaN;
    const position = (percentile / 100) * total;
    // Less the rounding error of the product, as everywhere else.
    const rank = Math.max(1, Math.ceil(position - position * Number.EPSILON));
    let low = 0;
    let high = this.#valuesUs.length;
    // A draw's percentile lies near the whole's: outwards from there in growing steps, then by halves.
    let row = Math.floor((percentile / 100) * high);
    for (let step = Math.ceil(Math.sqrt(high) / 2); low < high; step *= 2) {
      const enough = this.#sum(this.#atMost, row) >= rank;
      if (enough) high = row;
      else low = row + 1;
      const middle = (low + high) >>> 1;
      row = enough ? Math.max(middle, high - step) : Math.min(middle, low + step);
    }
    return this.#valuesUs[low] ?? Number.POSITIVE_INFINITY;
  }

  /** Of all blocks drawn; most of the time of a comparison is spent here. */
  #sum(counts: Int32Array, row: number): number {
    const drawn = this.#drawnBlocks;
    const from = row * drawn.length;
    let sum = 0;
    for (let at = 0; at < drawn.length; at++) sum += counts[from + (drawn[at] ?? 0)] ?? 0;
    return sum;
  }

  /** Of each block, the samples above the side's own percentile. */
  #beyond(at: number): Int32Array {
    const row = this.#valuesUs.indexOf(this.whole.percentilesUs[at] ?? Number.NaN);
    if (row < 0) return this.#failed;
    return this.#total.map((total, block) => total - (this.#atMost[row * this.blocks + block] ?? 0));
  }

  #deviationsOf(counts: Int32Array): number[] {
    const samples = Math.max(1, this.samples);
    const share = counts.reduce((sum, count) => sum + count, 0) / samples;
    return Array.from(this.#total, (total, block) => ((counts[block] ?? 0) - share * total) / samples);
  }
}

function cumulative(blocks: readonly LatencyBlock[], valuesUs: Float64Array): Int32Array {
  const rows = new Map(Array.from(valuesUs, (valueUs, row) => [valueUs, row]));
  const atMost = new Int32Array(valuesUs.length * blocks.length);
  blocks.forEach((block, column) => {
    block.valuesUs.forEach((valueUs, at) => {
      atMost[(rows.get(valueUs) ?? 0) * blocks.length + column] = block.counts[at] ?? 0;
    });
  });
  for (let at = blocks.length; at < atMost.length; at++)
    atMost[at] = (atMost[at] ?? 0) + (atMost[at - blocks.length] ?? 0);
  return atMost;
}
