/** Writes a draft into a new file: one that is there already may have what somebody wrote. */
import { writeFileSync } from 'node:fs';
import { SloError } from '../core/error.ts';
import { fileErrorText } from '../core/file-error.ts';

/** @param precious what a file that is there may have. @throws SloError `usage` for a file that is there, `storage` for one that can't be written. */
export function writeNew(path: string, text: string, precious: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new SloError('usage', `${path} is there already`, { hint: `name another file: it may have ${precious}` });
    }
    throw new SloError('storage', `cannot write ${path}: ${fileErrorText(cause)}`, { cause });
  }
}
