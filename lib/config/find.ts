/** Finds a config file: its names, and the way up from a folder. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { SloError } from '../core/error.ts';

export const CONFIG_NAMES: readonly string[] = ['ts', 'js', 'mjs', 'json', 'yaml', 'yml'].map(
  (ending) => `aragora-slo.config.${ending}`,
);

/**
 * The config file of `folder`, or of the nearest folder above it that has one; undefined when none has, up to the root.
 * @throws SloError `config-invalid` naming both when one folder has two, because neither is preferred; and for a program that somebody else
 * could have put there.
 */
export function findConfig(folder: string): string | undefined {
  for (let here = resolve(folder); ; here = dirname(here)) {
    const [first, second] = CONFIG_NAMES.map((name) => join(here, name)).filter(isFile);
    if (first !== undefined && second !== undefined) {
      throw new SloError('config-invalid', `${here} has two config files: ${basename(first)} and ${basename(second)}`, {
        hint: 'remove one, or name one with --config',
      });
    }
    if (first !== undefined) expectOwn(first);
    if (first !== undefined || here === dirname(here)) return first;
  }
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** A program that was only found must not run with our rights if another user wrote it: anybody can write to a folder such as /tmp. */
function expectOwn(path: string): void {
  if (!/\.(ts|m?js)$/.test(path)) return;
  const why = whyForeign(statSync(path), process.getuid?.());
  if (why === undefined) return;
  throw new SloError('config-invalid', `the config file ${path} was found and not run, because ${why}`, {
    hint: 'name it with --config if you trust it, or use --no-config',
  });
}

const WRITABLE_BY_ALL = 0o002;
const ROOT = 0;

/** Why another user may have written the file; undefined when none can have. `ownUid` is undefined on Windows, which has no such owners. */
export function whyForeign(
  { uid, mode }: { readonly uid: number; readonly mode: number },
  ownUid: number | undefined,
): string | undefined {
  if (ownUid === undefined) return undefined;
  if (uid !== ownUid && uid !== ROOT) return `it belongs to another user (${uid})`;
  return (mode & WRITABLE_BY_ALL) === 0 ? undefined : 'everybody can write to it';
}
