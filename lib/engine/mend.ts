/**
 * The sources that the engine is built from: engine/ with its dependencies beside it, and with patches for defects of k6 that would blame a
 * healthy server, or let a broken one take all memory. A patch replaces lines of a file whose checksum is known, or fails.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { SloError } from '../core/error.ts';
import { sourceFiles } from './cache.ts';
import { type CommandOptions, type CommandResult, runCommand } from './command.ts';

/** One patch, for example of engine/mends.json. */
export interface Mend {
  readonly why: string;
  /** Below the folder that is patched, for example `vendor/`. */
  readonly file: string;
  /** Checksum of the published file, in hexadecimal. Any other file is refused, not patched. */
  readonly sha256: string;
  readonly edits: readonly Edit[];
}

/** Lines, which the file has once, and what comes in their place. */
interface Edit {
  readonly old: readonly string[];
  readonly new: readonly string[];
}

/** The file with the patches; it is part of what the binary is made of. */
export const MENDS = 'mends.json';

/**
 * Makes `stagingDir` a copy of the module with its dependencies vendored and patched. Returns Go's output when Go could not fetch them.
 * @throws SloError `prerequisite-missing` when a file to patch is not the one that the patch was made for.
 */
export async function stageSources(
  moduleDir: string,
  stagingDir: string,
  options: Omit<CommandOptions, 'cwd'>,
): Promise<CommandResult> {
  for (const file of await sourceFiles(moduleDir)) {
    const staged = join(stagingDir, relative(moduleDir, file));
    await mkdir(dirname(staged), { recursive: true });
    // Not copied with its mode: an installed package may be read-only, and the copy would be read-only too.
    await writeFile(staged, await readFile(file));
  }
  const vendored = await runCommand('go', ['mod', 'vendor'], { ...options, cwd: stagingDir });
  if (vendored.exitCode !== 0) return vendored;
  const mends = JSON.parse(await readFile(join(moduleDir, MENDS), 'utf8')) as readonly Mend[];
  const madeFor = { what: 'the k6 of engine/go.mod', list: `engine/${MENDS}` };
  for (const mend of mends) await applyMend(mend, join(stagingDir, 'vendor'), madeFor);
  return vendored;
}

/** For the hint when a patch does not fit. */
export interface MadeFor {
  readonly what: string;
  /** The file with the patches. */
  readonly list: string;
}

/**
 * Patches the file below `folder`.
 * @throws SloError `prerequisite-missing` when it is not the file that the patch was made for.
 */
export async function applyMend(mend: Mend, folder: string, { what, list }: MadeFor): Promise<void> {
  const path = join(folder, mend.file);
  const source = await readFile(path);
  const found = createHash('sha256').update(source).digest('hex');
  if (found !== mend.sha256) {
    throw new SloError(
      'prerequisite-missing',
      `${mend.file} can't be patched: expected SHA-256 ${mend.sha256}, got ${found}`,
      { hint: `see whether ${what} still needs it (${mend.why}), and change ${list}` },
    );
  }
  const patched = mend.edits.reduce(
    (text, edit) => replaced(text, edit, { file: mend.file, list }),
    source.toString('utf8'),
  );
  await writeFile(path, patched);
}

function replaced(text: string, edit: Edit, { file, list }: { readonly file: string; readonly list: string }): string {
  const [before, after, ...more] = `\n${text}`.split(`\n${edit.old.join('\n')}\n`);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new SloError('prerequisite-missing', `${file} can't be patched: it does not have once "${edit.old[0]}"`, {
      hint: `change ${list}`,
    });
  }
  return `${before}\n${edit.new.join('\n')}\n${after}`.slice(1);
}
