/** All named breaks of the reference target, both of what clients experience and of each system's telemetry, and how one is found by its name. */
import { SloError } from '../core/error.ts';
import { nearest } from '../core/nearest.ts';
import type { NamedBreak } from '../target/break.ts';
import { BREAKS } from '../target/breaks.ts';
import { FAULT_BREAKS } from '../target/breaks-fault.ts';
import { SYSTEMS } from './index.ts';

/** Every break of the telemetry that this program itself observes, system by system. */
export const TELEMETRY_BREAKS: readonly NamedBreak[] = SYSTEMS.flatMap(({ breaks }) => breaks);

/** The break with that name. Throws SloError("usage") with the nearest name when there is none. */
export function breakNamed(name: string): NamedBreak {
  const all: readonly NamedBreak[] = [...BREAKS, ...FAULT_BREAKS, ...SYSTEMS.flatMap(({ breaks }) => breaks)];
  const found = all.find((known) => known.name === name);
  if (found !== undefined) return found;
  const names = all.map((known) => known.name);
  const alike = names.filter((known) => firstWord(known) === firstWord(name));
  const guess = nearest(name, names);
  throw new SloError('usage', `there is no break "${name}"`, {
    hint: `${guess === undefined ? '' : `did you mean "${guess}"? `}legal: ${(alike.length > 0 ? alike : names).join(', ')}`,
  });
}

function firstWord(name: string): string | undefined {
  return name.split('.')[0];
}
