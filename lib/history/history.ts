/**
 * The history folder: adds a run, reads all runs, sets aside what is not an entry, finds the newest run of a ref. Nothing is ever deleted
 * or overwritten.
 */
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { SloError } from '../core/error.ts';
import { fileErrorText } from '../core/file-error.ts';
import { makeFolder } from '../record/index.ts';
import { clockWarnings, late } from './clocks.ts';
import { entryText, readEntry, recordOf, type StoredEntry, storedEntry } from './entry-file.ts';
import { codeOf, moveExclusively, numberedNames, writeExclusively } from './exclusive.ts';
import type { HistoryEntry, RunRecord } from './model/record.ts';

/** Below the history folder: files found there that are not entries that this version can read. */
const SET_ASIDE = 'set-aside';
const EXTENSION = '.json';
/** Like the beginning of a run id, with or without dashes: such a file was an entry once, whatever is in it now. */
const ENTRY_NAME = /^\d{4}-?\d{2}-?\d{2}[T-].*\.json$/;

export interface History {
  /** By start time, oldest first. [] where there is no folder yet. */
  readonly entries: readonly StoredEntry[];
  /** One sentence each: what was set aside or could not be read, and clocks that went back. */
  readonly warnings: readonly string[];
}

export interface Added {
  /** The entry's file. */
  readonly path: string;
  /** false: this run was there already, and is counted once. */
  readonly added: boolean;
  readonly warnings: readonly string[];
}

/** Call it before a load whose run is to be kept. Makes the folder. @throws SloError `storage` when nothing can be added to it. */
export function openForAdding(dir: string): void {
  try {
    makeFolder(dir);
    accessSync(dir, constants.W_OK);
  } catch (cause) {
    throw unwritable(dir, cause, 'name a folder for the history that can be written to');
  }
}

/** Adds a run. Safe while any number of others add at the same time. @throws SloError `storage`, or `usage` when `dir` is something else. */
export function addEntry(dir: string, record: RunRecord): Added {
  try {
    makeFolder(dir);
  } catch (cause) {
    throw unwritable(dir, cause);
  }
  const { entries, warnings, notAHistory } = look(dir);
  if (notAHistory !== null)
    throw new SloError('usage', notAHistory, { hint: 'name an empty or a new folder for the history' });
  const entry = storedEntry(record, Math.max(0, ...entries.map(({ sequence }) => sequence)) + 1);
  for (const name of numberedNames(fileStem(record.runId), EXTENSION)) {
    const path = join(dir, name);
    try {
      if (writeExclusively(dir, name, entryText(entry)))
        return { path, added: true, warnings: [...warnings, ...late(entry, entries)] };
    } catch (cause) {
      throw unwritable(path, cause);
    }
    if (isSameRun(path, record)) return { path, added: false, warnings };
  }
  throw new Error('there is always a next name');
}

/**
 * All entries. Files that are not entries are moved to `set-aside/`, with a warning. @throws SloError `storage` when the folder exists and
 * can't be read.
 */
export function readHistory(dir: string): History {
  const { entries: all, warnings, notAHistory } = look(dir);
  const ordered = [...all].sort((a, b) => a.startedAtMs - b.startedAtMs || a.sequence - b.sequence);
  const { entries, again } = eachOnce(ordered);
  return {
    entries,
    warnings: [
      ...(notAHistory === null ? [] : [notAHistory]),
      ...warnings,
      ...[...again].map((runId) => `${runId} is there more than once, under other names: it is counted once`),
      ...clockWarnings(entries),
    ],
  };
}

/**
 * The newest run of a whole load whose server was built from `ref`, with its latencies; null when there is none. @throws SloError as
 * `readHistory`.
 */
