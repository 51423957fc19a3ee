/** Reads people's YAML and JSON: parses it, checks it against a zod schema, and says in one line what is wrong. The only importer of yaml. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { SloError } from '../core/error.ts';
import { fileErrorText } from '../core/file-error.ts';
import { legalValues } from '../core/nearest.ts';
import { type JsonSchema, shown } from '../options/kinds.ts';

/**
 * Reads a YAML or JSON file and validates it.
 * @throws SloError `config-invalid` naming the file, the value, what was expected and what came.
 */
export function readConfigFile<T>(path: string, schema: z.ZodType<T>): T {
  return checkConfig(path, readDocument(path), schema);
}

/** The content of a YAML or JSON file, unchecked. @throws SloError `config-invalid` with the file and, if it does not parse, the place. */
export function readDocument(path: string): unknown {
  const [first = null, ...others] = readDocuments(path);
  if (others.length === 0) return first;
  const message = `${path}: holds ${others.length + 1} YAML documents, and only objectives may come in several`;
  throw new SloError('config-invalid', message, { hint: 'put each into a file of its own' });
}

/**
 * The content of each document of a YAML file, unchecked; those that are empty (after a last `---`) are left out, so an empty file has none.
 * @throws SloError `config-invalid`, as `readDocument`.
 */
export function readDocuments(path: string): unknown[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SloError('config-invalid', `cannot read ${path}: ${fileErrorText(cause)}`, { cause });
  }
  return parseText(path, text);
}

function parseText(path: string, text: string): unknown[] {
  try {
    // Without any document the result is an empty list with other fields.
    return [...parseAllDocuments(text, { prettyErrors: true })].flatMap((document) => {
      // What is only warned of (a tag that nobody resolves) would be read as something else than is written.
      const [problem] = [...document.errors, ...document.warnings];
      if (problem !== undefined) throw problem;
      const content: unknown = document.toJS();
      return content === null ? [] : [content];
    });
  } catch (cause) {
    const firstLine = String((cause as Error).message).split('\n')[0];
    throw new SloError('config-invalid', `${path}: it is not valid YAML: ${firstLine}`, { cause });
  }
}

/** `lineWidth`: where texts are folded; 0: nowhere. */
export const yamlText: (value: object, options?: { readonly lineWidth: number }) => string = (value, options) =>
  stringify(value, options);

/** Of what people write, for editors. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...own } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' });
  return own;
}

/**
 * @param at where `value` is in the document; messages name keys from the top of the document.
 * @throws SloError `config-invalid` with everything that is wrong.
 */
export function checkConfig<T>(path: string, value: unknown, schema: z.ZodType<T>, at: readonly string[] = []): T {
  const result = schema.safeParse(value, { reportInput: true, error: unnamed });
  if (result.success) return result.data;
  const { issues } = result.error;
  // Two rules of one value may say the same.
  const problems = new Set(issues.map((issue) => describe(issue, at)));
  const strange = issues.filter((issue) => issue.code === 'unrecognized_keys');
  const hints = strange.map((issue) => {
    const keys = legalValues(issue.keys[0] ?? '', keysAt(schema, issue.path), 'keys');
    return strange.length === 1 ? keys : `for ${placeOf(issue, at)}: ${keys}`;
  });
  const message = `${path}: ${[...problems].join('; ')}`;
  throw new SloError('config-invalid', message, hints.length === 0 ? {} : { hint: hints.join('; ') });
}

function describe(issue: z.core.$ZodIssue, at: readonly string[]): string {
  const name = placeOf(issue, at);
  if (issue.code === 'unrecognized_keys') return `${name} has no key ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
  return `${name} must be ${issue.message}, got ${shown(issue.input)}`;
}

function placeOf(issue: z.core.$ZodIssue, at: readonly string[]): string {
  const keys = [...at, ...issue.path];
  const [first, ...rest] = keys;
  // One of several documents, or of a list; people count from 1.
  if (typeof first === 'number') return [`entry ${first + 1}`, ...(rest.length === 0 ? [] : [quoted(rest)])].join(': ');
  return keys.length === 0 ? 'the document' : quoted(keys);
}

function quoted(keys: readonly PropertyKey[]): string {
  return `"${keys.join('.')}"`;
}

/** What a value must be where its schema has no words of its own. */
const OF_TYPE: Readonly<Record<string, string>> = {
  object: 'an object with keys',
  record: 'an object with keys',
  array: 'a list',
  string: 'a text',
  boolean: 'true or false',
  number: 'a number',
};

function unnamed(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.code === 'invalid_type' ? OF_TYPE[issue.expected] : undefined;
}

/** The keys of the object schema at `path`; [] if there is no object. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let inner: unknown = schema;
  for (const key of path) inner = child(unwrap(inner), key);
  const shape = (unwrap(inner) as { shape?: object } | undefined)?.shape;
  return shape === undefined ? [] : Object.keys(shape);
}

/** The schema inside `optional`, `default` and `transform`. */
function unwrap(schema: unknown): unknown {
  const outer = schema as { unwrap?: () => unknown; in?: unknown; shape?: object; element?: unknown } | undefined;
  if (outer === undefined || outer.shape || outer.element) return schema;
  if (outer.in) return unwrap(outer.in);
  return outer.unwrap ? unwrap(outer.unwrap()) : schema;
}

function child(schema: unknown, key: PropertyKey): unknown {
  const { shape, element } = (schema ?? {}) as { shape?: Record<PropertyKey, unknown>; element?: unknown };
  return typeof key === 'number' ? element : shape?.[key];
}

/** The message for a value of another type. An unknown key keeps zod's own issue: check.ts words it. */
export function objectError(what: string): (issue: { code?: string | undefined }) => string | undefined {
  return (issue) => (issue.code === 'unrecognized_keys' ? undefined : `an object ${what}`);
}
