/**
 * Whether a dashboard has the form that Grafana's schema gives it, as far as its panels, variables and queries depend on it. A test in test/real
 * holds it against the schema as Grafana publishes it.
 */
import { itemsOf, type Placed, type PlacedScalar, textAt, valueAt } from '../core/placed.ts';
import type { Problem } from './problem.ts';

type Type = 'text' | 'number' | 'list' | 'object';

/** A field that has to be of a type where it is there, or must be there, too. */
interface Field {
  readonly key: string;
  readonly type: Type;
  readonly isNeeded?: true;
}

const OF_DASHBOARD: readonly Field[] = [
  { key: 'title', type: 'text' },
  { key: 'uid', type: 'text' },
  { key: 'schemaVersion', type: 'number' },
  { key: 'tags', type: 'list' },
  { key: 'time', type: 'object' },
  { key: 'templating', type: 'object' },
  { key: 'annotations', type: 'object' },
];
const OF_PANEL: readonly Field[] = [
  { key: 'type', type: 'text', isNeeded: true },
  { key: 'title', type: 'text' },
  { key: 'targets', type: 'list' },
];
const OF_TARGET: readonly Field[] = [{ key: 'expr', type: 'text' }];
const OF_VARIABLE: readonly Field[] = [
  { key: 'name', type: 'text', isNeeded: true },
  { key: 'type', type: 'text', isNeeded: true },
];

const LONGEST_UID = 40;

/** @param dashboard not wrapped. */
export function formProblems(dashboard: Placed): Problem[] {
  const variables = valueAt(valueAt(dashboard, 'templating'), 'list');
  return [
    ...wrongFields(dashboard, OF_DASHBOARD, 'it'),
    ...uidProblems(valueAt(dashboard, 'uid')),
    ...listProblems(dashboard, 'templating'),
    ...listProblems(dashboard, 'annotations'),
    ...itemsOf(variables).flatMap((variable, at) =>
      wrongFields(variable, OF_VARIABLE, `variable ${textAt(variable, 'name') ?? at + 1}`),
    ),
    ...panelProblems(dashboard),
  ];
}

function panelProblems(holder: Placed): Problem[] {
  const own = itemsOf(valueAt(holder, 'panels')).flatMap((panel, at) => {
    const name = `panel ${textAt(panel, 'title') ?? at + 1}`;
    const targets = itemsOf(valueAt(panel, 'targets'));
    return [
      ...wrongFields(panel, OF_PANEL, name),
      ...targets.flatMap((target) => wrongFields(target, OF_TARGET, `a query of ${name}`)),
      ...panelProblems(panel),
    ];
  });
  return [...own, ...itemsOf(valueAt(holder, 'rows')).flatMap(panelProblems)];
}

function wrongFields(holder: Placed, fields: readonly Field[], what: string): Problem[] {
  if (holder.kind !== 'map') return [wrong(`${what} must be an object`, holder.line)];
  return fields.flatMap(({ key, type, isNeeded }) => {
    const value = valueAt(holder, key);
    const isAbsent = value === undefined || (value.kind === 'scalar' && value.value === null);
    if (isAbsent) return isNeeded ? [wrong(`${what} has no "${key}"`, holder.line)] : [];
    return isOf(type, value) ? [] : [wrong(`"${key}" of ${what} must be ${WORDS[type]}`, value.line)];
  });
}

const WORDS: Readonly<Record<Type, string>> = {
  text: 'text',
  number: 'a number',
  list: 'a list',
  object: 'an object',
};

function isOf(type: Type, value: Placed): boolean {
  if (type === 'list') return value.kind === 'list';
  if (type === 'object') return value.kind === 'map';
  return value.kind === 'scalar' && typeof value.value === (type === 'text' ? 'string' : 'number');
}

function listProblems(dashboard: Placed, key: 'templating' | 'annotations'): Problem[] {
  const list = valueAt(valueAt(dashboard, key), 'list');
  return list === undefined || list.kind === 'list' ? [] : [wrong(`"list" of "${key}" must be a list`, list.line)];
}

function uidProblems(uid: Placed | undefined): Problem[] {
  const value: PlacedScalar['value'] = uid?.kind === 'scalar' ? uid.value : null;
  if (typeof value !== 'string') return [];
  if (value.length > LONGEST_UID) return [wrong(`its uid is longer than ${LONGEST_UID} characters`, uid?.line ?? 0)];
  return /^[\w-]*$/.test(value) ? [] : [wrong('its uid has more than letters, digits, - and _', uid?.line ?? 0)];
}

function wrong(reason: string, line: number): Problem {
  return { effect: 'wrong', reason: `Grafana's schema does not allow it: ${reason}`, line };
}
