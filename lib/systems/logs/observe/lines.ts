/** Cuts a stream of bytes into lines, in limited memory. */
import { isUtf8 } from 'node:buffer';

export interface LogLine {
  /** Without its line end; invalid UTF-8 shows as U+FFFD. */
  readonly text: string;
  /** Whether it was longer than is kept; the rest is lost. */
  readonly cut: boolean;
  readonly validUtf8: boolean;
}

/** Longer lines are cut. Loki's default limit is a quarter of it. */
export const MAX_LINE_BYTES = 1024 * 1024;

const NEWLINE = 10;

export class LineSplitter {
  readonly #onLine: (line: LogLine) => void;
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #cut = false;

  /** @param onLine called for each line that is not blank. */
  constructor(onLine: (line: LogLine) => void, maxBytes = MAX_LINE_BYTES) {
    this.#onLine = onLine;
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, from)) {
      this.#keep(bytes.subarray(from, end));
      this.end();
      from = end + 1;
    }
    // Copied, because the caller may use its memory again.
    if (from < bytes.length) this.#keep(Buffer.from(bytes.subarray(from)));
  }

  /** What came after the last newline is a line too. */
  end(): void {
    const [whole, cut] = [this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts), this.#cut];
    this.drop();
    const text = whole?.toString('utf8').replace(/\r$/, '') ?? '';
    if (whole === undefined || text.trim() === '') return;
    // A cut may be inside a character.
    this.#onLine({ text, cut, validUtf8: cut || isUtf8(whole) });
  }

  /** Discards what came after the last newline. */
  drop(): void {
    this.#parts = [];
    this.#bytes = 0;
    this.#cut = false;
  }

  #keep(part: Buffer): void {
    const room = this.#maxBytes - this.#bytes;
    if (part.length > room) this.#cut = true;
    if (room === 0 || part.length === 0) return;
    const kept = part.subarray(0, room);
    this.#parts.push(kept);
    this.#bytes += kept.length;
  }
}
