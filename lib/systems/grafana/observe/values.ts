/** How Grafana writes the values of a variable into a query for Prometheus. Pure. */
import type { Variable } from '../../../rules/dashboard.ts';

export const ALL = '$__all';

/** @param values that are chosen. @param every all that can be. */
export function written(
  { isMulti, allValue }: Pick<Variable, 'isMulti' | 'allValue'>,
  values: readonly string[],
  every: readonly string[],
): string {
  const isAll = values.includes(ALL);
  if (isAll && allValue !== null) return allValue;
  const chosen = isAll ? every : values;
  if (!isMulti) return (chosen[0] ?? '').replaceAll('\\', '\\\\').replaceAll("'", "\\\\'");
  const patterns = chosen.map(asPattern);
  return patterns.length === 1 ? (patterns[0] ?? '') : `(${patterns.join('|')})`;
}

/** A regular expression within a text of PromQL, where a backslash is written twice. */
function asPattern(value: string): string {
  return value.replace(/[\\^$*{}[\]'+?.()|]/g, (one) => (one === '\\' ? '\\\\\\\\' : `\\\\${one}`));
}

/** The values that a list written by hand has: `a, b`, also with names: `one : a, two : b`. */
export function listed(query: string): string[] {
  return query
    .split(',')
    .map((one) => one.trim().replace(/^.*\s:\s/, ''))
    .filter((one) => one !== '');
}

/** Those that the variable's own pattern lets through, or the part of each that it names. */
export function filtered(values: readonly string[], pattern: string): string[] {
  const regex = pattern === '' ? /^/ : regexOf(pattern);
  // Grafana takes no value where the pattern is none.
  if (regex === null) return [];
  return [...new Set(values.flatMap((value) => partOf(regex.exec(value), value)))];
}

function partOf(found: RegExpExecArray | null, value: string): string[] {
  if (found === null) return [];
  return [found[1] ?? value];
}

/** `/…/flags`, or a pattern for the whole value. */
function regexOf(pattern: string): RegExp | null {
  const [, inner, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(pattern) ?? [];
  try {
    return inner === undefined ? new RegExp(`^(?:${pattern})$`) : new RegExp(inner, flags.replaceAll('g', ''));
  } catch {
    return null;
  }
}
