/** What a label matcher lets through. */
import type { Matcher } from '../promql/expression.ts';

/** Stands for a template variable in a query; its value is not known. */
export const VARIABLE_MARK = 'slo_variable_';

export function isVariable(text: string): boolean {
  return text.includes(VARIABLE_MARK);
}

/** null: nobody can say, because the value is a variable, or JavaScript does not know the pattern. */
export function matches(matcher: Matcher, value: string): boolean | null {
  const { operator, value: wanted } = matcher;
  if (isVariable(wanted)) return null;
  if (operator === '=' || operator === '!=') return (value === wanted) === (operator === '=');
  const pattern = wholePattern(wanted);
  return pattern === null ? null : pattern.test(value) === (operator === '=~');
}

/** Whether it wants the label to be there. A series without it has the value ''. */
export function needsLabel(matcher: Matcher): boolean {
  return matches(matcher, '') === false;
}

const FLAGS = /^\(\?([is]+)\)/;

/** RE2's pattern for the whole value; null where JavaScript can't read it. */
export function wholePattern(pattern: string): RegExp | null {
  const flags = FLAGS.exec(pattern)?.[1] ?? '';
  const rest = pattern.replace(FLAGS, '').replaceAll('(?P<', '(?<');
  try {
    return new RegExp(`^(?:${rest})$`, [...new Set(`${flags}s`)].join(''));
  } catch {
    return null;
  }
}

export function matcherText({ label, operator, value }: Matcher): string {
  return `${label}${operator}${JSON.stringify(value)}`;
}
