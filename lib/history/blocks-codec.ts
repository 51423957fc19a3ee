/** How blocks of latencies are encoded in an entry: variable-length integers, deflated, in base64, of limited size. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { EndpointBlocks, LatencyBlock } from '../core/latency-blocks.ts';

export interface EncodedLatency {
  /** Whole seconds in a block. */
  readonly blockSec: number;
  /** Largest relative error of a value; 0: as recorded. */
  readonly resolution: number;
  /** The encoded blocks of each endpoint. */
  readonly endpoints: Readonly<Record<string, string>>;
}

/** For all endpoints of a run together, in characters. A minute at the smoke rate takes about 40,000. */
export const MOST_CHARS = 262_144;

/** 0 keeps every value as recorded; the next is a tenth of a percent. The coarsest fits whatever was recorded. */
const RESOLUTIONS = [0, 1 / 1024, 1 / 512, 1 / 256, 1 / 128, 1 / 64, 1 / 32, 1 / 16, 1 / 8] as const;

/** The finest resolution that fits into `mostChars`. */
export function encodeBlocks(all: readonly EndpointBlocks[], mostChars = MOST_CHARS): EncodedLatency {
  const blockSec = all[0]?.blockSec ?? 1;
  let encoded: EncodedLatency = { blockSec, resolution: 0, endpoints: {} };
  for (const resolution of RESOLUTIONS) {
    const endpoints = Object.fromEntries(
      all.map(({ endpoint, blocks }) => [endpoint, encodeAll(blocks.map((block) => coarser(block, resolution)))]),
    );
    encoded = { blockSec, resolution, endpoints };
    if (Object.values(endpoints).reduce((sum, text) => sum + text.length, 0) <= mostChars) break;
  }
  return encoded;
}

/** @throws Error that says what is wrong with it. */
export function decodeBlocks({ blockSec, endpoints }: EncodedLatency): EndpointBlocks[] {
  if (!Number.isInteger(blockSec) || blockSec < 1) throw new Error('its blocks have no length');
  return Object.entries(endpoints).map(([endpoint, text]) => ({
    endpoint,
    blockSec,
    blocks: decodeAll(text),
  }));
}

/** Rounds values to a multiple of a power of two, so each is off by at most `resolution` of itself. */
function coarser(block: LatencyBlock, resolution: number): LatencyBlock {
  if (resolution === 0) return block;
  const counted = new Map<number, number>();
  block.valuesUs.forEach((valueUs, at) => {
    const step = 2 ** Math.max(0, Math.floor(Math.log2(valueUs * resolution * 2)));
    const rounded = Math.round(valueUs / step) * step;
    counted.set(rounded, (counted.get(rounded) ?? 0) + (block.counts[at] ?? 0));
  });
  return { ...block, valuesUs: [...counted.keys()], counts: [...counted.values()] };
}

/** For each block: failed, dropped, the number of values, then for each value its distance from the one before and its count. */
function encodeAll(blocks: readonly LatencyBlock[]): string {
  const bytes: number[] = [];
  push(bytes, blocks.length);
  for (const { valuesUs, counts, failed, dropped } of blocks) {
    push(bytes, failed);
    push(bytes, dropped);
    push(bytes, valuesUs.length);
    let before = 0;
    valuesUs.forEach((valueUs, at) => {
      push(bytes, valueUs - before);
      push(bytes, counts[at] ?? 0);
      before = valueUs;
    });
  }
  return deflateRawSync(Uint8Array.from(bytes), { level: 9 }).toString('base64');
}

/** Seven bits in each byte, the lowest first; the highest bit says that more follow (LEB128, as in DWARF and Protocol Buffers). */
function push(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

/** More than any entry of ours inflates to. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_BLOCKS = 100_000;

function decodeAll(text: string): LatencyBlock[] {
  const reader = new Reader(inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: MOST_BYTES }));
  const blocks = reader.next();
  if (blocks > MOST_BLOCKS) throw new Error('its latencies claim more blocks than there can be');
  const decoded = Array.from({ length: blocks }, (): LatencyBlock => {
    const [failed, dropped, length] = [reader.next(), reader.next(), reader.next()];
    const valuesUs: number[] = [];
    const counts: number[] = [];
    let before = 0;
    for (let at = 0; at < length; at++) {
      before += reader.next();
      valuesUs.push(before);
      counts.push(reader.next());
    }
    return { valuesUs, counts, failed, dropped };
  });
  if (!reader.ended) throw new Error('its latencies go on after their end');
  return decoded;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  next(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new Error('its latencies end too soon');
      this.#at += 1;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  }
}
