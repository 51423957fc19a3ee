/**
 * Takes interim answers (1xx) out of what a server sends. Any client has to pass over them, asked for or not (RFC 9110, 15.2), and undici ends
 * the connection at the first `100 Continue`.
 */
import type { Socket } from 'node:net';

const HEAD = /^HTTP\/1\.[01] 1\d\d[ \r]/;
/** Stands for what has not come yet. */
const SAMPLE = 'HTTP/1.1 100 ';
const HEAD_END = '\r\n\r\n';
/** A longer one is left to undici, which has bounds of its own. */
const MOST_BYTES = 16 * 1024;
const NOTHING = Buffer.alloc(0);

export class Interim {
  #held: Buffer = NOTHING;
  #isBegin = true;

  /** The next bytes are those of another answer. */
  begin(): void {
    this.#isBegin = true;
  }

  /** What is left of these bytes. The beginning of a head is held back until it is known of which answer it is. */
  pass(bytes: Buffer): Buffer {
    if (!this.#isBegin) return bytes;
    let left: Buffer = Buffer.concat([this.#held, bytes]);
    for (;;) {
      const start = left.toString('latin1', 0, SAMPLE.length);
      const isPossible = HEAD.test(start + SAMPLE.slice(start.length));
      const end = isPossible ? left.indexOf(HEAD_END) : -1;
      if (end < 0) return this.#leave(left, isPossible);
      left = left.subarray(end + HEAD_END.length);
    }
  }

  #leave(left: Buffer, isOpen: boolean): Buffer {
    this.#isBegin = isOpen && left.length <= MOST_BYTES;
    this.#held = this.#isBegin ? left : NOTHING;
    return this.#isBegin ? NOTHING : left;
  }
}

/** undici reads a socket by `read` alone. */
export function withoutInterim(socket: Socket): Interim {
  const interim = new Interim();
  const read: (size?: number) => Buffer | null = socket.read.bind(socket);
  socket.read = (size?: number): Buffer | null => {
    for (;;) {
      const bytes = read(size);
      if (bytes === null) return null;
      const left = interim.pass(bytes);
      if (left.length > 0) return left;
    }
  };
  return interim;
}
