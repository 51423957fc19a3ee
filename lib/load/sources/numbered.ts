/**
 * The records of an engine elsewhere, fetched by number (engine/hdr/serve.go). Asking for those after N says that all up to N have arrived,
 * so that a connection may break at any time, and each record still counts once.
 */
import type { EngineRecord } from '../../core/engine-protocol.ts';
import { recordProblem } from '../../core/engine-record.ts';
import { RecordOrder } from './hdr.ts';
import { type StreamEnd, StreamProblems } from './source.ts';

/** The answer of an engine, and when it was asked for and had arrived, Unix ms by this machine's clock. */
export interface Fetched {
  readonly text: string;
  readonly sentAtMs: number;
  readonly arrivedAtMs: number;
}

export interface RecordServer {
  /** The records after this number; undefined: the engine is gone, or somebody ended the reading. */
  fetch(after: number): Promise<Fetched | undefined>;
  /** Tells it that all up to this number, its last one, have arrived. If it does not hear of it, it ends by itself. */
  acknowledge(last: number): Promise<void>;
}

export interface NumberedEnd {
  readonly stream: StreamEnd;
  /** Why the engine ended before its time, in its own words; absent when it did not. */
  readonly error?: string;
}

/** Reads one engine to its end. */
export class NumberedReader {
  readonly #problems = new StreamProblems();
  readonly #order = new RecordOrder(this.#problems);
  readonly #clock = new ClockOffset();
  #engine: string | undefined;
  #last = 0;
  #end: Extract<EngineRecord, { type: 'end' }> | undefined;

  /** How far the engine's clock is ahead of this machine's, ms; null before anything has come. */
  get clockOffsetMs(): number | null {
    return this.#clock.offsetMs;
  }

  /** The number of the last record that arrived. */
  get received(): number {
    return this.#last;
  }

  /** @throws what `onRecord` throws. */
  async read(server: RecordServer, onRecord: (record: EngineRecord) => void): Promise<NumberedEnd> {
    while (this.#end === undefined) {
      const fetched = await server.fetch(this.#last);
      if (fetched === undefined || !this.take(fetched, onRecord)) break;
    }
    this.#order.checkEnd();
    const error = this.#end?.error;
    if (this.#end !== undefined) await server.acknowledge(this.#last);
    return { stream: this.#problems.end(), ...(error !== undefined && { error }) };
  }

  /** @returns whether to go on: another engine's records can't be those that are missing. */
  take({ text, sentAtMs, arrivedAtMs }: Fetched, onRecord: (record: EngineRecord) => void): boolean {
    const [first = '', ...lines] = text.split('\n').filter((line) => line !== '');
    const said = parsed(first);
    if (typeof said?.['engine'] !== 'string' || typeof said['nowMs'] !== 'number') {
      this.#problems.add(`the engine's answer begins with ${JSON.stringify(first.slice(0, 80))}`);
      return false;
    }
    this.#engine ??= said['engine'];
    if (said['engine'] !== this.#engine) {
      this.#problems.add(`another engine answered after record ${this.#last}: it was started again`);
      return false;
    }
    this.#clock.add(said['nowMs'], sentAtMs, arrivedAtMs);
    for (const line of lines) this.#takeLine(line, onRecord);
    return true;
  }

  #takeLine(line: string, onRecord: (record: EngineRecord) => void): void {
    const said = parsed(line);
    const seq = said?.['seq'];
    if (typeof seq !== 'number') {
      this.#problems.add(`expected a record with its number, got ${JSON.stringify(line.slice(0, 80))}`);
      return;
    }
    if (seq <= this.#last) {
      this.#problems.add(`record ${seq} came twice`);
      return;
    }
    if (seq > this.#last + 1) this.#problems.add(`${missing(this.#last + 1, seq - 1)} never came`);
    this.#last = seq;
    const problem = recordProblem(said?.['record']);
    if (problem !== undefined) {
      this.#problems.add(`record ${seq}: ${problem}`);
      return;
    }
    const record = said?.['record'] as EngineRecord;
    this.#order.check(record);
    if (record.type === 'end') this.#end = record;
    onRecord(record);
  }
}

function missing(from: number, to: number): string {
  return from === to ? `record ${from}` : `records ${from} to ${to}`;
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Each answer was written between its request and its arrival, which bounds the offset from both sides. */
class ClockOffset {
  #atLeastMs = -Infinity;
  #atMostMs = Infinity;

  add(nowMs: number, sentAtMs: number, arrivedAtMs: number): void {
    this.#atLeastMs = Math.max(this.#atLeastMs, nowMs - arrivedAtMs);
    this.#atMostMs = Math.min(this.#atMostMs, nowMs - sentAtMs);
  }

  get offsetMs(): number | null {
    return Number.isFinite(this.#atLeastMs) ? (this.#atLeastMs + this.#atMostMs) / 2 : null;
  }
}
