/** Which parts of the stack are wanted. Pure. */
import { SloError } from '../core/error.ts';
import { legalValues } from '../core/nearest.ts';
import type { Part } from './part.ts';

export interface Wanted {
  /** Names of parts; those that they need come with them. Absent: all. */
  readonly only?: readonly string[] | undefined;
  readonly without?: readonly string[] | undefined;
}

/** In the order of `parts`. @throws SloError `usage` for a name that no part has, and for a part whose need is left out. */
export function selected(parts: readonly Part[], { only, without = [] }: Wanted): Part[] {
  for (const name of [...(only ?? []), ...without]) refuseUnknown(parts, name);
  const wanted = only === undefined ? parts.map(({ name }) => name) : withNeeds(parts, only);
  const left = parts.filter(({ name }) => wanted.includes(name) && !without.includes(name));
  for (const { name, needs } of left) {
    const missing = needs.find((need) => without.includes(need));
    if (missing === undefined) continue;
    throw new SloError('usage', `${name} needs ${missing}, which is left out`, {
      hint: `leave both out: --without ${[...without, name].join(' ')}`,
    });
  }
  return left;
}

/** Those that are before them in the list. */
function withNeeds(parts: readonly Part[], names: readonly string[]): string[] {
  const all = new Set(names);
  for (const { name, needs } of [...parts].reverse()) if (all.has(name)) for (const need of needs) all.add(need);
  return [...all];
}

export function refuseUnknown(parts: readonly Part[], name: string): void {
  const names = parts.map((part) => part.name);
  if (names.includes(name)) return;
  throw new SloError('usage', `no part of the stack is called "${name}"`, { hint: legalValues(name, names) });
}
