/** Makes a folder. Node's own `mkdir` with `recursive` never returns under /proc, where nothing can be made though nothing forbids it. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * With those above it that are missing. Nothing happens when it is there.
 * @returns the topmost folder that was made; undefined when none was.
 * @throws the file system's error; ENOTDIR where a file is in the way.
 */
export function makeFolder(dir: string): string | undefined {
  const missing: string[] = [];
  let here = resolve(dir);
  for (; !existsSync(here); here = dirname(here)) missing.unshift(here);
  if (!statSync(here).isDirectory()) throw Object.assign(new Error(`${here} is a file`), { code: 'ENOTDIR' });
  for (const folder of missing) makeOne(folder);
  return missing[0];
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Somebody else made it meanwhile.
    if (code === 'EEXIST' && !existsSync(folder)) throw new Error('it is a link to a place that does not exist');
    if (code === 'EEXIST' && statSync(folder).isDirectory()) return;
    if (code === 'ENOENT') throw new Error(`no folder can be made in ${dirname(folder)}`);
    throw error;
  }
}
