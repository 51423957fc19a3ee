/** The stream of a stock k6 (`--out json=-` on stdout), used when our own engine is not available: the same records, at a multiple of the cost. */

import { type EngineRecord, LATENCY_METRIC } from '../../core/engine-protocol.ts';
import { PROTOCOL } from '../../core/engine-record.ts';
import { unreachable } from '../../core/error.ts';
import { JsonLineReader, type Point } from './json-line.ts';
import { type EncodeHistogram, Seconds, type SecondsPlan } from './seconds.ts';
import { forEachLine, type SampleSource, type StreamEnd, StreamProblems, SYSTEM_TAGS } from './source.ts';

/** A second is written when k6 is this far past its end; k6 hands over samples every 50 ms and writes them every 200 ms. */
const GRACE_SEC = 1;

export interface JsonSourceOptions {
  readonly plan: SecondsPlan;
  readonly encodeHistogram: EncodeHistogram;
  /** As `k6 version` prints it; goes into the start record. */
  readonly engineVersion: string;
}

export function jsonSource(options: JsonSourceOptions): SampleSource {
  return {
    kind: 'json',
    fd: 1,
    // Without --quiet, k6 writes its banner and progress to the same stdout.
    args: ['--out', 'json=-', '--quiet', ...SYSTEM_TAGS],
    read: (stream, onRecord) => read(stream, onRecord, options),
  };
}

async function read(
  stream: AsyncIterable<Uint8Array>,
  onRecord: (record: EngineRecord) => void,
  options: JsonSourceOptions,
): Promise<StreamEnd> {
  const problems = new StreamProblems();
  const reading = new Reading(options, onRecord, problems);
  onRecord({ type: 'start', protocol: PROTOCOL, engineVersion: options.engineVersion, atMs: Date.now() });
  await forEachLine(stream, (text, start, end) => reading.visit(text, start, end), problems);
  const totals = reading.finish();
  const end = problems.end();
  if (end.complete) onRecord({ type: 'end', atMs: Date.now(), ...totals });
  return end;
}

class Reading {
  readonly #onRecord: (record: EngineRecord) => void;
  readonly #problems: StreamProblems;
  readonly #seconds: Seconds;
  readonly #lineReader = new JsonLineReader();
  #lines = 0;
  #samples = 0;
  #intervals = 0;
  #newest = Number.NEGATIVE_INFINITY;

  constructor(options: JsonSourceOptions, onRecord: (record: EngineRecord) => void, problems: StreamProblems) {
    this.#onRecord = onRecord;
    this.#problems = problems;
    this.#seconds = new Seconds(options.plan, options.encodeHistogram);
  }

  visit(text: string, start: number, end: number): void {
    this.#lines += 1;
    const point = this.#read(text, start, end);
    if (point === undefined) return;
    this.#add(point);
    if (point.at.second <= this.#newest) return;
    this.#newest = point.at.second;
    this.#tellUntil(this.#newest - 1 - GRACE_SEC);
  }

  finish(): { readonly samples: number; readonly intervals: number } {
    this.#tellUntil(Number.POSITIVE_INFINITY);
    return { samples: this.#samples, intervals: this.#intervals };
  }

  #read(text: string, start: number, end: number): Point | undefined {
    try {
      return this.#lineReader.read(text, start, end);
    } catch (error) {
      this.#problem(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #add(point: Point): void {
    const { metric, at, tags } = point;
    const scenario = tags['scenario'] ?? '';
    switch (metric) {
      case 'vus':
        this.#seconds.touch(at.second);
        break;
      case 'iterations':
        this.#seconds.addIteration(scenario, at);
        break;
      case 'dropped_iterations':
        this.#seconds.addDropped(scenario, at);
        break;
      case LATENCY_METRIC:
        this.#addLatency(point, scenario);
        break;
      default:
        unreachable(metric);
    }
  }

  #addLatency({ at, value, tags, metadata }: Point, scenario: string): void {
    const { endpoint, outcome } = tags;
    if (endpoint === undefined || outcome === undefined) {
      this.#problem(`a sample needs the tags endpoint and outcome, got ${JSON.stringify(tags)}`);
      return;
    }
    this.#samples += 1;
    this.#seconds.addLatency({ endpoint, outcome, scenario, valueMs: value, traceId: metadata['trace_id'] }, at);
  }

  #tellUntil(second: number): void {
    for (const record of this.#seconds.takeUntil(second)) {
      this.#intervals += 1;
      this.#onRecord(record);
    }
  }

  #problem(problem: string): void {
    this.#problems.add(`line ${this.#lines} of k6's JSON: ${problem}`);
  }
}
