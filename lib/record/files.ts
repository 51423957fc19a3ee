/** Writes and reads whole files of a run folder: never half a file, and one clear line when the disk refuses. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { SloError } from '../core/error.ts';
import { DISK_FULL, fileErrorText } from '../core/file-error.ts';

/** Replaces the file at `path` by one with this text, or leaves the old one. Throws SloError `storage`. */
export function writeAtomically(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    // Flushed before the rename. Otherwise a power cut could leave the new name with old content or none.
    writeFileSync(temporary, text, { flush: true });
    renameSync(temporary, path);
  } catch (cause) {
    // Where its folder is gone, or is a file by now, removing it would fail in its turn, and hide why.
    if (existsSync(temporary)) rmSync(temporary);
    throw storageError('write', path, cause);
  }
}

/** Text of a file that a run folder must have. Throws SloError `run-folder` when it is missing or unreadable. */
export function readRunFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

export function unreadable(path: string, cause: unknown): SloError {
  return new SloError('run-folder', `cannot read ${path}: ${fileErrorText(cause)}`, {
    hint: 'name the folder of a run that recorded something',
    cause,
  });
}

export function storageError(verb: 'make' | 'write' | 'append to', path: string, cause: unknown): SloError {
  const why = fileErrorText(cause);
  const another = 'name another folder with --out';
  return new SloError('storage', `cannot ${verb} ${path}: ${why}`, {
    hint: why === DISK_FULL ? `free some space, or ${another}` : another,
    cause,
  });
}
