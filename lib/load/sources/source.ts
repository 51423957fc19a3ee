/**
 * What all ways of getting samples out of k6 have in common: a source names the k6 arguments that it needs, and turns the stream into
 * engine records.
 */
import { StringDecoder } from 'node:string_decoder';
import type { EngineRecord } from '../../core/engine-protocol.ts';

export interface SampleSource {
  readonly kind: 'hdr' | 'json';
  /** Arguments of `k6 run` that make it send the stream. */
  readonly args: readonly string[];
  /** The file descriptor of the k6 process for the stream; it must be a pipe. */
  readonly fd: 1 | 3;
  /**
   * Reads to the end of the stream and calls `onRecord` for each record, in the order of arrival. What can't be read is left out and
   * reported in the result; reading goes on, because k6 stops when nobody empties its pipe. An error that `onRecord` throws ends the
   * reading and is passed on.
   */
  read(stream: AsyncIterable<Uint8Array>, onRecord: (record: EngineRecord) => void): Promise<StreamEnd>;
}

/** Whether the stream was whole: it came to its proper end, every line was read, nothing is missing. */
export type StreamEnd = { readonly complete: true } | { readonly complete: false; readonly detail: string };

/** Without k6's own tags except the scenario's, because drops are reported by scenario. Other tags only make lines longer. */
export const SYSTEM_TAGS = ['--system-tags', 'scenario'] as const;

/** Of a broken stream each line may be a problem of its own. */
const NAMED_PROBLEMS = 3;

/** Collects what is wrong with a stream: the first few problems with their text, the others as a number. */
export class StreamProblems {
  readonly #named: string[] = [];
  #more = 0;

  add(problem: string): void {
    if (this.#named.length < NAMED_PROBLEMS) this.#named.push(problem);
    else this.#more += 1;
  }

  end(): StreamEnd {
    if (this.#named.length === 0) return { complete: true };
    const more = this.#more === 0 ? '' : `; and ${this.#more} more problem${this.#more === 1 ? '' : 's'}`;
    return { complete: false, detail: `${this.#named.join('; ')}${more}` };
  }
}

/** A line lies in `text` from `start` up to `end`. Most lines are skipped, and never need a separate string. */
export type LineVisitor = (text: string, start: number, end: number) => void;

/**
 * Calls `visit` for each line of a UTF-8 stream, wherever its chunks end. A stream that breaks off, or whose last line has no line feed, is
 * a problem; that line is not visited.
 */
export async function forEachLine(
  stream: AsyncIterable<Uint8Array>,
  visit: LineVisitor,
  problems: StreamProblems,
): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of untilItBreaks(stream, problems)) {
    // Node's decoder keeps the bytes of a character that the chunk cuts.
    const text = rest + decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      visit(text, start, end);
      start = end + 1;
    }
    rest = text.slice(start);
  }
  if (rest + decoder.end() !== '') problems.add('the stream ends within a line');
}

async function* untilItBreaks(stream: AsyncIterable<Uint8Array>, problems: StreamProblems): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    problems.add(`the stream broke: ${error instanceof Error ? error.message : String(error)}`);
  }
}
