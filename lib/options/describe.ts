/** A table of options in other words: Markdown for people, a JSON Schema and a TypeScript type for editors. */
import type { JsonSchema } from './kinds.ts';
import { flagOf, isKey, isNegatable, type OptionSpec, variableOf } from './spec.ts';

/** What happens without it, for a person; undefined when nothing does. */
export function usualOf(spec: OptionSpec): string | undefined {
  if (spec.usual !== undefined) return spec.usual;
  if (spec.value === undefined) return isNegatable(spec) ? 'on' : undefined;
  return spec.default === undefined ? undefined : String(spec.default);
}

/** Flags as they are typed, e.g. `--log-file <path>`. */
export function flagsOf(spec: OptionSpec): string[] {
  const flag = flagOf(spec);
  const first = spec.value === undefined ? `--${flag}` : `--${flag} ${spec.value}`;
  return isNegatable(spec) ? [first, `--no-${flag}`] : [first];
}

/** One table a group, in the order of `specs`. */
export function optionTables(specs: readonly OptionSpec[]): string {
  const groups = [...new Set(specs.map(({ group }) => group))];
  return groups
    .map((group) => {
      const rows = specs.filter((spec) => spec.group === group).map(row);
      return [`### ${group}`, '', '| option | variable | key | |', '|---|---|---|---|', ...rows].join('\n');
    })
    .join('\n\n');
}

function row(spec: OptionSpec): string {
  const usual = usualOf(spec);
  const meaning = `${spec.text}${usual === undefined ? '' : `. Default: ${usual}`}`;
  const flags = flagsOf(spec).map(code).join(', ');
  const variable = spec.from === 'flag' ? '' : code(variableOf(spec));
  return `| ${flags} | ${variable} | ${isKey(spec) ? code(spec.name) : ''} | ${cell(meaning)} |`;
}

/** A pipe would end the cell, also within code. */
function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

/** Text in angle brackets would be taken for HTML. */
function cell(text: string): string {
  return text.replace(/[|<>\\]/g, (char) => `\\${char}`);
}

/** The keys of a config file, as members of an interface. */
export function configMembers(specs: readonly OptionSpec[]): string {
  return specs
    .filter(isKey)
    .map((spec) => {
      const usual = usualOf(spec);
      const about = `${spec.text}${usual === undefined ? '' : `; ${usual} when absent`}`;
      return `  /** ${about[0]?.toUpperCase()}${about.slice(1)}. */\n  ${spec.name}?: ${spec.kind.type} | undefined;\n`;
    })
    .join('');
}

/** Draft 7, which editors know. */
export function configSchema(specs: readonly OptionSpec[]): JsonSchema {
  const keys = specs
    .filter(isKey)
    .map(({ name, text, kind, default: standard }) => [
      name,
      { description: text, ...kind.schema, ...(standard === undefined ? {} : { default: standard }) },
    ]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'The config file of aragora-slo',
    type: 'object',
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(keys) },
    additionalProperties: false,
  };
}
