/**
 * The layout of our HdrHistogram (1 µs … 120 s, 4 significant digits), and a sparse reader of its V2 encoding.
 *
 * We have our own reader besides hdr-histogram-js because the library decodes into all 229,376 buckets (0.9 MB, up to 1 ms), and one hour
 * of load has some twenty thousand interval histograms of a few hundred buckets each. Tests check that both read the same. Format:
 * https://github.com/HdrHistogram/HdrHistogram, `AbstractHistogram.encodeIntoByteBuffer` (V2).
 */
import { inflateSync } from 'node:zlib';

export const LOWEST_US = 1;
export const HIGHEST_US = 120_000_000;
export const SIGNIFICANT_DIGITS = 4;

/** 2 × 10^digits rounded up to a power of two: values below it have buckets 1 µs wide. */
const SUB_BUCKETS = 2 ** Math.ceil(Math.log2(2 * 10 ** SIGNIFICANT_DIGITS));
const HALF = SUB_BUCKETS / 2;
const BUCKETS = (Math.ceil(Math.log2((HIGHEST_US + 1) / SUB_BUCKETS)) + 2) * HALF;

const COMPRESSED_COOKIE = 0x1c849304;
const PAYLOAD_COOKIE = 0x1c849303;
const WORD_SIZE_BITS = 0xf0;
const HEADER_BYTES = 40;

/** log2 of the width in µs of the bucket at `index`. */
function widthExponent(index: number): number {
  return index < SUB_BUCKETS ? 0 : Math.floor(index / HALF) - 1;
}

/** Smallest value (µs) that falls into the bucket at `index`. */
export function lowestUs(index: number): number {
  const exponent = widthExponent(index);
  return (index - exponent * HALF) * 2 ** exponent;
}

/** Largest value (µs) that falls into the bucket at `index`. */
export function highestUs(index: number): number {
  return lowestUs(index) + 2 ** widthExponent(index) - 1;
}

/**
 * Calls `visit` for each bucket that is not empty, ascending by index. Throws RangeError unless the text is a V2 compressed histogram of
 * our layout.
 */
export function forEachBucket(base64: string, visit: (index: number, count: number) => void): void {
  const bytes = payload(base64);
  let position = HEADER_BYTES;
  let index = 0;

  // ZigZag LEB128, at most 9 bytes: a positive number is a count, a negative number −n stands for n empty buckets.
  while (position < bytes.length) {
    let raw = 0;
    let scale = 1;
    let byte: number;
    do {
      if (position >= bytes.length) throw new RangeError('the histogram ends inside a number');
      byte = bytes[position++] ?? 0;
      raw += (scale === 2 ** 56 ? byte : byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80 && scale <= 2 ** 56);

    if (raw % 2 === 1) {
      index += (raw + 1) / 2;
    } else {
      if (raw > 0) {
        if (index >= BUCKETS) throw new RangeError('the histogram has a value over its range');
        visit(index, raw / 2);
      }
      index += 1;
    }
  }
}

/** The uncompressed encoding, after a check of its header. */
function payload(base64: string): Buffer {
  const outer = Buffer.from(base64, 'base64');
  if (outer.length < 8 || (outer.readInt32BE(0) & ~WORD_SIZE_BITS) !== COMPRESSED_COOKIE) {
    throw new RangeError('not a compressed HdrHistogram (V2)');
  }
  const length = outer.readInt32BE(4);
  if (length !== outer.length - 8) throw new RangeError(`the histogram is cut: ${outer.length - 8} of ${length} bytes`);

  const bytes = inflate(outer.subarray(8));
  if (bytes.length < HEADER_BYTES || (bytes.readInt32BE(0) & ~WORD_SIZE_BITS) !== PAYLOAD_COOKIE) {
    throw new RangeError('not an HdrHistogram (V2)');
  }
  if (bytes.readInt32BE(4) !== bytes.length - HEADER_BYTES)
    throw new RangeError('the histogram has another length than it says');
  const digits = bytes.readInt32BE(12);
  const lowest = Number(bytes.readBigInt64BE(16));
  const highest = Number(bytes.readBigInt64BE(24));
  if (digits !== SIGNIFICANT_DIGITS || lowest !== LOWEST_US || highest !== HIGHEST_US) {
    throw new RangeError(
      `the histogram must span ${LOWEST_US}…${HIGHEST_US} µs with ${SIGNIFICANT_DIGITS} digits, got ${lowest}…${highest} with ${digits}`,
    );
  }
  return bytes;
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes);
  } catch (cause) {
    throw new RangeError('the histogram cannot be decompressed', { cause });
  }
}
