/**
 * engine.ndjson: the engine's records as they arrive, so that nothing is lost when the harness crashes or is killed. It is removed once the
 * files recording.* are written.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { IntervalRecord } from '../core/engine-protocol.ts';
import { parseEngineRecord } from '../core/engine-record.ts';
import { SloError } from '../core/error.ts';
import { readRunFile, storageError, unreadable } from './files.ts';
import { Recorder, type RecorderPlan } from './recorder.ts';

const JOURNAL_FILE = 'engine.ndjson';

export interface Journal {
  /** About 10 KB once per second. Written at once, so it is in the file even when the harness is killed. Throws SloError `storage`. */
  append(record: IntervalRecord): void;
  close(): void;
}

/** Opens a new journal in the run folder. Throws SloError `storage`, also when there is one already. */
export function openJournal(dir: string): Journal {
  const path = join(dir, JOURNAL_FILE);
  const fd = trying(path, () => openSync(path, 'ax'));
  return {
    append: (record) => trying(path, () => writeWhole(fd, `${JSON.stringify(record)}\n`)),
    close: () => trying(path, () => closeSync(fd)),
  };
}

/** Reads a journal while another process writes it. */
export class JournalReader {
  readonly #path: string;
  #offset = 0;
  #line = 0;

  constructor(dir: string) {
    this.#path = join(dir, JOURNAL_FILE);
  }

  /** Unix ms; undefined when there is no journal, because it does not exist yet or was removed. */
  get writtenAtMs(): number | undefined {
    return statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs;
  }

  /** The records added since the last call, without a last line that is still being written; [] without a journal. */
  read(): IntervalRecord[] {
    if (!existsSync(this.#path)) return [];
    const added = bytesFrom(this.#path, this.#offset);
    const whole = added.subarray(0, added.lastIndexOf('\n') + 1);
    this.#offset += whole.length;
    const lines = whole.toString('utf8').split('\n').slice(0, -1);
    return lines.map((line) => intervalOf(line, this.#path, ++this.#line));
  }
}

/** If the journal is removed meanwhile, it has been read to its end, or the recording made from it says more. */
function bytesFrom(path: string, offset: number): Buffer {
  try {
    const fd = openSync(path, 'r');
    try {
      const added = Buffer.alloc(Math.max(0, fstatSync(fd).size - offset));
      return added.subarray(0, readSync(fd, added, 0, added.length, offset));
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw unreadable(path, cause);
  }
}

/** Whether the folder has a journal. If so, its run ended before its recording was written. */
export function hasJournal(dir: string): boolean {
  return existsSync(join(dir, JOURNAL_FILE));
}

/** Call it after the recording was written. Does nothing when there is no journal. */
export function removeJournal(dir: string): void {
  const path = join(dir, JOURNAL_FILE);
  trying(path, () => rmSync(path, { force: true }));
}

/**
 * What was recorded by a run that ended before it could write its recording. A cut last line is left out: the harness was writing it when
 * it ended. Throws SloError `run-folder` when there is no journal, or when it is damaged elsewhere.
 */
export function recoverRecorder(dir: string, plan: RecorderPlan): Recorder {
  const path = join(dir, JOURNAL_FILE);
  const recorder = new Recorder(plan);
  const whole = readRunFile(path).split('\n').slice(0, -1);
  for (const [at, line] of whole.entries()) recorder.add(intervalOf(line, path, at + 1));
  return recorder;
}

function intervalOf(line: string, path: string, at: number): IntervalRecord {
  const record = parseEngineRecord(line);
  if (record.type === 'interval') return record;
  throw damaged(path, at, record.type === 'malformed' ? record.problem : record.type);
}

function damaged(path: string, line: number, problem: string): SloError {
  return new SloError('run-folder', `${path} is damaged: line ${line}: ${problem}`, {
    hint: 'the file was changed after it was written; record the run again',
  });
}

/** A pipe or a full disk may accept less than was written. */
function writeWhole(fd: number, text: string): void {
  let at = writeSync(fd, text);
  if (at === Buffer.byteLength(text)) return;
  for (const bytes = Buffer.from(text); at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function trying<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw storageError('append to', path, cause);
  }
}
