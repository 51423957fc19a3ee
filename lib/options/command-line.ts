/** The command line that asks for the same again, for a POSIX shell. No secret is in it, as no option is one. */
import { flagOf, isList, isNegatable, type OptionSpec } from './spec.ts';

/** The words that say `values`, in the order of `specs`; values that no word can say (a profile written into the config file) are left out. */
export function wordsOf(specs: readonly OptionSpec[], values: Readonly<Record<string, unknown>>): string[] {
  return specs.flatMap((spec) => {
    const value = values[spec.name];
    if (value === undefined || spec.again === 'never' || !isSayable(value)) return [];
    if (spec.again !== 'always' && JSON.stringify(value) === JSON.stringify(spec.default)) return [];
    return words(spec, value);
  });
}

/** Whether a flag can say it. */
export function isSayable(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => typeof one !== 'object');
  return typeof value !== 'object';
}

function words(spec: OptionSpec, value: unknown): string[] {
  const flag = `--${flagOf(spec)}`;
  if (typeof value === 'boolean') return value ? [flag] : isNegatable(spec) ? [`--no-${flagOf(spec)}`] : [];
  if (!Array.isArray(value)) return [flag, String(value)];
  return isList(spec) ? value.flatMap((one) => [flag, String(one)]) : [flag, value.join(',')];
}

export function quoted(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
