/** The systems that this program knows. A test or a program adds its own with one line: `addSystem(system)`. */
import { SloError } from '../core/error.ts';
import type { System } from './system.ts';

const known: System[] = [];

/** In the order in which they were added, which is the order of their findings. */
export const SYSTEMS: readonly System[] = known;

/** @throws SloError `usage` for an id that another system has. */
export function addSystem(system: System): void {
  if (known.some(({ id }) => id === system.id))
    throw new SloError('usage', `there are two systems "${system.id}": an id is given once`);
  known.push(system);
}
