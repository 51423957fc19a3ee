/** The stream of our own engine (`--out hdr`): newline-delimited engine records on their own pipe. The Go side is engine/hdr. */
import type { EngineRecord, IntervalRecord } from '../../core/engine-protocol.ts';
import { parseEngineRecord } from '../../core/engine-record.ts';
import { unreachable } from '../../core/error.ts';
import { forEachLine, type SampleSource, type StreamEnd, StreamProblems, SYSTEM_TAGS } from './source.ts';

/** `planPath`: engine.json, absolute. */
export function hdrSource(planPath: string): SampleSource {
  return { kind: 'hdr', fd: 3, args: hdrArgs(planPath, 'fd=3'), read };
}

/** Arguments of `k6 run` for records to a file descriptor, or to whoever fetches them at a port (numbered.ts). */
export function hdrArgs(planPath: string, to: 'fd=3' | `listen=:${number}`): string[] {
  return ['--out', `hdr=plan=${planPath},${to}`, ...SYSTEM_TAGS];
}

async function read(stream: AsyncIterable<Uint8Array>, onRecord: (record: EngineRecord) => void): Promise<StreamEnd> {
  const problems = new StreamProblems();
  const order = new RecordOrder(problems);
  let lines = 0;
  await forEachLine(
    stream,
    (text, start, end) => {
      lines += 1;
      const record = parseEngineRecord(text.slice(start, end));
      if (record.type === 'malformed') {
        problems.add(`line ${lines} of the engine's stream: ${record.problem}`);
        return;
      }
      order.check(record);
      onRecord(record);
    },
    problems,
  );
  order.checkEnd();
  return problems.end();
}

/** Checks the order: one start, then intervals, then one end whose totals are those of the intervals. */
export class RecordOrder {
  readonly #problems: StreamProblems;
  #state: 'before' | 'running' | 'ended' = 'before';
  #samples = 0;
  #intervals = 0;

  constructor(problems: StreamProblems) {
    this.#problems = problems;
  }

  check(record: EngineRecord): void {
    if (this.#state === 'ended') {
      this.#problems.add(`the engine sent a record of type ${record.type} after its end`);
      return;
    }
    if (this.#state === 'before' && record.type !== 'start') {
      this.#problems.add(`the engine's first record must be start, got ${record.type}`);
    }
    if (this.#state === 'running' && record.type === 'start') this.#problems.add('the engine started twice');
    this.#state = record.type === 'end' ? 'ended' : 'running';
    switch (record.type) {
      case 'start':
        return;
      case 'interval':
        this.#intervals += 1;
        this.#samples += samplesOf(record);
        return;
      case 'end':
        this.#checkTotal('samples', record.samples, this.#samples);
        this.#checkTotal('intervals', record.intervals, this.#intervals);
        return;
      default:
        unreachable(record);
    }
  }

  checkEnd(): void {
    if (this.#state !== 'ended') this.#problems.add('the engine ended without its end record');
  }

  #checkTotal(what: string, sent: number, arrived: number): void {
    if (sent !== arrived) this.#problems.add(`the engine counted ${sent} ${what}, ${arrived} arrived`);
  }
}

function samplesOf(record: IntervalRecord): number {
  return Object.values(record.endpoints).reduce((sum, { count }) => sum + count, 0);
}
