/** Gives a file a name without ever taking it from another, however many try at once: by hard links, which fail where a name is taken. */

import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, lstatSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files whose names begin so are still being written; nobody reads them. */
export const UNFINISHED = '.writing-';

/** Whether the file was made. false: the name was taken. Throws the file system's errors. */
export function writeExclusively(dir: string, name: string, text: string): boolean {
  const temporary = join(dir, `${UNFINISHED}${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    // Flushed before it gets its name. Otherwise a power cut could leave an entry without content.
    writeFileSync(temporary, text, { flag: 'wx', flush: true });
    return linked(temporary, join(dir, name));
  } finally {
    if (existsSync(temporary)) rmSync(temporary);
  }
}

/**
 * Moves a file to the first free name of `names` in `to`. false: somebody else has moved it meanwhile. Throws the file system's errors; the
 * file is then still in its old place.
 */
export function moveExclusively(from: string, to: string, names: Iterable<string>): boolean {
  for (const name of names) {
    const there = join(to, name);
    try {
      if (!linked(from, there) && !isSameFile(from, there)) continue;
      unlinkSync(from);
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }
  return false;
}

/** `run.json`, `run.2.json`, `run.3.json` … without end. */
export function* numberedNames(stem: string, extension: string): Generator<string, never> {
  yield `${stem}${extension}`;
  for (let number = 2; ; number++) yield `${stem}.${number}${extension}`;
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** If two processes move the same file at once, the second one finds the link that the first one made. */
function isSameFile(one: string, other: string): boolean {
  const [a, b] = [lstatSync(one), lstatSync(other)];
  return a.ino === b.ino && a.dev === b.dev;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
