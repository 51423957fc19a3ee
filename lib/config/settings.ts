/** What a config file says, checked: every key and value. Its paths are taken from its own folder. */
import { dirname, relative, resolve } from 'node:path';
import { SloError } from '../core/error.ts';
import { type ConfigFile, checkedFile } from '../options/resolve.ts';
import { accessVariable, isKey, type OptionSpec, type OptionValues } from '../options/spec.ts';
import type { SystemValues } from '../systems/options.ts';
import { readDocument } from './check.ts';
import { allOptions, type RUN_OPTIONS } from './options.ts';
import { runScript } from './script.ts';

export type Settings = Partial<OptionValues<typeof RUN_OPTIONS>> & SystemValues;

export interface SettingsFile extends ConfigFile {
  readonly values: Settings;
}

/** @throws SloError `config-invalid` naming the file and the key, what was expected and what came; never repeats a secret. */
export async function readSettings(path: string): Promise<SettingsFile> {
  const content = await contentOf(path);
  const specs = allOptions();
  refuseSecrets(path, content, specs);
  const pathFrom = (text: string): string => relative('', resolve(dirname(path), text)) || '.';
  return { path, values: checkedFile(specs, content, { path, pathFrom }) };
}

async function contentOf(path: string): Promise<unknown> {
  if (/\.(json|ya?ml)$/.test(path)) return readDocument(path);
  if (/\.(ts|m?js)$/.test(path)) return runScript(path);
  throw new SloError('config-invalid', `a config file ends in .ts, .js, .mjs, .json, .yaml or .yml, got "${path}"`);
}

/** Every key that a config file can have. */
export function configKeys(): string[] {
  return allOptions()
    .filter(isKey)
    .map(({ name }) => name);
}

const SECRET_KEY = /token|passw|secret|credential|api_?key|auth|bearer|user/i;

/** @throws SloError for an unknown key that is called like a secret, with the variable that it belongs into. */
function refuseSecrets(path: string, content: unknown, specs: readonly OptionSpec[]): void {
  if (typeof content !== 'object' || content === null) return;
  const isUnknown = (key: string): boolean => !specs.some((spec) => isKey(spec) && spec.name === key);
  const key = Object.keys(content).find((name) => isUnknown(name) && SECRET_KEY.test(name));
  if (key === undefined) return;
  const server = specs.find(({ name, credentials }) => credentials && key.toLowerCase().startsWith(name.toLowerCase()));
  const kind = /user/i.test(key) ? 'user' : /passw/i.test(key) ? 'password' : 'token';
  const variable = server === undefined ? 'ARAGORA_API_TOKEN' : accessVariable(server, kind);
  throw new SloError('config-invalid', `${path}: "${key}" is a secret, and has no place in a config file`, {
    hint: `put it into the environment variable ${variable}`,
  });
}
