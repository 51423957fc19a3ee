/** Every field of a JSON value, by its path, and operators on what is there. */
import type { Aspect } from '../mutant.ts';
import type { Json } from './mutant.ts';

/** `[]` stands for each element of a list. */
export type Path = readonly string[];

const EACH = '[]';
export const LOST = Symbol('lost');

/** The paths of all fields, of objects and lists too. */
export function pathsOf(value: unknown, before: Path = []): Path[] {
  const below = before.length === 0 ? [] : [before];
  if (Array.isArray(value)) {
    const [first] = value;
    return isObject(first) ? [...below, ...pathsOf(first, [...before, EACH])] : below;
  }
  if (!isObject(value)) return below;
  const fields = Object.entries(value).flatMap(([name, field]) => pathsOf(field, [...before, name]));
  return before.at(-1) === EACH ? fields : [...below, ...fields];
}

export function textOf(path: Path): string {
  return path.join('.').replaceAll('.[]', '[]');
}

/** The value with what is at the path changed. */
export function changedAt(value: unknown, path: Path, change: (field: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (step === EACH) return Array.isArray(value) ? value.map((one) => changedAt(one, rest, change)) : value;
  if (!isObject(value) || !Object.hasOwn(value, step)) return value;
  const changed = changedAt(value[step], rest, change);
  const { [step]: _, ...others } = value;
  return changed === LOST ? others : { ...value, [step]: changed };
}

/** The first value at a path. */
export function valueAt(value: unknown, path: Path): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (step === EACH) return Array.isArray(value) ? valueAt(value[0], rest) : undefined;
  return isObject(value) ? valueAt(value[step], rest) : undefined;
}

interface FieldOperator {
  readonly aspect: Aspect;
  /** `other`: the field of another answer. undefined: it has nothing to change here. */
  readonly change: (field: unknown, other: unknown) => unknown;
}

const onNumber = (change: (field: number) => unknown) => (field: unknown) =>
  typeof field === 'number' ? change(field) : undefined;
const onText = (change: (field: string) => unknown) => (field: unknown) =>
  typeof field === 'string' ? change(field) : undefined;
const onList = (change: (field: readonly unknown[]) => unknown) => (field: unknown) =>
  Array.isArray(field) ? change(field) : undefined;

const content = (change: FieldOperator['change']): FieldOperator => ({ aspect: 'content', change });
const value = (change: FieldOperator['change']): FieldOperator => ({ aspect: 'value', change });

export const FIELD_OPERATORS: Readonly<Record<string, FieldOperator>> = {
  lost: { aspect: 'exists', change: () => LOST },
  null: content(() => null),
  'another-type': content((field) =>
    typeof field === 'string' ? 42 : typeof field === 'object' ? 'text' : String(field),
  ),
  turned: value((field) => (typeof field === 'boolean' ? !field : undefined)),
  zero: value(onNumber(() => 0)),
  sign: value(onNumber((field) => -field)),
  thousandfold: value(onNumber((field) => field * 1000)),
  'one-more': value(onNumber((field) => field + 1)),
  empty: content((field) => (typeof field === 'string' ? '' : Array.isArray(field) ? [] : undefined)),
  'made-up': content(onText(() => 'x')),
  'error-text': content(onText(() => 'Error: internal error')),
  placeholder: content(onText(() => 'TODO')),
  'neighbours-value': content((_, other) => (other === undefined ? undefined : other)),
  'first-lost': { aspect: 'count', change: onList((field) => field.slice(1)) },
  'first-repeated': { aspect: 'count', change: onList((field) => [...field.slice(0, 1), ...field]) },
  reversed: { aspect: 'relation', change: onList((field) => field.toReversed()) },
};

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
