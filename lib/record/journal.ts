/**
 * Owns engine.ndjson: the interval records as they come in, so that a crash or kill of the harness loses nothing that
 * was recorded. Once recording.* are written it has served its purpose and is removed.
 * Refuses to know what the records mean.
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
  /** About 10 KB once per second: written at once, so that a killed harness leaves it in the file. Throws SloError `storage`. */
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

  /** Unix ms; undefined when there is no journal: not yet, or not any more. */
  get writtenAtMs(): number | undefined {
    return statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs;
  }

  /** The records that were added since the last call, without a last line that is still being written; [] without a journal. */
  read(): IntervalRecord[] {
    if (!existsSync(this.#path)) return [];
    const added = bytesFrom(this.#path, this.#offset);
    const whole = added.subarray(0, added.lastIndexOf('\n') + 1);
    this.#offset += whole.length;
    const lines = whole.toString('utf8').split('\n').slice(0, -1);
    return lines.map((line) => intervalOf(line, this.#path, ++this.#line));
  }
}

/** A journal that is removed meanwhile has been read to its end, or the recording made of it says more. */
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

/** Whether the folder holds a journal: its run ended before its recording was written. */
export function hasJournal(dir: string): boolean {
  return existsSync(join(dir, JOURNAL_FILE));
}

/** To be called when the recording made of it has been written. Does nothing when there is none. */
export function removeJournal(dir: string): void {
  const path = join(dir, JOURNAL_FILE);
  trying(path, () => rmSync(path, { force: true }));
}

/**
 * What a run had recorded that ended before it was written. A last line that is cut is left out; it is what the harness
 * was writing when it ended. Throws SloError `run-folder` when there is no journal, or it is damaged elsewhere.
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
    hint: 'the file was altered after it was written; record the run again',
  });
}

/** A pipe or a full disk may take less than it was given. */
function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function trying<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw storageError('append to', path, cause);
  }
}