export function newestOf(
  dir: string,
  ref: string,
): { readonly record: RunRecord | null; readonly warnings: readonly string[] } {
  const { entries, warnings } = readHistory(dir);
  const unusable: string[] = [];
  for (const entry of entries.toReversed()) {
    if (entry.server.ref !== ref || entry.loadEnded !== 'finished') continue;
    try {
      return { record: recordOf(entry), warnings: [...warnings, ...unusable] };
    } catch (error) {
      unusable.push(
        `the latencies of ${entry.runId} can't be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return { record: null, warnings: [...warnings, ...unusable] };
}

interface Look {
  /** As the folder lists them. */
  readonly entries: readonly StoredEntry[];
  readonly warnings: readonly string[];
  /** Says that the folder has other things and no run; null when it can be a history. If set, nothing in the folder may be moved. */
  readonly notAHistory: string | null;
}

/** Only files ending in .json are read: a README or a .gitattributes beside them is no mistake. */
function look(dir: string): Look {
  const entries: StoredEntry[] = [];
  const strangers: { name: string; why: string }[] = [];
  const warnings: string[] = [];
  const { files, folders } = listing(dir);
  for (const name of files) {
    let text: string;
    try {
      text = readFileSync(join(dir, name), 'utf8');
    } catch (cause) {
      // Another process set it aside just now.
      if (codeOf(cause) !== 'ENOENT') warnings.push(`${join(dir, name)} is left out: ${fileErrorText(cause)}`);
      continue;
    }
    const read = readEntry(text);
    if (read.kind === 'entry') entries.push(read.entry);
    else strangers.push({ name, why: read.why });
  }
  const isHistory = entries.length > 0 || folders.includes(SET_ASIDE) || files.some((name) => ENTRY_NAME.test(name));
  if (isHistory || strangers.length === 0) {
    const aside = strangers.flatMap(({ name, why }) => setAside(dir, name, why) ?? []);
    return { entries, warnings: [...warnings, ...aside], notAHistory: null };
  }
  const names = `${strangers[0]?.name}${strangers.length > 1 ? ` and ${strangers.length - 1} more` : ''}`;
  return { entries, warnings, notAHistory: `${dir} has no run, but ${names}: it is not a history` };
}

function listing(dir: string): { readonly files: readonly string[]; readonly folders: readonly string[] } {
  try {
    const all = readdirSync(dir, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
    const files = all.filter((one) => one.isFile() && extname(one.name) === EXTENSION).map(({ name }) => name);
    return { files: files.sort(), folders: all.filter((one) => one.isDirectory()).map(({ name }) => name) };
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return { files: [], folders: [] };
    throw new SloError('storage', `cannot read the history ${dir}: ${fileErrorText(cause)}`, {
      hint: 'name the folder that runs were added to with --dir',
      cause,
    });
  }
}

/** null when another process has just done it. */
function setAside(dir: string, name: string, why: string): string | null {
  const to = join(dir, SET_ASIDE);
  try {
    makeFolder(to);
    const moved = moveExclusively(join(dir, name), to, numberedNames(name.slice(0, -EXTENSION.length), EXTENSION));
    return moved ? `${name} is set aside in ${to}: ${why}` : null;
  } catch (cause) {
    return `${join(dir, name)} is left out, and can't be set aside (${fileErrorText(cause)}): ${why}`;
  }
}

function isSameRun(path: string, record: RunRecord): boolean {
  const read = readEntry(readFileSync(path, 'utf8'));
  return read.kind === 'entry' && identityOf(read.entry) === identityOf(record);
}

function identityOf({ runId, startedAtMs, endedAtMs, plan }: HistoryEntry): string {
  return JSON.stringify([runId, startedAtMs, endedAtMs, plan.seed]);
}

/** Copies of a file, which two merged histories may have, are one run. `again` has the ids of such runs. */
function eachOnce(entries: readonly StoredEntry[]): { entries: readonly StoredEntry[]; again: ReadonlySet<string> } {
  const known = new Map<string, StoredEntry>();
  const again = new Set<string>();
  for (const entry of entries) {
    const identity = identityOf(entry);
    if (known.has(identity)) again.add(entry.runId);
    else known.set(identity, entry);
  }
  return { entries: [...known.values()], again };
}

/** Safe as a file name everywhere. Our own run ids are safe already. */
function fileStem(runId: string): string {
  const safe = runId
    .replace(/[^\w.-]/g, '_')
    .replace(/^\./, '_')
    .slice(0, 150);
  return safe === '' ? '_' : safe;
}

const RUN_IS_KEPT = 'the run itself is recorded: add it with `aragora-slo history add RUN --dir DIR`';

function unwritable(path: string, cause: unknown, hint = RUN_IS_KEPT): SloError {
  return new SloError('storage', `cannot write the history ${path}: ${fileErrorText(cause)}`, { hint, cause });
}
