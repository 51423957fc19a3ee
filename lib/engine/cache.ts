/** Where built engines are kept, and which one belongs to the engine's sources. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { SloError } from '../core/error.ts';
import { fileErrorText } from '../core/file-error.ts';
import { HOST } from './platform.ts';

/**
 * The absolute directory: `ARAGORA_SLO_CACHE`, else `$XDG_CACHE_HOME/aragora-slo`, else `~/.cache/aragora-slo`.
 * @throws SloError `storage` when neither is set and the user has no home.
 */
export function cacheDir(env: NodeJS.ProcessEnv, home = homedir): string {
  if (env['ARAGORA_SLO_CACHE']) return resolve(env['ARAGORA_SLO_CACHE']);
  if (env['XDG_CACHE_HOME']) return join(resolve(env['XDG_CACHE_HOME']), 'aragora-slo');
  try {
    return join(home(), '.cache/aragora-slo');
  } catch (cause) {
    // A container may run under a user id that its system does not know.
    throw new SloError('storage', 'there is no home folder to keep the load engine in', {
      hint: 'set HOME, or ARAGORA_SLO_CACHE to a directory that can be written',
      cause,
    });
  }
}

/** Why nothing can be put into the cache folder, which may have to be made first; undefined when something can. */
export async function cacheRefusal(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const cache = cacheDir(env);
  for (let folder = cache; ; folder = dirname(folder)) {
    try {
      // With the slash, a file does not count as a folder.
      await access(join(folder, '/'), constants.W_OK | constants.X_OK);
      return undefined;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && folder !== dirname(folder)) continue;
      return `the cache "${cache}" can't be written: ${fileErrorText(cause)}`;
    }
  }
}

/** What the binary is made of, as absolute paths in order: Go sources without tests, go.mod, go.sum, mends.json. */
export async function sourceFiles(moduleDir: string): Promise<string[]> {
  const entries = await readdir(moduleDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /^go\.(mod|sum)$|^mends\.json$|(?<!_test)\.go$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** 16 hexadecimal digits over `sourceFiles`, `flags`, system and architecture. */
export async function sourceHash(
  moduleDir: string,
  flags: readonly string[],
  { system, arch } = HOST,
): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([system, arch, ...flags]));
  for (const file of await sourceFiles(moduleDir)) {
    const content = await readFile(file);
    hash.update(JSON.stringify([relative(moduleDir, file).replaceAll('\\', '/'), content.length])).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}
