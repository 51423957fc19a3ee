/**
 * Owns where built engines are kept and which one belongs to the engine's sources. Refuses to know how one is built.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';

/** The absolute directory: `ARAGORA_SLO_CACHE`, else `$XDG_CACHE_HOME/aragora-slo`, else `~/.cache/aragora-slo`. */
export function cacheDir(env: NodeJS.ProcessEnv): string {
  if (env['ARAGORA_SLO_CACHE']) return resolve(env['ARAGORA_SLO_CACHE']);
  return join(env['XDG_CACHE_HOME'] ? resolve(env['XDG_CACHE_HOME']) : join(homedir(), '.cache'), 'aragora-slo');
}

/** 16 hex digits over whatever the binary is made of: Go sources without tests, go.mod, go.sum, mends.json, `flags`, system and architecture. */
export async function sourceHash(moduleDir: string, flags: readonly string[]): Promise<string> {
  const entries = await readdir(moduleDir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /^go\.(mod|sum)$|^mends\.json$|(?<!_test)\.go$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256').update(JSON.stringify([process.platform, process.arch, ...flags]));
  for (const file of files) {
    const content = await readFile(file);
    hash.update(JSON.stringify([relative(moduleDir, file).replaceAll('\\', '/'), content.length])).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}
