/** Finds a config file: its names, and the way up from a folder. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { SloError } from '../core/error.ts';

export const CONFIG_NAMES: readonly string[] = ['ts', 'js', 'mjs', 'json', 'yaml', 'yml'].map(
  (ending) => `aragora-slo.config.${ending}`,
);

/**
 * The config file of `folder`, or of the nearest folder above it that has one; undefined when none has, up to the root.
 * @throws SloError `config-invalid` naming both when one folder has two: neither is preferred.
 */
export function findConfig(folder: string): string | undefined {
  for (let here = resolve(folder); ; here = dirname(here)) {
    const [first, second] = CONFIG_NAMES.map((name) => join(here, name)).filter(isFile);
    if (first !== undefined && second !== undefined) {
      throw new SloError('config-invalid', `${here} has two config files: ${basename(first)} and ${basename(second)}`, {
        hint: 'remove one, or name one with --config',
      });
    }
    if (first !== undefined || here === dirname(here)) return first;
  }
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
