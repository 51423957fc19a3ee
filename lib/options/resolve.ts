/** What wins where several places give an option a value: the flag, then the environment variable, then the config file, then the default. */
import { SloError } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import { type Kind, type Place, shown } from './kinds.ts';
import { flagOf, isKey, type OptionSpec, type OptionValues, variableOf } from './spec.ts';

export type Origin = 'flag' | 'variable' | 'file' | 'default';

/** What a flag says: its text, several texts, or that it is there (true) or negated (false). */
export type FlagValue = string | boolean | readonly string[];

/** A config file, its values checked. */
export interface ConfigFile {
  /** From the current folder. */
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface Said {
  /** By the option's name; only those that were typed. */
  readonly flags: Readonly<Record<string, FlagValue>>;
  /** Empty variables count as absent. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file?: ConfigFile | undefined;
}

export interface Resolved<Specs extends readonly OptionSpec[]> {
  readonly values: OptionValues<Specs>;
  /** Where each value is from, by the option's name; absent where there is no value. */
  readonly origins: Readonly<Partial<Record<string, Origin>>>;
}

/** @throws SloError `usage` for a value that is not legal. Those of the file were checked when it was read. */
export function resolve<const Specs extends readonly OptionSpec[]>(specs: Specs, said: Said): Resolved<Specs> {
  const values: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const spec of specs) {
    const winner = winnerOf(spec, said);
    if (winner.value === undefined) continue;
    values[spec.name] = winner.value;
    origins[spec.name] = winner.origin;
  }
  // Each value is one that its kind accepts: the types say no more than that.
  return { values: values as OptionValues<Specs>, origins };
}

function winnerOf(spec: OptionSpec, { flags, env, file }: Said): { value: unknown; origin: Origin } {
  const typed = flags[spec.name];
  if (typed !== undefined) return { value: ofFlag(spec, typed), origin: 'flag' };
  const variable = variableOf(spec);
  const set = spec.from === 'flag' ? undefined : env[variable] || undefined;
  if (set !== undefined) return { value: readText(spec.kind, set, variable), origin: 'variable' };
  const filed = isKey(spec) ? file?.values[spec.name] : undefined;
  return filed === undefined ? { value: spec.default, origin: 'default' } : { value: filed, origin: 'file' };
}

function ofFlag(spec: OptionSpec, typed: FlagValue): unknown {
  const flag = `--${flagOf(spec)}`;
  const texts: readonly unknown[] = Array.isArray(typed) ? typed : [typed];
  if (texts.includes('')) {
    throw new SloError('usage', `${flag} has an empty value`, { hint: 'give it one, or leave the option out' });
  }
  if (typed === true && spec.bare !== undefined) return spec.bare;
  if (typeof typed === 'boolean') return typed;
  if (typeof typed === 'string') return readText(spec.kind, typed, flag);
  return typed.map((one) => readText(spec.kind, one, flag));
}

/** What the text of a flag or a variable says. @throws SloError `usage`, as `readValue`. */
export function readText<Value>(kind: Kind<Value>, said: string, name: string): Value {
  return readValue(kind, kind.fromText(said), { name, path: (text) => text });
}

/** @throws SloError `usage`, or for a config file `config-invalid`: what the place must contain, and what it contains. */
function readValue<Value>(kind: Kind<Value>, value: unknown, place: Place): Value {
  const used = kind.accept(value, place);
  if (used !== undefined) return used;
  const hint = kind.hint?.(value);
  const code = place.file === undefined ? 'usage' : 'config-invalid';
  const message = `${place.name} must be ${kind.expected}, got ${shown(value)}`;
  throw new SloError(code, message, hint === undefined ? {} : { hint });
}

/** Editors look there for the file's schema. */
const SCHEMA_KEY = '$schema';

/**
 * What a config file says, checked.
 * @param path of the file, as a person knows it.
 * @param pathFrom how a path in the file is seen from the current folder.
 * @throws SloError `config-invalid` for keys that there are not (with the nearest), or for every value that is not legal.
 */
export function checkedFile(
  specs: readonly OptionSpec[],
  content: unknown,
  { path, pathFrom }: { readonly path: string; readonly pathFrom: (text: string) => string },
): Record<string, unknown> {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    const got = shown(content);
    throw new SloError(
      'config-invalid',
      `${path}: the document must be an object with target, profile and the like, got ${got}`,
    );
  }
  const { [SCHEMA_KEY]: _, ...settings } = content as Record<string, unknown>;
  const legal = new Map(specs.filter(isKey).map((spec) => [spec.name, spec]));
  refuseUnknown(path, Object.keys(settings), [...legal.keys()]);
  const values: Record<string, unknown> = {};
  const refusals: SloError[] = [];
  for (const [key, value] of Object.entries(settings)) {
    const spec = legal.get(key);
    if (spec === undefined || value === undefined) continue;
    try {
      values[key] = readValue(spec.kind, value, { name: `${path}: "${key}"`, file: path, path: pathFrom });
    } catch (error) {
      if (!(error instanceof SloError)) throw error;
      refusals.push(error);
    }
  }
  const [first, ...others] = refusals;
  if (first === undefined) return values;
  if (others.length === 0) throw first;
  const hints = new Set(refusals.flatMap(({ hint }) => hint ?? []));
  const messages = [first.message, ...others.map(({ message }) => message.replace(`${path}: `, ''))];
  throw new SloError(first.code, messages.join('; '), hints.size === 0 ? {} : { hint: [...hints].join('; ') });
}

function refuseUnknown(path: string, keys: readonly string[], legal: readonly string[]): void {
  const [first, ...others] = keys.filter((key) => !legal.includes(key));
  if (first === undefined) return;
  const unknown = [first, ...others].map((key) => `"${key}"`).join(', ');
  throw new SloError('config-invalid', `${path}: the document has no key ${unknown}`, {
    hint: legalValues(first, legal, 'keys'),
  });
}
