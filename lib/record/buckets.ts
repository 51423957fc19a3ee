/**
 * The layout of our HdrHistogram (1 µs … 120 s, 4 significant digits), and a sparse reader and writer of its V2 encoding.
 *
 * They are our own because a library decodes into all 229,376 buckets (0.9 MB, up to 1 ms), and a hundred engines send 300 interval
 * histograms of a few hundred buckets each second. Tests check that hdr-histogram-js reads and writes the same. Format:
 * https://github.com/HdrHistogram/HdrHistogram, `AbstractHistogram.encodeIntoByteBuffer` (V2).
 */
import { deflateSync, inflateSync } from 'node:zlib';

export const LOWEST_US = 1;
export const HIGHEST_US = 120_000_000;
export const SIGNIFICANT_DIGITS = 4;

/** 2 × 10^digits rounded up to a power of two: values below it have buckets 1 µs wide. */
const SUB_BUCKETS = 2 ** Math.ceil(Math.log2(2 * 10 ** SIGNIFICANT_DIGITS));
const HALF = SUB_BUCKETS / 2;
export const BUCKETS = (Math.ceil(Math.log2((HIGHEST_US + 1) / SUB_BUCKETS)) + 2) * HALF;

/** With the size of its words, one byte, as all writers say it. */
const WORD_SIZE_BITS = 0xf0;
const COMPRESSED_COOKIE = 0x1c849304;
const PAYLOAD_COOKIE = 0x1c849303;
const ONE_BYTE_WORDS = 0x10;
const HEADER_BYTES = 40;
const MOST_NUMBER_BYTES = 9;

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

/** Index of the bucket of a value; values outside 1 µs … 120 s count as the nearest of the two. */
export function bucketOf(valueUs: number): number {
  const value = Math.min(Math.max(valueUs, LOWEST_US), HIGHEST_US);
  const exponent = Math.max(0, 32 - Math.clz32(value) - Math.log2(SUB_BUCKETS));
  return exponent * HALF + (value >>> exponent);
}

/** The buckets that are not empty, ascending: the first `length` of each list. */
export interface BucketList {
  readonly indexes: Int32Array;
  readonly counts: Float64Array;
  readonly length: number;
}

/** Into these all histograms are read, one after the other: new ones would take longer than the reading. */
const indexes = new Int32Array(BUCKETS);
const counts = new Float64Array(BUCKETS);
let bytesRead = Buffer.alloc(1 << 16);

/** Throws RangeError unless the text is a V2 histogram of our layout, in base64, compressed or not. The list is valid until the next call. */
export function bucketsOf(base64: string): BucketList {
  const { bytes, end } = payload(base64);
  let position = HEADER_BYTES;
  let index = 0;
  let length = 0;

  // ZigZag LEB128, at most 9 bytes: a positive number is a count, a negative number −n stands for n empty buckets.
  while (position < end) {
    let byte = bytes[position++] ?? 0;
    let raw = byte & 0x7f;
    for (let scale = 128; byte >= 0x80 && scale <= 2 ** 56; scale *= 128) {
      if (position >= end) throw new RangeError('the histogram ends inside a number');
      byte = bytes[position++] ?? 0;
      raw += (scale === 2 ** 56 ? byte : byte & 0x7f) * scale;
    }

    if (raw % 2 === 1) {
      index += (raw + 1) / 2;
      continue;
    }
    if (raw > 0) {
      if (index >= BUCKETS) throw new RangeError('the histogram has a value over its range');
      indexes[length] = index;
      counts[length++] = raw / 2;
    }
    index += 1;
  }
  return { indexes, counts, length };
}

interface Payload {
  readonly bytes: Buffer;
  readonly end: number;
}

/** The uncompressed encoding, after a check of its header. Valid until the next call. */
function payload(base64: string): Payload {
  if (base64.length > bytesRead.length) bytesRead = Buffer.alloc(2 * base64.length);
  const length = bytesRead.write(base64, 'base64');
  const cookie = length < 8 ? 0 : bytesRead.readInt32BE(0) & ~WORD_SIZE_BITS;
  if (cookie === PAYLOAD_COOKIE) return checked({ bytes: bytesRead, end: length });
  if (cookie !== COMPRESSED_COOKIE) throw new RangeError('not an HdrHistogram (V2)');
  const said = bytesRead.readInt32BE(4);
  if (said !== length - 8) throw new RangeError(`the histogram is cut: ${length - 8} of ${said} bytes`);
  const bytes = inflate(bytesRead.subarray(8, length));
  return checked({ bytes, end: bytes.length });
}

function checked({ bytes, end }: Payload): Payload {
  if (end < HEADER_BYTES || (bytes.readInt32BE(0) & ~WORD_SIZE_BITS) !== PAYLOAD_COOKIE)
    throw new RangeError('not an HdrHistogram (V2)');
  if (bytes.readInt32BE(4) !== end - HEADER_BYTES)
    throw new RangeError('the histogram has another length than it says');
  const digits = bytes.readInt32BE(12);
  const lowest = bytes.readUInt32BE(16) * 2 ** 32 + bytes.readUInt32BE(20);
  const highest = bytes.readUInt32BE(24) * 2 ** 32 + bytes.readUInt32BE(28);
  if (digits !== SIGNIFICANT_DIGITS || lowest !== LOWEST_US || highest !== HIGHEST_US) {
    throw new RangeError(
      `the histogram must span ${LOWEST_US}…${HIGHEST_US} µs with ${SIGNIFICANT_DIGITS} digits, got ${lowest}…${highest} with ${digits}`,
    );
  }
  return { bytes, end };
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes);
  } catch (cause) {
    throw new RangeError('the histogram cannot be decompressed', { cause });
  }
}

/** The same histogram in the form that every HdrHistogram tool reads: V2 compressed, base64. */
export function compressed(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  if ((bytes.readInt32BE(0) & ~WORD_SIZE_BITS) === COMPRESSED_COOKIE) return base64;
  const deflated = deflateSync(bytes);
  const head = Buffer.alloc(8);
  head.writeInt32BE(COMPRESSED_COOKIE | ONE_BYTE_WORDS, 0);
  head.writeInt32BE(deflated.length, 4);
  return Buffer.concat([head, deflated]).toString('base64');
}

/** Writes the buckets that are not empty, which must come in ascending order. */
export class BucketWriter {
  #bytes = Buffer.alloc(1 << 12);
  #length = HEADER_BYTES;
  #next = 0;

  add(index: number, count: number): void {
    if (index > this.#next) this.#number(2 * (index - this.#next) - 1);
    this.#number(2 * count);
    this.#next = index + 1;
  }

  /** HdrHistogram V2, not compressed, base64. */
  text(): string {
    const bytes = this.#bytes.subarray(0, this.#length);
    bytes.writeInt32BE(PAYLOAD_COOKIE | ONE_BYTE_WORDS, 0);
    bytes.writeInt32BE(this.#length - HEADER_BYTES, 4);
    bytes.writeInt32BE(SIGNIFICANT_DIGITS, 12);
    bytes.writeBigInt64BE(BigInt(LOWEST_US), 16);
    bytes.writeBigInt64BE(BigInt(HIGHEST_US), 24);
    bytes.writeDoubleBE(1, 32);
    return bytes.toString('base64');
  }

  #number(zigZag: number): void {
    if (this.#length + MOST_NUMBER_BYTES > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    let rest = zigZag;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.#bytes[this.#length++] = (rest % 128) + 0x80;
    this.#bytes[this.#length++] = rest;
  }
}
